"""PDFs that another program made: whose they are, how sure that is, and why someone must look at one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import Period

ROUNDING = 5
"""Cents by which two programs may come to differ."""


class BroughtState(StrEnum):
    """Where a PDF that was brought stands."""

    MATCHED = "matched"
    """The document's number and its resident's name are both in the text: it is what will be sent."""
    HELD = "held"
    """Someone must look at it. As long as it is held, the document it may belong to is not sent."""
    CONFIRMED = "confirmed"
    """Someone has looked at it and said whose it is: it is what will be sent."""
    ASIDE = "aside"
    """Someone has looked at it and put it aside: it is nobody's."""
    REPLACED = "replaced"
    """A later one took its place."""


class Doubt(StrEnum):
    """Why it is not certain whose a PDF is."""

    NONE = ""
    NO_TEXT = "no-text"
    NO_NUMBER = "no-number"
    UNKNOWN_NUMBER = "unknown-number"
    NO_NAME = "no-name"
    NOT_THIS_NUMBER = "not-this-number"
    SEVERAL = "several"
    FILE_NAME = "file-name"
    EXPORT = "export"
    TWICE = "twice"
    FOLLOWS = "follows"
    BARE = "bare"
    AMOUNT = "amount"
    MONTH = "month"
    UNPROTECTED = "unprotected"
    """The resident's PDFs have a password, and what was brought is sent as it is. Of one that was confirmed: known."""


def doubt_sentence(doubt: Doubt, detail: str) -> str:
    """The doubt for people; `detail` is the number, name or file it is about."""
    return {
        Doubt.NONE: "",
        Doubt.NO_TEXT: _("scanned: there is no text to check"),
        Doubt.NO_NUMBER: _("no number of a document of the month stands in the text"),
        Doubt.UNKNOWN_NUMBER: _("{detail} is no document of the month"),
        Doubt.NO_NAME: _("the name {detail} is not in the text"),
        Doubt.NOT_THIS_NUMBER: _("the number {detail} is not in the text"),
        Doubt.SEVERAL: _("the text fits several documents: {detail}"),
        Doubt.FILE_NAME: _("the file’s name says {detail}, its text something else"),
        Doubt.EXPORT: _("the export says {detail}, the text something else"),
        Doubt.TWICE: _("there are two of them: {detail}"),
        Doubt.FOLLOWS: _("page {detail} follows without number or name"),
        Doubt.BARE: _("{detail} stands in the text, but nothing says that it is the number"),
        Doubt.AMOUNT: _("the text says {detail} to pay, the document another amount"),
        Doubt.UNPROTECTED: _("brought without a password, which the PDFs of {detail} have: it would leave unprotected"),
        Doubt.MONTH: _("the text is of {detail}, the document of another month"),
    }[doubt].format(detail=detail)


@dataclass(frozen=True, slots=True)
class Expected:
    """A document that a PDF may be of."""

    document_id: int
    kind: DocumentKind
    number: str
    last_name: str
    first_name: str
    period: Period | None = None
    """None: its text may be of any month."""
    issued_on: date | None = None
    net: int = 0
    """Cents without tax; of all three 0: its text may come to any amount."""
    gross: int = 0
    paid: int = 0

    def comes_to(self, cents: int) -> bool:
        """Whether a page may say that this is its total, or is to be paid.

        Of a document whose file told no tax it may be with tax. A few cents come from rounding line by line.
        """
        told = {self.net, self.gross, self.gross - self.paid}
        if told == {0} or any(abs(abs(cents) - abs(each)) <= ROUNDING for each in told):
            return True
        return self.gross == self.net and abs(self.net) <= abs(cents) <= abs(self.net) * 6 // 5 + ROUNDING

    @property
    def resident(self) -> str:
        """`BERNARD Paul`."""
        return f"{self.last_name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class Brought:
    """A PDF that was brought: all pages of a file, or some of them, kept by their content."""

    period: Period
    """The month it was brought for."""
    source: str
    """Name of the file it came in."""
    source_sha256: str
    pages: tuple[int, ...]
    """Of that file, from 1."""
    path: str
    """Inside the documents folder."""
    sha256: str
    size: int
    """Bytes."""
    state: BroughtState
    doubt: Doubt = Doubt.NONE
    detail: str = ""
    """What the doubt is about."""
    document_id: int | None = None
    """Whose it is, or while it is held may be; None: nobody knows."""
    at: datetime | None = None
    operator: str = ""
    id: int = 0

    @property
    def where(self) -> str:
        """The file and its pages, for people."""
        return _("{file}, p. {pages}").format(file=self.source, pages=page_ranges(self.pages))

    @property
    def sentence(self) -> str:
        """Why someone must look at it; empty if nobody need."""
        return doubt_sentence(self.doubt, self.detail)


class Outcome(StrEnum):
    """What an import did with a PDF."""

    MATCHED = "matched"
    HELD = "held"
    REFUSED = "refused"
    UNCHANGED = "unchanged"
    """The same was brought before, and decided."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one PDF of an import."""

    source: str
    pages: tuple[int, ...]
    outcome: Outcome
    number: str = ""
    resident: str = ""
    reason: str = ""
    """Why it is held or refused, for people."""


