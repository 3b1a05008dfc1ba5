"""PDFs that were made elsewhere and come with an export: kept by their content in the documents folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tuimail.documents.storage import as_document_error, replace_file
from tuimail.domain.billing import KeptFile
from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.i18n import _

LARGEST = 25 * 1024 * 1024
"""Bytes; no family's mailbox takes more once it is encoded."""
FOLDER = "received"
"""Inside the documents folder."""
_MARK_WITHIN = 1024
"""The mark of a PDF may have so many bytes before it."""


def keep_received(documents: Path, path: Path) -> KeptFile:
    """Copy the PDF at `path` into the documents folder; the same content is kept once.

    Raises BadFile for what is no PDF or cannot be read, DocumentError for what cannot be written.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise BadFile(
            _("{name} cannot be read: {reason}.").format(name=path, reason=os_reason(error)),
            _("Check who may read the file, or copy it elsewhere."),
        ) from error
    if len(content) > LARGEST:
        raise BadFile(
            _("{name} is larger than {limit} MB: no mailbox would take it.").format(
                name=path.name, limit=LARGEST // 1024**2
            ),
            _("Export it again with fewer or smaller pictures."),
        )
    if b"%PDF-" not in content[:_MARK_WITHIN]:
        raise BadFile(
            _("{name} is no PDF, whatever its name says.").format(name=path.name), _("Export the invoice again.")
        )
    digest = hashlib.sha256(content).hexdigest()
    kept = Path(FOLDER) / f"{digest}.pdf"
    with as_document_error(documents):
        target = documents / kept
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, content)
    return KeptFile(kept.as_posix(), path.name, digest, len(content))
