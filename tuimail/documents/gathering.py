"""PDFs that are there already, gathered in one file or in a folder with readable names."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tuimail.documents.library import free_name
from tuimail.documents.pdf_reader import PdfReader
from tuimail.documents.storage import as_document_error, replace_file


def merged(contents: Sequence[bytes]) -> bytes:
    """One PDF of all pages of these, in their order; raises BadFile if one of them cannot be read."""
    if len(contents) == 1:
        return contents[0]
    with tempfile.TemporaryDirectory(prefix="tuimail-") as scratch, PdfReader() as reader:
        folder = Path(scratch)
        with as_document_error(folder):
            sources = []
            for number, content in enumerate(contents):
                sources.append(folder / f"{number}.pdf")
                sources[-1].write_bytes(content)
            reader.merge(sources, folder / "all.pdf")
            return (folder / "all.pdf").read_bytes()


def write_file(contents: Sequence[bytes], out: Path) -> None:
    """Write them to `out` as one PDF, whole or not at all; raises DocumentError, BadFile."""
    content = merged(contents)
    with as_document_error(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        replace_file(out, content)


def write_folder(named: Iterable[tuple[str, bytes]], out: Path) -> int:
    """Write each to the folder `out` under its name, or that name with a number where two have the same; how many.

    Raises DocumentError.
    """
    count = 0
    with as_document_error(out):
        out.mkdir(parents=True, exist_ok=True)
        taken: set[str] = set()
        for name, content in named:
            replace_file(out / free_name(name, taken), content)
            count += 1
    return count