def page_ranges(pages: Sequence[int]) -> str:
    """`3-5, 9` for 3, 4, 5, 9."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def pages_of(text: str) -> tuple[int, ...]:
    """The pages that `page_ranges` wrote."""
    pages: list[int] = []
    for part in filter(None, text.split(", ")):
        first, _dash, last = part.partition("-")
        pages += range(int(first), int(last or first) + 1)
    return tuple(pages)


@dataclass(frozen=True, slots=True)
class FileAccount:
    """The account of one file's pages: each is matched, held, refused or unchanged."""

    name: str
    pages: int = 0
    taken: tuple[Taken, ...] = ()
    refused: str = ""
    """Why the file was not read at all, with the next step; empty if it was."""

    def count(self, outcome: Outcome) -> int:
        """How many of its pages came to that."""
        return sum(len(item.pages) for item in self.taken if item.outcome is outcome)


@dataclass(frozen=True, slots=True)
class Account:
    """What became of all that was brought at once."""

    period: Period
    files: tuple[FileAccount, ...]
    without: int = 0
    """Invoices of the month that no PDF was brought for, once it was taken."""

    def documents(self, outcome: Outcome) -> int:
        """How many PDFs came to that."""
        return sum(1 for file in self.files for item in file.taken if item.outcome is outcome)

    def pages(self, outcome: Outcome) -> int:
        """How many pages came to that."""
        return sum(file.count(outcome) for file in self.files)

    @property
    def all_pages(self) -> int:
        """Pages of all files that could be read."""
        return sum(file.pages for file in self.files)

    @property
    def files_refused(self) -> int:
        """Files that could not be read."""
        return sum(1 for file in self.files if file.refused)

    @property
    def exit_status(self) -> int:
        """1 if something is held or was refused."""
        doubtful = self.documents(Outcome.HELD) + self.documents(Outcome.REFUSED) + self.files_refused
        return 1 if doubtful else 0

    def doubts(self) -> list[str]:
        """A sentence for every file and PDF that was refused or asks for a decision."""
        told: list[str] = []
        for file in self.files:
            if file.refused:
                told.append(file.refused)
            asking = (item for item in file.taken if item.outcome in (Outcome.HELD, Outcome.REFUSED))
            told.extend(_taken_sentence(item) for item in asking)
        return told

    def lines(self) -> list[str]:
        """The account for people, a line each: every file and page, what asks for a decision in full."""
        told = self.doubts()
        pages = ngettext("{n} page", "{n} pages", self.all_pages)
        parts = [
            _("{period}: {pages}").format(period=self.period.label(), pages=pages),
            *(
                _counted(self, outcome)
                for outcome in (Outcome.MATCHED, Outcome.UNCHANGED, Outcome.HELD, Outcome.REFUSED)
            ),
        ]
        told.append(", ".join(filter(None, parts)))
        if self.files_refused:
            told.append(ngettext("{n} file was not read.", "{n} files were not read.", self.files_refused))
        if self.without:
            told.append(
                ngettext(
                    "{n} invoice of the month has no PDF of its own: tuimail would make its page.",
                    "{n} invoices of the month have no PDF of their own: tuimail would make their pages.",
                    self.without,
                )
            )
        return told

    def as_json(self) -> list[dict[str, Any]]:
        """The account as `--json` prints it: a line a PDF, a line a file that was refused, then the summary."""
        lines: list[dict[str, Any]] = []
        for file in self.files:
            if file.refused:
                lines.append({"event": "file-refused", "file": file.name, "detail": file.refused})
            for item in file.taken:
                line = {
                    "event": "pdf",
                    "file": item.source,
                    "pages": page_ranges(item.pages),
                    "state": str(item.outcome),
                }
                line |= {"number": item.number, "resident": item.resident, "detail": item.reason}
                lines.append({key: value for key, value in line.items() if value})
        summary: dict[str, Any] = {"event": "summary", "period": str(self.period), "pages": self.all_pages}
        summary |= {str(outcome): self.documents(outcome) for outcome in Outcome}
        summary |= {f"pages_{outcome}": self.pages(outcome) for outcome in Outcome}
        return [*lines, summary | {"files_refused": self.files_refused, "without": self.without}]


def _taken_sentence(item: Taken) -> str:
    where = _("{file}, p. {pages}").format(file=item.source, pages=page_ranges(item.pages))
    whose = f"{item.number} {item.resident}".strip()
    verdict = _("held: {why}") if item.outcome is Outcome.HELD else _("refused: {why}")
    return " · ".join(filter(None, (where, whose, verdict.format(why=item.reason))))


def _counted(account: Account, outcome: Outcome) -> str:
    count, pages = account.documents(outcome), account.pages(outcome)
    if not count:
        return ""
    words = {
        Outcome.MATCHED: ngettext("{n} matched", "{n} matched", count),
        Outcome.UNCHANGED: ngettext("{n} unchanged", "{n} unchanged", count),
        Outcome.HELD: ngettext("{n} held", "{n} held", count),
        Outcome.REFUSED: ngettext("{n} refused", "{n} refused", count),
    }
    counted = words[outcome].format(n=count)
    return counted if pages == count else f"{counted} ({ngettext('{n} page', '{n} pages', pages)})"
