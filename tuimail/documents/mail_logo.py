"""A structure's logo as its messages carry it: a small PNG, whatever was given."""

from __future__ import annotations

import io
from functools import lru_cache

from tuimail.documents.logo import LARGEST
from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

_SIZE = (480, 160)
"""Pixels at most, width and height: twice what is shown, for screens that are fine."""


@lru_cache(maxsize=8)
def mail_logo(content: bytes) -> bytes:
    """The picture of an image file as PNG; raises BadFile for what is none."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        if len(content) > LARGEST:
            raise ValueError("too large")
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadFile(
            _("The logo cannot be used: {reason}.").format(reason=_("it is no picture, or it is damaged")),
            _("Choose a PNG or JPEG picture."),
        ) from error
    image.thumbnail(_SIZE, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
