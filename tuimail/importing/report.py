"""What an import did, or would do, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuimail.domain.i18n import _, ngettext
from tuimail.importing.fields import Subject
from tuimail.importing.refusals import Refusal

_LISTED = 20
"""Refused rows and changed records that are spelled out; the rest is counted."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that becomes another one, both for people."""

    key: str
    """The field for programs."""
    name: str
    """The field for people."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """A known resident or document that the file says something new about."""

    line: int
    label: str
    fields: tuple[FieldChange, ...]

    def sentence(self) -> str:
        """`LAINE Diane (R0001): room 100 → 101`."""
        nothing = _("(nothing)")
        told = ", ".join(f"{f.name} {f.old or nothing} → {f.new or nothing}" for f in self.fields)
        return _("{label}: {changes}").format(label=self.label, changes=told)


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
    new: int
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

    @property
    def changed(self) -> int:
        """Known residents or documents that the file changes."""
        return len(self.changes)

    @property
    def idle(self) -> bool:
        """Whether the file says nothing that was not known."""
        return not (self.new or self.changes or self.refused)

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
        yield from _listed(_("Changed"), [change.sentence() for change in self.changes])
        yield from _listed(_("Refused"), [refusal.sentence() for refusal in self.refused if not refusal.because_of])
        if self.refused_file:
            yield "  " + _("The refused rows stand in {path}: correct them there and import that file.").format(
                path=self.refused_file
            )

    def as_json(self) -> Iterator[dict[str, Any]]:
        """One line for each changed record and refused row, then the file's own."""
        name = str(self.path)
        for change in self.changes:
            fields = {field.key: [field.old, field.new] for field in change.fields}
            yield {"event": "changed", "file": name, "line": change.line, "what": change.label, "fields": fields}
        for refusal in self.refused:
            for problem in refusal.problems:
                yield {"event": "refused", "file": name, "line": refusal.line, "column": problem.column,
                       "value": problem.value, "reason": problem.reason}  # fmt: skip
        yield {"event": "file", "file": name, "subject": str(self.subject), "sha256": self.sha256,
               "encoding": self.encoding, "delimiter": self.delimiter, "sheet": self.sheet, **self._counted(),
               "totals": self.totals, "repeated": self.repeated, "unused": list(self.unused),
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
