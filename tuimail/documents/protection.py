"""A PDF that opens with a password only (AES-256), and that still has the same bytes each time it is made.

What encryption draws by chance elsewhere - the file's key, salts, initialisation vectors - is derived here from the
password and the pages, so that nothing of it comes twice for different pages, and nobody who lacks either can guess it.
"""

from __future__ import annotations

import hashlib
import hmac
import io
from typing import TYPE_CHECKING, Any

from tuimail.domain.errors import BadFile
from tuimail.domain.i18n import _

if TYPE_CHECKING:
    from fpdf import FPDF


def protect(pdf: FPDF, password: str, pages: bytes) -> None:
    """Have `pdf` encrypted with `password`; `pages`: what tells this document from every other.

    The owner's password, which could take the protection off, is one that nobody knows.
    """
    from fpdf.encryption import StandardSecurityHandler
    from fpdf.enums import EncryptionMethod

    seed = hmac.digest(password.encode(), pages, hashlib.sha256)

    class Derived(StandardSecurityHandler):
        drawn = 0

        @classmethod
        def get_random_bytes(cls, size: int) -> bytes:
            cls.drawn += 1
            return hashlib.shake_256(seed + cls.drawn.to_bytes(4, "big")).digest(size)

    handler: Any = Derived(
        pdf,
        owner_password=hmac.digest(seed, b"owner", hashlib.sha256).hex(),
        user_password=password,
        encryption_method=EncryptionMethod.AES_256,
        encrypt_metadata=True,
    )
    pdf._security_handler = handler  # noqa: SLF001 - set_encryption() has no room for another one


def unlocked(content: bytes, password: str) -> bytes:
    """A copy that opens without a password, for the home's own eyes; `content` itself if it has none.

    Raises BadFile if it was made with another password.
    """
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content):
            return content
    except pypdfium2.PdfiumError:
        pass
    try:
        with pypdfium2.PdfDocument(content, password=password) as document:
            buffer = io.BytesIO()
            document.save(buffer, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
            return buffer.getvalue()
    except pypdfium2.PdfiumError as error:
        raise BadFile(
            _("This PDF was made with another password than the resident’s present one."),
            _("Open the kept file with the password of that time, or look at the document as it would be made now."),
        ) from error
