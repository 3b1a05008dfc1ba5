"""Logos of structures, kept by their content."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

from tuimail.documents.naming import enclosure_name
from tuimail.documents.storage import as_document_error, read_outside, replace_file
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

LARGEST = 2_000_000
"""Bytes: it is in every PDF."""
_MOST_PIXELS = 4000
"""On a side."""
_FORMATS = ("PNG", "JPEG")
_DIGEST = 16


class Logos:
    """Logos in a folder of the data folder, one a content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path) -> str:
        """Copy the image at `path` into the folder; returns its name there.

        Raises BadFile for what is no PNG or JPEG or is too large, DocumentError where the folder cannot be written.
        """
        too_large = BadFile(
            _("{path} is too large for a logo.").format(path=path),
            _("Make it smaller: less than 2 MB, and {n} pixels on a side.").format(n=_MOST_PIXELS),
        )
        content = read_outside(path, LARGEST, too_large)
        size = _size(content)
        if size is None:
            raise BadFile(_("{path} is not an image.").format(path=path), _("Choose a PNG or JPEG file."))
        if max(size) > _MOST_PIXELS:
            raise too_large
        name = f"{hashlib.sha256(content).hexdigest()[:_DIGEST]}-{enclosure_name(path.name)}"
        with as_document_error(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / name).exists():
                replace_file(self.folder / name, content)
        return name


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for what is no image, or a broken one."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            if max(image.size) <= _MOST_PIXELS:
                image.load()
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
