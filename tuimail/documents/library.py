"""The PDFs in the data folder: made when asked for, and never changed once they were sent."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from tuimail.documents.naming import readable_name, relative_path, version_of
from tuimail.documents.printable import Printable
from tuimail.documents.render import merge, render
from tuimail.documents.storage import as_document_error, make_folder, replace_file
from tuimail.domain.billing import KeptFile
from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _

_PROBE = 1 << 20
"""Bytes that must fit before a batch is begun: a full disk is noticed then, not at the first family."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A document's PDF and where it is kept."""

    path: Path
    content: bytes
    sha256: str
    """Of `content`, in hexadecimal."""


class Library:
    """Keeps PDFs below `folder`, by structure, period and number.

    `was_sent(document_id, sha256)` answers whether that content of that document has left, may have, or is about to.
    Such a file stays as it is; another content goes beside it.
    """

    def __init__(self, folder: Path, was_sent: Callable[[int, str], bool]) -> None:
        self.folder = folder
        self._was_sent = was_sent

    def pdf_for(self, item: Printable, content: bytes | None = None) -> Pdf:
        """Render `item` and keep it: `020.pdf`, or `020~2.pdf` and so on where an earlier content was sent.

        `content`: its PDF if it was made already.

        A file with the same content is left alone; one that was never sent is replaced whole or not at all, whatever
        is cut or killed. Raises DocumentError, with what to do, for what cannot be rendered or written.
        """
        content = render(item) if content is None else content
        digest = hashlib.sha256(content).hexdigest()
        first = self.folder / relative_path(item)
        with as_document_error(self.folder):
            make_folder(first.parent)
            for version in count(1):
                path = Path(version_of(first, version))
                found = _digest_of(path)
                if found == digest:
                    break
                if found is None or not self._was_sent(item.document.id, found):
                    replace_file(path, content)
                    break
        return Pdf(path, content, digest)

    def keep(self, item: Printable, content: bytes | None = None) -> KeptFile:
        """As `pdf_for`, but only says what was kept: the batch freezes that, `read` gives the content back later."""
        pdf = self.pdf_for(item, content)
        path = pdf.path.relative_to(self.folder).as_posix()
        return KeptFile(path, readable_name(item), pdf.sha256, len(pdf.content))

    def read(self, path: str, sha256: str) -> bytes:
        """The content of a kept file; raises DocumentError if it is gone or is not that content any more."""
        with as_document_error(self.folder):
            try:
                content = (self.folder / path).read_bytes()
            except FileNotFoundError:
                content = None
        if content is None:
            sentence = _("The PDF {path} is no longer in the data folder.").format(path=path)
        elif hashlib.sha256(content).hexdigest() != sha256:
            sentence = _("The PDF {path} is no longer the one that was to be sent.").format(path=path)
        else:
            return content
        raise DocumentError(sentence, _("Send this document again: its PDF is then made anew."))

    def check_writable(self) -> None:
        """Raise DocumentError, with what to do, if no PDF could be written now. Leaves nothing but the folder."""
        with as_document_error(self.folder):
            make_folder(self.folder)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".probe-") as probe:
                probe.write(b"\0" * _PROBE)
                probe.flush()
                os.fsync(probe.fileno())


def export(items: Iterable[Printable], out: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Write these documents to `out`: as one PDF if it ends in .pdf, or else as a folder of PDFs with readable names.

    For the home's own use: residents' passwords are left out. Answers how many documents there were. Files of those
    names are replaced. `progress` is told how many of how many are done. Raises DocumentError if there is no document,
    or for what cannot be rendered or written.
    """
    documents = list(items)
    if not documents:
        raise DocumentError(_("There is no document to print."), _("Choose another period or structure."))
    if out.suffix.lower() == ".pdf":
        content = merge(documents, progress=progress)
        with as_document_error(out.parent):
            out.parent.mkdir(parents=True, exist_ok=True)
            replace_file(out, content)
        return len(documents)
    with as_document_error(out):
        out.mkdir(parents=True, exist_ok=True)
        taken: set[str] = set()
        for done, item in enumerate(documents, 1):
            replace_file(out / free_name(readable_name(item), taken), render(item.unlocked))
            if progress is not None:
                progress(done, len(documents))
    return len(documents)


def free_name(name: str, taken: set[str]) -> str:
    """`name`, or `name (2)` and so on where another document of this export has it."""
    stem = name.removesuffix(".pdf")
    others = (f"{stem} ({position}).pdf" for position in count(2))
    free = next(candidate for candidate in chain([name], others) if candidate.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _digest_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
