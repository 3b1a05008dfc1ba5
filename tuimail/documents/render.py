"""A document as a PDF. The same document always gives the same bytes: a file can be compared with what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tuimail.documents.cleaning import cleaned
from tuimail.documents.facturx import FILE_NAME, carries_xml, invoice_xml, metadata
from tuimail.documents.layout import lay_out
from tuimail.documents.printable import Printable
from tuimail.documents.protection import protect


def render(item: Printable) -> bytes:
    """The PDF of one document: A4, fonts embedded, `/Lang` fr-FR, title and author set.

    PDF/A-3b with the machine-readable invoice inside where the structure wants that; encrypted where the resident has a
    password.

    Pure: nothing of the clock, the machine, the operator's language or the documents made before is in it. Raises
    DocumentError for a character that the fonts lack, naming it and where it stands, for totals that disagree with the
    lines, and for an account whose check digits are wrong; BadFile for a logo that is none.
    """
    from tuimail.documents.writer import Pdf

    item = cleaned(item)
    pages = lay_out(item)
    title = f"{item.title} - {item.resident.name} - {item.document.period.label('fr')}"
    day, carries = item.document.issued_on, carries_xml(item)
    options = {"enforce_compliance": "PDF/A-3B"} if carries else {}
    pdf = Pdf(title, item.structure.name, day, pages, **options)
    pdf.paint(pages)
    if carries:
        pdf.carry(FILE_NAME, invoice_xml(item), metadata(item, title, f"{day}T12:00:00+00:00"))
    if item.resident.pdf_password:
        protect(pdf, item.resident.pdf_password, repr((title, pages)).encode())
    return pdf.content()


def merge(
    items: Iterable[Printable], title: str = "Factures", progress: Callable[[int, int], None] | None = None
) -> bytes:
    """One PDF of at least one document, in the order given, each with a bookmark; errors as in `render`.

    `progress` is told how many of how many are done: each counts half once it is laid out, and whole once painted.
    """
    from tuimail.documents.writer import Pdf

    documents = [cleaned(item) for item in items]
    tell = progress or (lambda _done, _wanted: None)
    drawn = []
    for done, item in enumerate(documents, 1):
        drawn.append(lay_out(item))
        tell(done // 2, len(documents))
    authors = dict.fromkeys(item.structure.name for item in documents)
    day = max(item.document.issued_on for item in documents)
    pdf = Pdf(title, ", ".join(authors), day, [page for pages in drawn for page in pages])
    for done, (item, pages) in enumerate(zip(documents, drawn, strict=True), 1):
        pdf.paint(pages, bookmark=f"{item.title} - {item.resident.name}")
        tell((len(documents) + done) // 2, len(documents))
    return pdf.content()
