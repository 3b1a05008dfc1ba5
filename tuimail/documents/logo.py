"""A structure's logo as its pages carry it: of a modest size, in plain colours, whatever was given."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import lru_cache

from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

LARGEST = 5 * 1024 * 1024
"""Bytes of the file given; a logo that prints well takes a hundredth of that."""

_MOST_PIXELS = 40_000_000
_SIZE = (640, 320)
"""Pixels kept at most, width and height: more than a printer shows at the size of a logo."""


@dataclass(frozen=True, slots=True)
class Logo:
    """Pixels as a PDF takes them: red, green and blue, `encoding` as PDF names it."""

    content: bytes
    width: int
    height: int
    encoding: str


@lru_cache(maxsize=8)
def prepared(content: bytes) -> Logo:
    """The logo of an image file (PNG, JPEG, GIF, BMP, TIFF, WebP); raises BadFile for what is none, or is too large.

    Made smaller where it is larger than a page needs; on white where it is transparent; printers' colours (CMYK) as
    screens show them.
    """
    if len(content) > LARGEST:
        raise BadFile(
            _("The logo takes {size} MB.").format(size=len(content) // 1_000_000),
            _("Choose a picture of less than 5 MB; 200 kB are plenty."),
        )
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise _unreadable(_("it has too many pixels"))
            image: Image.Image = ImageOps.exif_transpose(opened)
            image = image.convert("RGBA" if image.mode in ("P", "LA", "PA", "RGBa") else image.mode)
            if image.mode == "RGBA":
                white = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(white, image)
            image = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unreadable(_("it is no picture, or it is damaged")) from error
    image.thumbnail(_SIZE, Image.Resampling.LANCZOS)
    plain = zlib.compress(image.tobytes(), 9)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, subsampling=0)
    # Drawn logos are smaller and sharper without JPEG; photographs ten times larger.
    if len(plain) <= 2 * len(buffer.getvalue()):
        return Logo(plain, image.width, image.height, "FlateDecode")
    return Logo(buffer.getvalue(), image.width, image.height, "DCTDecode")


def _unreadable(reason: str) -> BadFile:
    return BadFile(_("The logo cannot be used: {reason}.").format(reason=reason), _("Choose a PNG or JPEG picture."))
