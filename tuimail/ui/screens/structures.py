"""The tree of associations and structures, with what is codified for the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.places import Association, Structure
from tuimail.store import accounts, structures, tree
from tuimail.store.changes import save
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.model import Place
from tuimail.ui.commands.structures import STRUCTURES
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import Question
from tuimail.ui.screens.naming import Naming
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.place_tree import Key, PlaceTree, key_of
from tuimail.ui.widgets.place_words import about_association, about_structure
from tuimail.ui.widgets.prose import Prose

_OF_A_STRUCTURE = frozenset(("move", "archive"))
_OF_A_PLACE = frozenset(("open_card", "add", "rename", "remove"))


class StructuresScreen(PlaceScreen):
    """Associations at the root, structures below, any depth."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(STRUCTURES)
    PLACE = Place.STRUCTURES

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.with_archived = False
        self._associations: list[Association] = []
        self._structures: list[Structure] = []
        """All of them, archived ones too."""
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
            self._load()
        self.focus_list()

    def focus_list(self) -> None:
        """Keys go to the tree."""
        self.set_focus(self.places)

    # What is shown

    def _load(self, key: Key | None = None) -> None:
        self._associations = structures.associations()
        self._structures = structures.structures(archived=True)
        self._fill(key)

    def _fill(self, key: Key | None = None) -> None:
        shown = [place for place in self._structures if self.with_archived or not place.archived]
        self.places.show_places(self._associations, shown, self.search_text, key)
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
            path = [self._association_of(place).name, place.name]
        self.query_one(TitleLine).show(path, operator=self.desk.office.owner.operator)
        detail = self.query_one("#place", Prose)
        if isinstance(place, Structure):
            detail.update(about_structure(place, self._association_of(place)))
        elif place is not None:
            own = [each for each in self._structures if each.association_id == place.id]
            detail.update(about_association(place, own, accounts.account_of(place.id)))
        else:
            detail.update("")
        if self._shown != self.places.current_key:
            self._shown, self._told = self.places.current_key, ""
        self.say(self._told)
        self.refresh_bindings()

    def _tell(self, sentence: str) -> None:
        self._shown, self._told = self.places.current_key, sentence
        self.say(sentence)

    def _association_of(self, place: Structure) -> Association:
        return next(each for each in self._associations if each.id == place.association_id)

    def say_usual(self, line: Lines) -> None:
        """How many there are, and which are not shown."""
        archived = sum(place.archived for place in self._structures)
        parts = [
            ngettext("{n} association", "{n} associations", len(self._associations)),
            ngettext("{n} home", "{n} homes", len(self._structures) - archived),
        ]
        if archived:
            parts.append(ngettext("{n} archived", "{n} archived", archived))
        if self.search_text:
            parts.append(_("search “{text}”").format(text=self.search_text))
        line.set_line(f" {signs().dot} ".join(parts))

    def on_tree_node_highlighted(self) -> None:
        """The cursor has moved."""
        with self.telling():
            self._show_place()

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:  # noqa: ARG002
        """Show what others have changed."""
        if reload:
            self._load()

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
        if action == "mail_server":
            return isinstance(self.current, Association)
        if action in _OF_A_STRUCTURE:
            return isinstance(self.current, Structure)
        if action in _OF_A_PLACE:
            return self.current is not None
        if action == "cycle_filter":
            return any(place.archived for place in self._structures)
        if action == "clear":
            return bool(self.search_text or self.with_archived or self.panel_can_close)
        return allowed

    # Commands

    def action_cycle_filter(self) -> None:
        """Show the archived structures too, or not."""
        self.with_archived = not self.with_archived
        self._fill()

    def action_open_card(self) -> None:
        """Open the card of the place under the cursor."""
        from tuimail.ui.screens.place_cards import association_screen, structure_screen

        place = self.current
        with self.telling():
            if isinstance(place, Structure):
                self.app.push_screen(structure_screen(self.desk, place, self._association_of(place)), self._saved)
            elif place is not None:
                self.app.push_screen(association_screen(self.desk, place), self._saved)

    def _saved(self, place: Association | Structure | None) -> None:
        if place is not None:
            with self.telling():
                self._load(key_of(place))
            self._tell(_("“{name}” is saved.").format(name=place.name))

    def action_add(self) -> None:
        """Ask for the name of a structure below the place under the cursor."""
        place = self.current
        if place is None:
            return
        above = (place.association_id, place.id) if isinstance(place, Structure) else (place.id, None)

        async def keep(name: str) -> Any:
            return await self._write(tree.add_structure, name, *above)

        title = _("Add a home below {place}").format(place=place.name)
        self.app.push_screen(Naming(title, _("Its name:"), keep), self._saved)

    def action_add_association(self) -> None:
        """Ask for the name of an association."""

        async def keep(name: str) -> Any:
            return await self._write(tree.add_association, name)

        self.app.push_screen(Naming(_("Add an association"), _("Its name:"), keep), self._saved)

    def action_rename(self) -> None:
        """Ask for another name of the place under the cursor."""
        place = self.current
        if place is None:
            return

        async def keep(name: str) -> Any:
            if isinstance(place, Structure):
                named = replace(place, name=tree.checked_name(name))
                return await self._write(save, tree.structure_card(place), place, named)
            changed = replace(place, name=tree.checked_name(name))
            return await self._write(save, tree.association_card(place.id, place.name), place, changed)

        title = _("Rename {place}").format(place=place.name)
        self.app.push_screen(Naming(title, _("Its name:"), keep, place.name), self._saved)

    def action_move(self) -> None:
        """Ask below which place the structure shall stand."""
        moved = self.current
        if not isinstance(moved, Structure):
            return
        with self.telling():
            branch = {place.id for place in tree.branch(moved.id)}
            rows = []
            for association in self._associations:
                rows.append((f"a{association.id}", association.name, _("association")))
                rows += [
                    (f"s{place.id}", f"  {place.name}", "")
                    for place in self._structures
                    if place.association_id == association.id and place.id not in branch and not place.archived
                ]
            here = f"s{moved.parent_id}" if moved.parent_id else f"a{moved.association_id}"
            title = _("Put {place} below").format(place=moved.name)
            self.app.push_screen(Choose(title, rows, here), lambda to: self._move(moved, to))

    def _move(self, moved: Structure, to: str | None) -> None:
        if to is None:
            return
        below = next((place for place in self._structures if to == f"s{place.id}"), None)
        target = (below.association_id, below.id) if below else (int(to[1:]), None)
        self._do(tree.move, moved.id, *target, then=_("“{name}” is moved.").format(name=moved.name))

    def action_archive(self) -> None:
        """Ask, then offer the structure no more; one that is archived is offered again at once."""
        place = self.current
        if not isinstance(place, Structure):
            return
        if place.archived:
            self._do(tree.unarchive, place.id, then=_("“{name}” is offered again.").format(name=place.name))
            return
        with self.telling():
            below = [each for each in tree.branch(place.id) if not each.archived and each.id != place.id]
            sentences = [_("It is no longer offered, neither here nor when invoices are chosen.")]
            if below:
                sentences.append(
                    ngettext(
                        "{n} home below it is archived with it.", "{n} homes below it are archived with it.", len(below)
                    )
                )
            sentences.append(_("Its invoices, residents and sends stay. z takes it out of the archive again."))

            def answered(yes: bool | None) -> None:
                if yes:
                    self._do(tree.archive, place.id, then=_("“{name}” is archived.").format(name=place.name))

            self.app.push_screen(Question(_("Archive {place}").format(place=place.name), sentences), answered)

    def action_remove(self) -> None:
        """Ask, then remove a place that was never used."""
        place = self.current
        if place is None:
            return
        remove = tree.remove_structure if isinstance(place, Structure) else tree.remove_association

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(remove, place.id, then=_("“{name}” is removed.").format(name=place.name))

        sentences = (
            _("It is removed for good, if nothing was ever done with it."),
            _("A home that has invoices or residents cannot be removed: archive it."),
        )
        self.app.push_screen(Question(_("Remove {place}").format(place=place.name), sentences), answered)

    def _do(self, change: Callable[..., Any], *values: Any, then: str) -> None:
        async def work() -> None:
            with self.telling():
                await self._write(change, *values)
                self._load()
                self._tell(then)

        self.run_worker(work(), exclusive=True)

    async def _write(self, change: Callable[..., Any], *values: Any) -> Any:
        return await in_writer(change, *values, self.desk.office.owner, self.desk.now())
