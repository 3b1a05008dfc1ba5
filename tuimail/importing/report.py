"""What an import did, or would do, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuimail.domain.i18n import _, ngettext
from tuimail.importing.fields import Subject
from tuimail.importing.outcomes import Added, Change, Kept, LookAlike
from tuimail.importing.refusals import Cause, Refusal

_LISTED = 20
"""Refused rows and changed records that are spelled out; the rest is counted."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file. `new`, `changed` and `unchanged` count residents or documents, the rest rows of the file."""

    path: Path
    sha256: str
    subject: Subject
    encoding: str
    delimiter: str
    sheet: str
    unused: tuple[str, ...]
    """Titles of the columns that were not imported."""
    added: tuple[Added, ...]
    unchanged: int
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]
    refused_invoices: int
    totals: int
    repeated: int
    doubtful: tuple[int, ...]
    """Lines whose amount is not quantity times unit price."""
    refused_file: Path | None = None
    """Where the refused rows were written; None on a dry run or if there are none."""
    profile: str = ""
    """Name of the profile it was read by."""
    addresses: tuple[str, ...] = ()
    """Titles of the columns left aside that hold e-mail addresses."""
    pdf_paths: Mapping[int, Path] = field(default_factory=dict)
    """Document's id -> the PDF that is said to be its own; on a dry run new documents' ids mean nothing."""
    pdfs: int = 0
    """Documents whose own PDF was found, and once it is imported those whose PDF will be sent."""
    pdfs_held: int = 0
    """PDFs that wait for someone to look at them."""
    lookalikes: tuple[LookAlike, ...] = ()
    """New addresses that are one slip away from a known provider or from another one of the same resident."""
    kept: tuple[Kept, ...] = ()
    """Addresses that stay although the file has none in their place."""
    pdf_problems: tuple[str, ...] = ()
    """Sentences about PDFs that were named or found and cannot be used, or not yet."""

    @property
    def new(self) -> int:
        """Residents or documents that were not known."""
        return len(self.added)

    @property
    def taken_numbers(self) -> int:
        """Invoices refused because another resident's has their number."""
        return sum(refusal.cause is Cause.NUMBER_TAKEN for refusal in self.refused)

    @property
    def undecided(self) -> tuple[Refusal, ...]:
        """The refused rows that go in once somebody says whom they mean."""
        return tuple(refusal for refusal in self.refused if refusal.choices)

    @property
    def kept_addresses(self) -> int:
        """Addresses that stay although the file has none in their place."""
        return sum(len(found.addresses) for found in self.kept)

    @property
    def changed(self) -> int:
        """Known residents or documents that the file changes."""
        return len(self.changes)

    @property
    def idle(self) -> bool:
        """Whether the file says nothing that was not known."""
        return not (self.added or self.changes or self.refused)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """New, changed, unchanged, refused rows."""
        return self.new, self.changed, self.unchanged, len(self.refused)

    def sentence(self) -> str:
        """The counts on one line."""
        if self.idle:
            if self.subject is Subject.RESIDENTS:
                told = ngettext(
                    "nothing new, the {n} resident is already so",
                    "nothing new, the {n} residents are already so",
                    self.unchanged,
                )
            else:
                told = ngettext(
                    "nothing new, the {n} invoice is already so",
                    "nothing new, the {n} invoices are already so",
                    self.unchanged,
                )
            return _("{name}: {told}.").format(name=self.path.name, told=told)
        if self.subject is Subject.RESIDENTS:
            parts = [
                ngettext("{n} new resident", "{n} new residents", self.new),
                ngettext("{n} resident changed", "{n} residents changed", self.changed),
                ngettext("{n} resident unchanged", "{n} residents unchanged", self.unchanged),
            ]
        else:
            parts = [
                ngettext("{n} new invoice", "{n} new invoices", self.new),
                ngettext("{n} invoice changed", "{n} invoices changed", self.changed),
                ngettext("{n} invoice unchanged", "{n} invoices unchanged", self.unchanged),
            ]
        if self.refused_invoices:
            parts.append(ngettext("{n} invoice refused", "{n} invoices refused", self.refused_invoices))
        parts.append(ngettext("{n} row refused", "{n} rows refused", len(self.refused)))
        return _("{name}: {told}.").format(name=self.path.name, told=", ".join(parts))

    def _read_as(self) -> str:
        if self.sheet:
            return _("sheet “{sheet}”").format(sheet=self.sheet)
        mark = _("tab") if self.delimiter == "\t" else _("“{name}”").format(name=self.delimiter)
        return _("{encoding}, separator {mark}").format(encoding=self.encoding, mark=mark)

    def lines(self) -> Iterator[str]:
        """The file for people: the counts, then what needs a look, indented."""
        yield self.sentence()
        yield "  " + _("Read as {how}.").format(how=self._read_as())
        if self.profile:
            yield "  " + _("Profile: {name}.").format(name=self.profile)
        for sentence in self.notes():
            yield "  " + sentence
        if self.undecided:
            yield "  " + ngettext(
                "{n} refused row may mean a known resident: the import screen (tuimail, then I) asks whom.",
                "{n} refused rows may mean known residents: the import screen (tuimail, then I) asks whom.",
                len(self.undecided),
            )
        if self.unused:
            yield "  " + _("Columns left aside: {titles}.").format(titles=", ".join(self.unused))
        if self.totals:
            yield "  " + ngettext("{n} row of totals left out.", "{n} rows of totals left out.", self.totals)
        if self.repeated:
            yield "  " + ngettext(
                "{n} row that says another again left out.", "{n} rows that say others again left out.", self.repeated
            )
        if self.doubtful:
            sentence = ngettext(
                "On {n} row ({lines}) the amount is not quantity × unit price; the amount counts.",
                "On {n} rows ({lines}) the amount is not quantity × unit price; the amount counts.",
                len(self.doubtful),
            )
            shown = ", ".join(map(str, self.doubtful[:_LISTED])) + (", …" if len(self.doubtful) > _LISTED else "")
            yield "  " + sentence.format(lines=shown)
        yield from _listed(_("To check"), [found.sentence() for found in self.lookalikes])
        yield from _listed(_("Addresses kept"), [found.sentence() for found in self.kept])
        yield from _listed(_("Changed"), [change.sentence() for change in self.changes])
        yield from _listed(_("Refused"), [refusal.sentence() for refusal in self.refused if not refusal.because_of])
        if self.refused_file:
            yield "  " + _("The refused rows stand in {path}: correct them there and import that file.").format(
                path=self.refused_file
            )

    def notes(self) -> Iterator[str]:
        """What is to be known beyond the counts and what waits for a decision, a sentence each."""
        if taken := self.taken_numbers:
            yield ngettext(
                "{n} number of this year is already another resident's: that invoice stays as it is, the one of this"
                " file is refused. Give it another number.",
                "{n} numbers of this year are already other residents': those invoices stay as they are, the ones of"
                " this file are refused. Has the software begun its numbers again? They serve once a year.",
                taken,
            )
        if nobody := sum(refusal.cause is Cause.NOBODY for refusal in self.refused):
            yield ngettext(
                "{n} invoice is of a resident nobody knows: import the residents first.",
                "{n} invoices are of residents nobody knows: import the residents first.",
                nobody,
            )
        if self.lookalikes:
            yield ngettext(
                "{n} address looks like a slip of the keyboard: to be checked with the family.",
                "{n} addresses look like slips of the keyboard: to be checked with the families.",
                len(self.lookalikes),
            )
        if count := self.kept_addresses:
            yield ngettext(
                "{n} address kept: the file has none. Whoever wants it gone empties it on the card.",
                "{n} addresses kept: the file has none. Whoever wants one gone empties it on the card.",
                count,
            )
        if self.addresses:
            yield _("E-mail addresses left aside, since nothing says whose they are: {titles}.").format(
                titles=", ".join(self.addresses)
            )
        if self.pdfs:
            yield ngettext("{n} invoice has its own PDF.", "{n} invoices have their own PDF.", self.pdfs)
        if self.pdfs_held:
            yield ngettext(
                "{n} PDF waits for someone to look at it: the list of PDFs that were brought (tuimail, then b).",
                "{n} PDFs wait for someone to look at them: the list of PDFs that were brought (tuimail, then b).",
                self.pdfs_held,
            )
        yield from self.pdf_problems[:_LISTED]
        if (more := len(self.pdf_problems) - _LISTED) > 0:
            yield ngettext("{n} more word about PDFs is left out.", "{n} more words about PDFs are left out.", more)

    def as_json(self) -> Iterator[dict[str, Any]]:
        """One line for each changed record and refused row, then the file's own."""
        name = str(self.path)
        for change in self.changes:
            fields = {field.key: [field.old, field.new] for field in change.fields}
            yield {"event": "changed", "file": name, "line": change.line, "what": change.label, "fields": fields}
        for found in self.lookalikes:
            yield {"event": "lookalike", "file": name, "line": found.line, "what": found.label,
                   "address": found.address, "meant": found.meant}  # fmt: skip
        for stayed in self.kept:
            yield {"event": "kept", "file": name, "line": stayed.line, "what": stayed.label,
                   "addresses": list(stayed.addresses)}  # fmt: skip
        for refusal in self.refused:
            for problem in refusal.problems:
                yield {"event": "refused", "file": name, "line": refusal.line, "column": problem.column,
                       "value": problem.value, "reason": problem.reason}  # fmt: skip
        yield {"event": "file", "file": name, "subject": str(self.subject), "sha256": self.sha256,
               "encoding": self.encoding, "delimiter": self.delimiter, "sheet": self.sheet, **self._counted(),
               "profile": self.profile, "pdfs": self.pdfs, "pdfs_held": self.pdfs_held, "totals": self.totals,
               "repeated": self.repeated, "lookalikes": len(self.lookalikes),
               "kept": self.kept_addresses,
               "unused": list(self.unused),
               "refused_file": str(self.refused_file) if self.refused_file else None}  # fmt: skip

    def _counted(self) -> dict[str, int]:
        return dict(zip(("new", "changed", "unchanged", "refused"), self.counts, strict=True))


