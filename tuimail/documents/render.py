"""A document as a PDF. The same document always gives the same bytes: a file can be compared with what was sent."""

from __future__ import annotations

from collections.abc import Iterable

from tuimail.documents.cleaning import cleaned
from tuimail.documents.layout import lay_out
from tuimail.documents.printable import Printable


def render(item: Printable) -> bytes:
    """The PDF of one document: A4, fonts embedded, `/Lang` fr-FR, title and author set.

    Pure: nothing of the clock, the machine, the operator's language or the documents made before is in it. Raises
    DocumentError for a character that the fonts lack, naming it and where it stands, for totals that disagree with the
    lines, and for an account whose check digits are wrong; BadFile for a logo that is none.
    """
    from tuimail.documents.writer import Pdf

    item = cleaned(item)
    pages = lay_out(item)
    title = f"{item.title} - {item.resident.name} - {item.document.period.label('fr')}"
    pdf = Pdf(title, item.structure.name, item.document.issued_on, pages)
    pdf.paint(pages)
    return pdf.content()


def merge(items: Iterable[Printable], title: str = "Factures") -> bytes:
    """One PDF of at least one document, in the order given, each with a bookmark; errors as in `render`."""
    from tuimail.documents.writer import Pdf

    documents = [cleaned(item) for item in items]
    drawn = [lay_out(item) for item in documents]
    authors = dict.fromkeys(item.structure.name for item in documents)
    day = max(item.document.issued_on for item in documents)
    pdf = Pdf(title, ", ".join(authors), day, [page for pages in drawn for page in pages])
    for item, pages in zip(documents, drawn, strict=True):
        pdf.paint(pages, bookmark=f"{item.title} - {item.resident.name}")
    return pdf.content()
