"""Logos of structures, kept by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tuimail.documents.logo import LARGEST, prepared
from tuimail.documents.naming import enclosure_name
from tuimail.documents.storage import as_document_error, make_folder, read_outside, replace_file
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

_DIGEST = 16


class Logos:
    """Logos in a folder of the data folder, one a content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path) -> str:
        """Copy the image at `path` into the folder; returns its name there.

        Raises BadFile for what is no picture or is too large, DocumentError where the folder cannot be written.
        """
        too_large = BadFile(
            _("{path} is too large for a logo.").format(path=path),
            _("Choose a picture of less than 5 MB; 200 kB are plenty."),
        )
        content = read_outside(path, LARGEST, too_large)
        prepared(content)
        name = f"{hashlib.sha256(content).hexdigest()[:_DIGEST]}-{enclosure_name(path.name)}"
        with as_document_error(self.folder):
            make_folder(self.folder)
            if not (self.folder / name).exists():
                replace_file(self.folder / name, content)
        return name
