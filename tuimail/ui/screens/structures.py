"""The tree of associations and structures, with what is codified for the one under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.places import Association, Structure
from tuimail.store import accounts, structures
from tuimail.ui.commands import bindings
from tuimail.ui.commands.model import Place
from tuimail.ui.commands.structures import STRUCTURES
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.screens.place_actions import PlaceActions
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.place_tree import Key, PlaceTree
from tuimail.ui.widgets.place_words import about_association, about_structure
from tuimail.ui.widgets.prose import Prose

_OF_A_STRUCTURE = frozenset(("move", "archive"))
_OF_A_PLACE = frozenset(("open_card", "add", "rename", "remove", "mail_account"))


class StructuresScreen(PlaceActions):
    """Associations at the root, structures below, any depth."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(STRUCTURES)
    PLACE = Place.STRUCTURES

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.with_archived = False
        self.associations = []
        self.structures = []
        self._told = ""
        """What was done last, until the cursor moves."""
        self._shown: Key | None = None

    def content(self) -> ComposeResult:
        """The tree, and what is codified."""
        with Horizontal(id="tree-and-place"):
            yield PlaceTree()
            yield Prose("", id="place")
        yield Prose("", id="guide")

    @property
    def places(self) -> PlaceTree:
        """The tree."""
        return self.query_one(PlaceTree)

    @property
    def current(self) -> Association | Structure | None:
        """The place under the cursor."""
        return self.places.current

    def begin(self) -> None:
        """Open on the first place."""
        with self.telling():
            self.load()
        self.focus_list()

    def focus_list(self) -> None:
        """Keys go to the tree."""
        self.set_focus(self.places)

    # What is shown

    def load(self, key: Key | None = None) -> None:
        """Read everything again, and go to the place of that key, or stay."""
        self.associations = structures.associations()
        self.structures = structures.structures(archived=True)
        self._fill(key)

    def _fill(self, key: Key | None = None) -> None:
        shown = [place for place in self.structures if self.with_archived or not place.archived]
        self.places.show_places(self.associations, shown, self.search_text, key)
        empty = self.places.current is None
        self.query_one("#tree-and-place").display = not empty
        guide = self.query_one("#guide", Prose)
        guide.display = empty
        if empty:
            guide.update(
                _("No place holds “{text}”. Esc shows all again.").format(text=self.search_text)
                if self.search_text
                else _("There is no association yet. A adds one, a then adds its homes; an import makes them too.")
            )
        self._show_place()

    def _show_place(self) -> None:
        place = self.current
        path = [place.name] if isinstance(place, Association) else []
        if isinstance(place, Structure):
            path = [self.association_of(place).name, place.name]
        self.query_one(TitleLine).show(path, operator=self.desk.office.owner.operator)
        detail = self.query_one("#place", Prose)
        if isinstance(place, Structure):
            detail.update(about_structure(place, self.association_of(place), detail.content_size.width))
        elif place is not None:
            own = [each for each in self.structures if each.association_id == place.id]
            detail.update(about_association(place, own, accounts.account_of(place.id), detail.content_size.width))
        else:
            detail.update("")
        if self._shown != self.places.current_key:
            self._shown, self._told = self.places.current_key, ""
        self.say(self._told)
        self.refresh_bindings()

    def tell(self, sentence: str) -> None:
        """Say what was done, until the cursor moves."""
        self._shown, self._told = self.places.current_key, sentence
        self.say(sentence)

    def say_usual(self, line: Lines) -> None:
        """How many there are, and which are not shown."""
        archived = sum(place.archived for place in self.structures)
        parts = [
            ngettext("{n} association", "{n} associations", len(self.associations)),
            ngettext("{n} home", "{n} homes", len(self.structures) - archived),
        ]
        if archived:
            parts.append(ngettext("{n} archived", "{n} archived", archived))
        if self.search_text:
            parts.append(_("search “{text}”").format(text=self.search_text))
        line.set_line(f" {signs().dot} ".join(parts))

    def on_resize(self) -> None:
        """What is codified is told in another width."""
        self.call_after_refresh(self._show_place)

    def on_tree_node_highlighted(self) -> None:
        """The cursor has moved."""
        with self.telling():
            self._show_place()

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:  # noqa: ARG002
        """Show what others have changed."""
        if reload:
            self.load()

    def search_changed(self) -> None:
        """Show the places that hold the text."""
        self._fill()

    def clear_filter(self) -> None:
        """Put the counts of a send that has ended away, or hide what is archived again."""
        if not self.close_panel():
            self.with_archived = False
            self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done with the place under the cursor has no key."""
        allowed = super().check_action(action, parameters)
        if not allowed or not self.is_mounted or self.searching:
            return allowed
        if action in _OF_A_STRUCTURE:
            return isinstance(self.current, Structure)
        if action in _OF_A_PLACE:
            return self.current is not None
        if action == "cycle_filter":
            return any(place.archived for place in self.structures)
        if action == "clear":
            return bool(self.search_text or self.with_archived or self.panel_can_close)
        return allowed

    def on_screen_resume(self) -> None:
        """What a dialog has changed is shown."""
        super().on_screen_resume()
        if self.associations or self.structures:
            with self.telling():
                self.load()

    # Commands

    def action_mail_account(self) -> None:
        """Open the mail account of the association under the cursor."""
        from tuimail.ui.screens.account import open_account

        if place := self.current:
            association_id = place.association_id if isinstance(place, Structure) else place.id
            open_account(self.app, self.desk, association_id)

    def action_cycle_filter(self) -> None:
        """Show the archived structures too, or not."""
        self.with_archived = not self.with_archived
        self._fill()
