"""PDFs for the eye: the page as text laid out, or as a picture, whoever made it."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Self

from tuimail.documents.pdf_reader import PdfReader
from tuimail.documents.preview import page_texts
from tuimail.documents.storage import as_document_error


class Viewer:
    """Reads one PDF after another. Use as a context manager, or `close`: a process and a folder belong to it."""

    def __init__(self) -> None:
        self._reader = PdfReader()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and leave nothing behind."""
        self._reader.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def texts(self, content: bytes, columns: int, *, ours: bool) -> list[str]:
        """The text of each page in about `columns` characters, empty for a scanned page. Raises BadFile.

        `ours`: tuimail made it, so that it need not be read at arm's length.
        """
        if ours:
            return page_texts(content, columns)
        return self._reader.laid_out(self._file(content), columns)

    def picture(self, content: bytes, page: int, width: int) -> bytes:
        """A page (from 0) as a PNG about `width` pixels wide. Raises BadFile."""
        return self._reader.picture(self._file(content), page, width)

    def _file(self, content: bytes) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tuimail-")
        path = Path(self._folder.name) / f"{hashlib.sha256(content).hexdigest()}.pdf"
        with as_document_error(path.parent):
            if not path.exists():
                path.write_bytes(content)
        return path
