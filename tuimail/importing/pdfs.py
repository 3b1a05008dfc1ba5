"""PDFs that come with an export: named by a column, or found in a folder by the invoice's number."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from tuimail.domain.billing import Document
from tuimail.domain.errors import BadInput, os_reason
from tuimail.domain.i18n import _
from tuimail.importing.source import Row


class Pdfs:
    """Where the PDFs of one import are. Whether they are what they are said to be is looked at once it is done."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` holds PDFs called by their invoice's number, and those that a column names. Raises BadInput."""
        self._folder = folder
        self._by_word: dict[str, list[Path]] = defaultdict(list)
        if folder is not None:
            for path in listed(folder):
                for word in _words(path.stem):
                    self._by_word[word].append(path)

    @property
    def has_folder(self) -> bool:
        """Whether PDFs are looked for by number."""
        return self._folder is not None

    def find(
        self, named: Iterable[tuple[Document, str, Row]], saved: Sequence[Document], beside: Path
    ) -> tuple[dict[int, Path], list[str]]:
        """The PDFs of documents that were saved, by the document's id, and what is wrong with others.

        `named`: documents with what their row says; `beside`: the export, beside which names without a folder are
        looked for.
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
                fitting = sorted(set(self._by_word.get(document.number.casefold(), ())))
                if len(fitting) == 1:
                    wanted[document.id] = document, fitting[0]
                elif fitting:
                    problems.append(
                        _("several PDFs may be invoice {number}: {names}").format(
                            number=document.number, names=", ".join(path.name for path in fitting)
                        )
                    )
        found: dict[int, Path] = {}
        for document_id, (document, path) in wanted.items():
            try:
                if not _is_pdf(path):
                    raise BadInput(_("{name} is no PDF.").format(name=path.name))
            except (BadInput, OSError) as error:
                reason = str(error) if isinstance(error, BadInput) else os_reason(error)
                problems.append(_("invoice {number}: {reason}").format(number=document.number, reason=reason))
            else:
                found[document_id] = path
        return found, problems

    def _named(self, name: str, beside: Path) -> Path | None:
        bare = name.replace("\\", "/")
        folders = [beside.parent, *([self._folder] if self._folder else [])]
        # A path of another machine: its last name is what can be found here.
        for candidate in (bare, bare.rpartition("/")[2]):
            for text in (candidate, f"{candidate}.pdf"):
                for folder in folders:
                    path = folder / Path(text).expanduser()
                    # Path.is_file raises where one may not look: such a folder has nothing for us.
                    if os.path.isfile(path):  # noqa: PTH113
                        return path
        return None


def listed(folder: Path) -> list[Path]:
    """The PDFs of that folder; raises BadInput where it cannot be read."""
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
