"""PDFs as billing programs write them: quick to make, with the text that a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF

PDF = b"%PDF-1.4\n"


def pdf(*pages: str | Sequence[str], password: str = "", factur_x: bytes = b"") -> bytes:
    """A PDF with these pages, each a text or lines; an empty text makes a page with a picture-like box and no text."""
    paper = FPDF()
    paper.core_fonts_encoding = "cp1252"
    paper.set_font("Helvetica", size=11)
    for page in pages:
        paper.add_page()
        lines = page.splitlines() if isinstance(page, str) else page
        for number, line in enumerate(lines):
            paper.text(20, 20 + 7 * number, line)
        if not lines:
            paper.rect(20, 20, 100, 100, style="F")
    if password:
        paper.set_encryption(owner_password="owner", user_password=password)
    if factur_x:
        paper.embed_file(bytes=factur_x, basename="factur-x.xml", mime_type="text/xml")
    return bytes(paper.output())


def write(path: Path, *pages: str | Sequence[str], **options: str | bytes) -> Path:
    """The same in a file."""
    path.write_bytes(pdf(*pages, **options))
    return path


def invoice_page(number: str, name: str, page: str = "", amount: str = "2 265,17") -> str:
    """What a page of an invoice says."""
    return (
        f"EHPAD Saint-Éloi\nFacture n° {number} du 31/10/2026\nM. {name}\nHébergement 31 jours\nTotal {amount}\n{page}"
    )
