"""A document as a PDF. The same document always gives the same bytes: a file can be compared with what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from tuimail.documents.layout import lay_out
from tuimail.documents.printable import Printable, cleaned
from tuimail.documents.sheet import Box, Page, Rule, Text
from tuimail.documents.typeface import FAMILY, new_pdf

if TYPE_CHECKING:
    from fpdf import FPDF


def render(item: Printable) -> bytes:
    """The PDF of one document: A4, fonts embedded, `/Lang` fr-FR, title and author set.

    Pure: nothing of the clock, the machine or the operator's language is in it. Raises DocumentError for a character
    that the fonts lack, naming it and where it stands, and for totals that disagree with the lines.
    """
    item = cleaned(item)
    title = f"{item.title} - {item.resident.name} - {item.document.period.label('fr')}"
    pdf = _new_pdf(title, item.structure.name, item.document.issued_on)
    _paint(pdf, lay_out(item))
    return bytes(pdf.output())


def merge(items: Iterable[Printable], title: str = "Factures") -> bytes:
    """One PDF of at least one document, in the order given, each with a bookmark; errors as in `render`."""
    documents = [cleaned(item) for item in items]
    authors = dict.fromkeys(item.structure.name for item in documents)
    pdf = _new_pdf(title, ", ".join(authors), max(item.document.issued_on for item in documents))
    for item in documents:
        _paint(pdf, lay_out(item), bookmark=f"{item.title} - {item.resident.name}")
    return bytes(pdf.output())


def _new_pdf(title: str, author: str, day: date) -> FPDF:
    from fpdf import ViewerPreferences

    pdf = new_pdf()
    pdf.set_title(title)
    pdf.set_author(author)
    pdf.set_creator("tuimail")
    pdf.set_lang("fr-FR")
    pdf.set_creation_date(datetime.combine(day, time(12), UTC))
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    return pdf


def _paint(pdf: FPDF, pages: Sequence[Page], bookmark: str = "") -> None:
    for number, page in enumerate(pages):
        pdf.add_page()
        if bookmark and number == 0:
            pdf.start_section(bookmark)
        for mark in page:
            match mark:
                case Text(x, y, text, size, bold, colour):
                    pdf.set_font(FAMILY, "B" if bold else "", size)
                    pdf.set_text_color(*colour)
                    pdf.text(x, y, text)
                case Rule(x, y, width, thickness, colour):
                    pdf.set_draw_color(*colour)
                    pdf.set_line_width(thickness)
                    pdf.line(x, y, x + width, y)
                case Box(x, y, width, height, colour):
                    pdf.set_fill_color(*colour)
                    pdf.rect(x, y, width, height, style="F")