def _listed(title: str, sentences: list[str]) -> Iterator[str]:
    for sentence in sentences[:_LISTED]:
        yield "  " + _("{title}: {sentence}").format(title=title, sentence=sentence)
    if (more := len(sentences) - _LISTED) > 0:
        yield "  " + _("{title}: {n} more.").format(title=title, n=more)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """An import of one or several files."""

    files: tuple[FileReport, ...]
    structures: tuple[str, ...]
    """Names of the structures that were made."""
    dry_run: bool

    @property
    def refused(self) -> int:
        """Rows refused in all files."""
        return sum(len(file.refused) for file in self.files)

    @property
    def exit_status(self) -> int:
        """0 if everything went in (or would), 1 if a row was refused."""
        return 1 if self.refused else 0

    def lines(self) -> list[str]:
        """The report for people, a line each."""
        lines = [_("Dry run: nothing is kept.")] if self.dry_run else []
        if self.structures:
            lines.append(_("Structures made: {names}.").format(names=", ".join(self.structures)))
        for file in self.files:
            lines += file.lines()
        return lines

    def as_json(self) -> list[dict[str, Any]]:
        """The lines of `--json`: changed records, refused rows, files, and a summary at the end."""
        lines = [line for file in self.files for line in file.as_json()]
        total = {
            name: sum(file.counts[n] for file in self.files)
            for n, name in enumerate(("new", "changed", "unchanged", "refused"))
        }
        return [*lines, {"event": "summary", "dry_run": self.dry_run, "structures": list(self.structures), **total}]
