"""PDFs that come with an export: named by a column, or found in a folder by the invoice's number."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tuimail.domain.billing import Document, KeptFile
from tuimail.domain.errors import BadInput, TuimailError, os_reason
from tuimail.domain.i18n import _
from tuimail.importing.source import Row

KeepPdf = Callable[[Path, Document], KeptFile]
"""Keeps a copy of a PDF for a document; raises TuimailError if it is none or cannot be kept."""


class Pdfs:
    """The PDFs of one import."""

    def __init__(self, folder: Path | None, keep: KeepPdf | None) -> None:
        """`folder` holds PDFs called by their invoice's number, and those that a column names. Raises BadInput."""
        self._folder = folder
        self._keep = keep
        self._by_word: dict[str, list[Path]] = defaultdict(list)
        self.kept: dict[int, KeptFile] = {}
        """By document's id."""
        if folder is not None:
            for path in _listed(folder):
                for word in _words(path.stem):
                    self._by_word[word].append(path)

    @property
    def has_folder(self) -> bool:
        """Whether PDFs are looked for by number."""
        return self._folder is not None

    def take(
        self, named: Iterable[tuple[Document, str, Row]], saved: Sequence[Document], beside: Path, *, dry_run: bool
    ) -> tuple[int, list[str]]:
        """Keep the PDFs of documents that were saved; how many have one, and what is wrong with others.

        `named`: documents with what their row says; `beside`: the export, beside which names without a folder are
        looked for. A dry run only looks whether they are there.
        """
        problems: list[str] = []
        ids = {(d.structure_id, d.kind, d.issued_on.year, d.number): d.id for d in saved}
        wanted: dict[int, tuple[Document, Path]] = {}
        for document, name, row in named:
            document_id = (
                document.id or ids[document.structure_id, document.kind, document.issued_on.year, document.number]
            )
            path = self._named(name, beside)
            if path is None:
                problems.append(
                    _("line {line}: there is no PDF “{name}” beside the export or in the folder of PDFs").format(
                        line=row.line, name=name
                    )
                )
            else:
                wanted[document_id] = document, path
        for document in saved:
            if document.id not in wanted and self._folder is not None:
                found = sorted(set(self._by_word.get(document.number.casefold(), ())))
                if len(found) == 1:
                    wanted[document.id] = document, found[0]
                elif found:
                    problems.append(
                        _("several PDFs may be invoice {number}: {names}").format(
                            number=document.number, names=", ".join(path.name for path in found)
                        )
                    )
        count = 0
        for document_id, (document, path) in wanted.items():
            try:
                if not dry_run and self._keep is not None:
                    self.kept[document_id] = self._keep(path, document)
                elif not _is_pdf(path):
                    raise BadInput(_("{name} is no PDF.").format(name=path.name))
            except (TuimailError, OSError) as error:
                reason = str(error) if isinstance(error, TuimailError) else os_reason(error)
                problems.append(_("invoice {number}: {reason}").format(number=document.number, reason=reason))
            else:
                count += 1
        return count, problems

    def _named(self, name: str, beside: Path) -> Path | None:
        bare = name.replace("\\", "/")
        folders = [beside.parent, *([self._folder] if self._folder else [])]
        # A path of another machine: its last name is what can be found here.
        for candidate in (bare, bare.rpartition("/")[2]):
            for text in (candidate, f"{candidate}.pdf"):
                for folder in folders:
                    path = folder / Path(text).expanduser()
                    if path.is_file():
                        return path
        return None


def _listed(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(e.path) for e in entries if e.name.casefold().endswith(".pdf") and e.is_file()]
    except OSError as error:
        raise BadInput(
            _("The folder of PDFs {folder} cannot be read: {reason}.").format(folder=folder, reason=os_reason(error)),
            _("Name the folder that holds the invoices' PDFs."),
        ) from error


def _words(stem: str) -> set[str]:
    """What the name of a PDF may say its invoice's number is: the whole name, and each part of it."""
    folded = stem.casefold()
    return {folded, *re.split(r"[\s_.()]+", folded), *re.split(r"[-\s_.()]+", folded)} - {""}


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as stream:
        return b"%PDF-" in stream.read(1024)
