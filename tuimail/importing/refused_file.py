"""The file of refused rows beside the input: why, and the rows as they were, to be corrected and imported."""

from __future__ import annotations

import itertools
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from tuimail.domain.csv_text import Figure, csv_table
from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.money import parse_decimal
from tuimail.importing.cells import shown
from tuimail.importing.mapping import Table
from tuimail.importing.refusals import Refusal
from tuimail.importing.source import Cell
from tuimail.store.claiming import claim


def path_for(source: Path, folder: Path | None = None, *, whole_name: bool = False) -> Path:
    """Where the refused rows of `source` are written: beside it, or in `folder`.

    `whole_name` keeps its suffix in the name, to tell it from another input's.
    """
    return (folder or source.parent) / f"{source.name if whole_name else source.stem}-refuses.csv"


def as_told(cell: Cell) -> str:
    """A cell as a person would have typed it; a number stays one, its sign included."""
    text = shown(cell)
    try:
        parse_decimal(text)
    except ValueError:
        return text
    return Figure(text)


class RefusedFile:
    """The refused rows of one input: a draft until the import is sure, then a file beside the input."""

    def __init__(self, source: Path, fallback: Path, *, whole_name: bool) -> None:
        self.source = source
        self.fallback = fallback
        self.whole_name = whole_name
        self.draft: Path | None = None
        self.path = path_for(source, whole_name=whole_name)

    def write(self, table: Table, refused: Iterable[Refusal]) -> None:
        """Write the draft beside the input, or in the fallback folder; raises BadFile if neither can be written."""
        reason = ""
        for folder in (self.source.parent, self.fallback):
            try:
                self.draft = _write(table, refused, folder)
            except OSError as error:
                reason = os_reason(error)
            else:
                self.path = path_for(self.source, folder, whole_name=self.whole_name)
                return
        raise BadFile(
            _("The refused rows of {name} can be written neither beside it nor in {folder}: {reason}.").format(
                name=self.source.name, folder=self.fallback, reason=reason
            ),
            _("Nothing was imported. Copy the file to a folder of yours and import it there."),
        )

    def publish(self) -> Path | None:
        """Give the draft the first name that is free, and return its path; None if nothing was refused.

        A file that is there may hold somebody's corrections: it is never replaced nor removed. One that says the very
        same serves as it is.
        """
        if self.draft is None:
            return None
        try:
            for path in _names(self.path):
                if claim(self.draft, path):
                    return path
                if _says_the_same(self.draft, path):
                    self.discard()
                    return path
        except OSError:
            pass
        # The import is done: better an odd name than no file.
        return self.draft

    def discard(self) -> None:
        """Forget the draft: the import did not happen."""
        if self.draft is not None:
            with suppress(OSError):
                self.draft.unlink()


def _names(path: Path) -> Iterator[Path]:
    """`x-refuses.csv`, `x-refuses-2.csv`, `x-refuses-3.csv`…"""
    yield path
    for n in itertools.count(2):
        yield path.with_name(f"{path.stem}-{n}{path.suffix}")


def _says_the_same(draft: Path, path: Path) -> bool:
    """Whether a plain file that this account may correct holds the draft's bytes, no more and no less."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size != draft.stat().st_size:
            return False
        return stream.read() == draft.read_bytes()


def _row(refusal: Refusal) -> list[str]:
    told = [
        as_told(" | ".join(filter(None, texts)))
        for texts in zip(*((p.column, p.value, p.reason) for p in refusal.problems), strict=True)
    ]
    return [str(refusal.line), *told, *map(as_told, refusal.row.cells)]


def _write(table: Table, refused: Iterable[Refusal], folder: Path) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=".tuimail-", suffix=".csv", dir=folder)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            # It holds what the input holds, and is for whoever may read the input.
            os.fchmod(descriptor, table.source.path.stat().st_mode & 0o666 | 0o600)
            titles = (_("line"), _("column"), _("value"), _("reason"), *map(as_told, table.headers))
            stream.writelines(csv_table(titles, map(_row, refused), table.source.delimiter or ";"))
            stream.flush()
            os.fsync(descriptor)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft
