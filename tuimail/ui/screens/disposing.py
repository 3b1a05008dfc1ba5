"""Dialogs about documents on paper: the day they were posted, why one is not to be sent, where files go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.resident_card import parse_day, show_day
from tuimail.store import documents, residents
from tuimail.store.database import in_writer
from tuimail.store.dispositions import dispositions
from tuimail.ui.commands import bindings
from tuimail.ui.commands.month_end import EXCLUDE, POSTED
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import BadNews, Dialog, Question, told
from tuimail.ui.screens.paths import FileOut
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose

_MOST_NAMED = 8


class _Decision(Dialog[str]):
    """Some sentences, a field, and what is wrong with what was typed. The answer is a sentence, or None."""

    def __init__(self, title: str, sentences: Sequence[str], label: str, proposed: str = "") -> None:
        super().__init__(title)
        self._sentences, self._label, self._proposed = sentences, label, proposed

    def content(self) -> ComposeResult:
        """Sentences, label, field, what is said."""
        yield Prose(Text("\n".join(self._sentences)), classes="sentences")
        label = Lines()
        label.set_line(self._label)
        yield label
        yield Field(self._proposed)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        field = self.query_one(Field)
        field.focus()
        field.cursor_position = len(field.value)

    def on_input_changed(self) -> None:
        """What was said is about something else."""
        self.query_one("#said", Prose).update("")

    def action_accept(self) -> None:
        """Do it; what is objected to is said, and can be corrected."""
        self.run_worker(self._accept(self.query_one(Field).value), exclusive=True)

    async def _accept(self, typed: str) -> None:
        try:
            answer = await self.do(typed)
        except TuimailError as error:
            self.query_one("#said", Prose).update(told(error))
        else:
            self.dismiss(answer)

    async def do(self, typed: str) -> str:
        """Do it; what to say then."""
        raise NotImplementedError


class Posted(_Decision):
    """The day on which documents were posted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(POSTED)

    def __init__(self, desk: Desk, document_ids: Sequence[int], today: date) -> None:
        self._desk, self._ids, self._today = desk, document_ids, today
        super().__init__(
            ngettext("Mark {n} document as posted", "Mark {n} documents as posted", len(document_ids)),
            [_("The sheet counts them as posted, and the journal keeps who said so. z takes it back.")],
            _("Posted on:"),
            show_day(today),
        )

    async def do(self, typed: str) -> str:
        """Mark them."""
        day = parse_day(typed) or self._today
        count = await in_writer(self._desk.office.month_ends.mark_posted, self._ids, day)
        sentence = ngettext("{n} marked as posted on {day}.", "{n} marked as posted on {day}.", count)
        return sentence.format(day=show_day(day))


class Exclude(_Decision):
    """Why documents are not to be sent."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(EXCLUDE)

    def __init__(self, desk: Desk, document_ids: Sequence[int], named: Sequence[str]) -> None:
        self._desk, self._ids = desk, document_ids
        more = len(named) - _MOST_NAMED
        names = [*named[:_MOST_NAMED], *([ngettext("and {n} more", "and {n} more", more)] if more > 0 else [])]
        super().__init__(
            ngettext("Exclude {n} document", "Exclude {n} documents", len(document_ids)),
            [*names, _("It is not sent, and the sheet counts it apart with the reason. E once more takes it back.")],
            _("Why is it not to be sent? (for the journal)"),
        )

    async def do(self, typed: str) -> str:
        """Exclude them."""
        count = await in_writer(self._desk.office.month_ends.exclude, self._ids, typed)
        return ngettext("{n} document excluded.", "{n} documents excluded.", count)


class LettersOut(FileOut):
    """The PDF of the letters; their list goes beside it."""

    def others(self, path: Path) -> list[Path]:
        """The PDF and the list."""
        return [path, list_beside(path)]


def list_beside(path: Path) -> Path:
    """The list of the addresses: the PDF's name, ending in .csv."""
    return path.with_suffix(".csv")


def ask_to_exclude(screen: Screen[Any], desk: Desk, document_ids: Sequence[int], then: Callable[[str], None]) -> None:
    """Exclude these documents with a reason, or, if all are decided about, take that back; `then` is told."""
    decided = dispositions(document_ids)
    if len(decided) == len(document_ids):
        ask_to_take_back(screen, desk, document_ids, then)
        return
    wanted = [document_id for document_id in document_ids if document_id not in decided]
    dialog = Exclude(desk, wanted, _named(wanted))
    screen.app.push_screen(dialog, lambda sentence: then(sentence or ""))


def ask_to_take_back(screen: Screen[Any], desk: Desk, document_ids: Sequence[int], then: Callable[[str], None]) -> None:
    """Ask, then forget what was decided about these documents; `then` is told."""
    decided = dispositions(document_ids)
    if not decided:
        then(_("It is neither posted nor excluded."))
        return
    named = _named(list(decided))
    sentences = [
        f"{name}, {decision.sentence} ({decision.operator})"
        for name, decision in zip(named, decided.values(), strict=True)
    ][:_MOST_NAMED]
    if (more := len(decided) - _MOST_NAMED) > 0:
        sentences.append(ngettext("and {n} more", "and {n} more", more))
    title = ngettext("Take back for {n} document", "Take back for {n} documents", len(decided))

    async def take_back() -> None:
        count = await in_writer(desk.office.month_ends.take_back, list(decided))
        then(ngettext("Taken back for {n} document.", "Taken back for {n} documents.", count))

    def answered(yes: bool | None) -> None:
        if yes:
            screen.run_worker(_guarded(screen, take_back), exclusive=True)

    screen.app.push_screen(Question(title, sentences), answered)


async def _guarded(screen: Screen[Any], work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except TuimailError as error:
        screen.app.push_screen(BadNews(error))


def _named(document_ids: Sequence[int]) -> list[str]:
    found = documents.documents(document_ids)
    people = {p.id: p for p in residents.residents(sorted({d.resident_id for d in found}))}
    return [f"{document.number} {people[document.resident_id].name}" for document in found]
