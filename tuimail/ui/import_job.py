"""What the operator has put on the import desk: the files, what was said about each, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.errors import TuimailError
from tuimail.domain.periods import Period
from tuimail.store.database import in_background

if TYPE_CHECKING:
    from tuimail.importing.plan import ImportReport, Wishes
    from tuimail.importing.profiles import Examined
    from tuimail.importing.reading import ImportFile
    from tuimail.office.import_desk import Imports


@dataclass
class JobFile:
    """One file, and how it is understood now."""

    file: ImportFile
    found: Examined | None = None
    error: TuimailError | None = None
    """Why it cannot be read, or cannot be imported as it is understood."""


@dataclass
class ImportJob:
    """An import that is being prepared."""

    imports: Imports
    files: list[JobFile] = field(default_factory=list)
    decisions: dict[str, dict[int, int]] = field(default_factory=dict)
    """SHA-256 of a file -> line -> the resident it means; 0: somebody new."""
    pdf_folder: Path | None = None
    period: Period | None = None
    done: bool = False
    """Whether it was imported."""

    @property
    def ready(self) -> bool:
        """Whether every file is understood."""
        return bool(self.files) and not any(item.error for item in self.files)

    async def add(self, path: Path) -> JobFile:
        """Put a file on the desk, or look at it again if it is there."""
        from tuimail.importing.reading import ImportFile

        known = next((item for item in self.files if item.file.path == path), None)
        item = known or JobFile(ImportFile(path))
        if known is None:
            self.files.append(item)
        await self.look(item)
        return item

    async def look(self, item: JobFile, file: ImportFile | None = None) -> None:
        """Read the file as it is said to be."""
        item.file = file or item.file
        try:
            item.found = await in_background(self.imports.examine, item.file, self.period)
            item.error = item.found.problem
        except TuimailError as error:
            item.found, item.error = None, error

    async def look_again(self) -> None:
        """Read all files again: something was said about all of them."""
        for item in self.files:
            await self.look(item)

    def wishes(self, *, dry_run: bool) -> Wishes:
        """What is asked beside the files."""
        from tuimail.importing.plan import Wishes

        return Wishes(self.period, self.decisions, self.pdf_folder, dry_run)

    async def run(self, *, dry_run: bool) -> ImportReport:
        """Rehearse the import, or do it; raises TuimailError."""
        files = [item.file for item in self.files]
        return await in_background(self.imports.run, files, self.wishes(dry_run=dry_run))

    def decide(self, sha256: str, line: int, resident_id: int | None) -> None:
        """The row of that line means this resident; None: nobody has decided."""
        decided = self.decisions.setdefault(sha256, {})
        if resident_id is None:
            decided.pop(line, None)
        else:
            decided[line] = resident_id

    def override(self, item: JobFile, key: str, target: str) -> ImportFile:
        """The file with another say about one column; see `ImportFile.overrides`."""
        return replace(item.file, overrides={**item.file.overrides, key: target})
