"""The lists of people that are kept: open one, keep the one at hand, copy, export, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.audience import Person
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mailing import MailingList, Selection, checked_name
from tuimail.domain.periods import format_moment
from tuimail.store import mailings
from tuimail.ui.commands import bindings
from tuimail.ui.commands.mailings import LISTS
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Question, asked, told
from tuimail.ui.screens.list_dialog import ListDialog
from tuimail.ui.screens.paths import FileOut, written_to
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.people_model import gone_sentence
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import work


class Lists(ListDialog[MailingList]):
    """The answer is the list that is opened, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LISTS)

    def __init__(self, desk: Desk, selection: Selection, everybody: Sequence[Person]) -> None:
        super().__init__(_("Lists"))
        self._desk, self._selection, self._everybody = desk, selection, everybody
        self._lists: dict[str, MailingList] = {}
        self._kept = ""
        """The name of the list that was kept just now."""

    def below(self) -> ComposeResult:
        """What the line under the cursor is about."""
        yield Prose("", id="sentence")

    def columns(self) -> Sequence[TableColumn]:
        """By what they are told apart."""
        return (
            TableColumn("name", _("List"), 24, gap=1, flexible=True),
            TableColumn("kind", _("Kind"), 11, gap=1),
            TableColumn("people", _("People"), 11, "right", gap=2),
            TableColumn("changed", _("Kept"), 12, gap=1),
        )

    def load(self) -> None:
        """The lists; the cursor goes to the one that was kept last."""
        found, name = mailings.lists(), self._kept
        self._kept = ""
        self._lists = {str(kept.id): kept for kept in found}
        names = [kept.name for kept in found]
        self.show_rows([self._row(kept) for kept in found], names.index(name) if name in names else None)
        self._show_sentence()

    def _row(self, kept: MailingList) -> KnownRow:
        try:
            count = str(len(self._people(kept)))
        except TuimailError:
            count = "?"
        return str(kept.id), {
            "name": kept.name,
            "kind": _("people") if kept.fixed else _("criteria"),
            "people": count,
            "changed": format_moment(kept.changed_at) if kept.changed_at else "",
        }

    def _people(self, kept: MailingList) -> list[Person]:
        return kept.people(self._everybody, self._desk.now().astimezone().date())

    @property
    def _here(self) -> MailingList | None:
        return self._lists.get(self.table.current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_sentence()

    def _show_sentence(self) -> None:
        kept = self._here
        if kept is None:
            sentence = _("No list is kept yet.")
        elif kept.fixed:
            sentence = ngettext("{n} person, always the same.", "{n} people, always the same.", len(kept.members))
            if gone := kept.gone(self._everybody):
                sentence += " " + gone_sentence(gone)
        else:
            sentence = _("Asked anew each time: {criteria}").format(criteria=kept.criteria.sentence())
        self.query_one("#sentence", Prose).update(sentence)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a list needs one under the cursor."""
        if action in ("accept", "copy", "export", "delete"):
            return self.is_mounted and self._here is not None
        if action == "keep_fixed":
            return bool(self._selection.chosen)
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Open the list, if what it asks for still makes sense."""
        kept = self._here
        if kept is not None:
            try:
                self._people(kept)
            except TuimailError as error:
                self.say(told(error))
            else:
                self.dismiss(kept)

    def action_keep_live(self) -> None:
        """Keep the criteria."""
        self._keep(MailingList("", self._selection.criteria))

    def action_keep_fixed(self) -> None:
        """Keep the people chosen."""
        self._keep(MailingList("", self._selection.criteria, True, self._selection.chosen))

    @work
    async def _keep(self, kept: MailingList) -> None:
        what = kept.criteria.sentence() if not kept.fixed else ""
        label = what or ngettext("{n} person chosen", "{n} people chosen", len(kept.members))
        name = await asked(self.app, Ask(_("Name of the list"), label, "", checked_name))
        if name is None:
            return
        name = checked_name(name)
        known = next((other for other in self._lists.values() if other.name == name), None)
        if known is not None:
            question = Question(_("Replace the list?"), (_("The list “{name}” is replaced.").format(name=name),))
            if not await asked(self.app, question):
                return
        await self._store(replace(kept, name=name, id=known.id if known else 0))

    async def _store(self, kept: MailingList) -> None:
        self._kept = kept.name
        if await self.change(mailings.save_list, kept, self._desk.office.owner, self._desk.now()):
            self.say(_("List “{name}” kept.").format(name=kept.name))

    @work
    async def action_copy(self) -> None:
        """Make a copy under a name of its own."""
        if (kept := self._here) is not None:
            with self.telling():
                name = mailings.free_name(_("{name} (copy)").format(name=kept.name))
                await self._store(replace(kept, id=0, name=name))

    @work
    async def action_export(self) -> None:
        """Write the people as CSV."""
        if (kept := self._here) is not None:
            with self.telling():
                await self._export(kept, self._people(kept))

    async def _export(self, kept: MailingList, people: Sequence[Person]) -> None:
        def write(path: Path) -> str:
            self._desk.office.mailings.write_list(people, path)
            return written_to(path)

        proposed = Path.home() / f"{kept.name}.csv".replace("/", "-")
        if sentence := await asked(self.app, FileOut(_("Write the list as CSV"), _("File:"), proposed, write)):
            self.say(sentence)

    @work
    async def action_delete(self) -> None:
        """Ask, then delete."""
        if (kept := self._here) is None:
            return
        sentences = (
            _("The list “{name}” is deleted.").format(name=kept.name),
            _("Its people, and the letters they were sent, stay."),
        )
        if await asked(self.app, Question(_("Delete the list?"), sentences)):
            await self.change(mailings.delete_list, kept.id, self._desk.office.owner, self._desk.now())
