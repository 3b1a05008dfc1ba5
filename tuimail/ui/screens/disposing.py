"""Dialogs about documents on paper: the day they were posted, why one is not to be sent, where files go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.resident_card import parse_day, show_day
from tuimail.store import documents, residents
from tuimail.store.database import in_background, in_writer
from tuimail.store.dispositions import dispositions
from tuimail.ui.commands import bindings
from tuimail.ui.commands.month_end import EXCLUDE, POSTED
from tuimail.ui.desk import Desk
from tuimail.ui.screens.decision import Decision
from tuimail.ui.screens.dialog import BadNews, Question
from tuimail.ui.screens.paths import FileOut
from tuimail.ui.work import start

_MOST_NAMED = 8


class Posted(Decision[str]):
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
        ends = self._desk.office.month_ends
        ends.check_day(day)
        files = await in_background(ends.posted_files, self._ids)
        count = await in_writer(ends.mark_posted, self._ids, day, files)
        sentence = ngettext("{n} marked as posted on {day}.", "{n} marked as posted on {day}.", count)
        return sentence.format(day=show_day(day))


class Exclude(Decision[str]):
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
            start(screen, partial(_guarded, screen, take_back), exclusive=True)

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
