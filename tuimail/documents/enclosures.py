"""Files that go along with invoices, kept by their content so that a resend sends the same bytes."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from tuimail.documents.naming import enclosure_name
from tuimail.documents.storage import as_document_error, make_folder, read_kept, read_outside, replace_file
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadFile, DocumentError, os_reason
from tuimail.domain.i18n import _

LARGEST = 25 * 1024 * 1024
"""Bytes; no family's mailbox takes more once it is encoded."""


class Enclosures:
    """Attached files in a folder of the data folder, one a content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path) -> Attachment:
        """Copy the file at `path` into the folder. Raises BadFile for what cannot go along, DocumentError otherwise."""
        too_large = BadFile(
            _("{path} is too large to be sent by e-mail.").format(path=path),
            _("Make it smaller: a PDF of less than 1 MB reaches everybody."),
        )
        content = read_outside(path, LARGEST, too_large)
        return self.keep_content(path.name, content)

    def keep_content(self, file_name: str, content: bytes) -> Attachment:
        """Keep a content that goes along under that name; raises DocumentError."""
        digest = hashlib.sha256(content).hexdigest()
        name = enclosure_name(file_name)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kept = self.folder / digest
        with as_document_error(self.folder):
            make_folder(self.folder)
            if not kept.exists():
                replace_file(kept, content)
        return Attachment(name, media_type, digest, len(content), digest)

    def read(self, attachment: Attachment) -> bytes:
        """The content as it was when it was attached; raises DocumentError if it is not there any more."""
        try:
            content = read_kept(self.folder / attachment.path)
        except OSError as error:
            raise DocumentError(
                _("The attachment {name} cannot be read: {reason}.").format(
                    name=attachment.name, reason=os_reason(error)
                ),
                _("Attach it again, then send again."),
            ) from error
        if hashlib.sha256(content).hexdigest() != attachment.sha256:
            raise DocumentError(
                _("The attachment {name} has changed since it was attached.").format(name=attachment.name),
                _("Attach it again, then send again."),
            )
        return content
