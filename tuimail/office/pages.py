"""From documents in the database to pages: what a page is made from, many PDFs at once, statements that go along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import Attachment, KeptFile
from tuimail.domain.errors import DocumentError, TuimailError, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.places import Structure
from tuimail.store import documents, related, residents, structures

if TYPE_CHECKING:
    from tuimail.documents.printable import Printable
    from tuimail.office import Office


def printables(document_ids: Sequence[int], logos: Path) -> Iterator[Printable]:
    """What the pages of these documents are made from, in their order; raises DocumentError for a logo that is gone."""
    from tuimail.documents.printable import Printable

    places = {place.id: place for place in structures.structures(archived=True)}
    pictures: dict[int, bytes] = {}
    for start in range(0, len(document_ids), residents.CHUNK):
        chunk = documents.documents(document_ids[start : start + residents.CHUNK])
        people = {p.id: p for p in residents.residents(sorted({d.resident_id for d in chunk}))}
        others = {d.id: d for d in documents.documents(sorted({d.related_id for d in chunk if d.related_id}))}
        for document in chunk:
            place = places[document.structure_id]
            if place.id not in pictures:
                pictures[place.id] = _logo(place, logos)
            other = others.get(document.related_id or 0)
            yield Printable(place, people[document.resident_id], document, other, pictures[place.id])


def mail_logo(folder: Path, name: str) -> bytes:
    """A kept logo as PNG, for a message; raises DocumentError if it is gone, BadFile if it is none."""
    from tuimail.documents.mail_logo import mail_logo as as_png

    try:
        return as_png((folder / Path(name).name).read_bytes())
    except OSError as error:
        raise DocumentError(
            _("The logo {name} cannot be read: {reason}.").format(name=name, reason=os_reason(error)),
            _("Choose it again in the structure’s card, or take it away."),
        ) from error


def _logo(place: Structure, folder: Path) -> bytes:
    if not place.logo:
        return b""
    try:
        return (folder / Path(place.logo).name).read_bytes()
    except OSError as error:
        raise DocumentError(
            _("The logo of {structure} cannot be read: {reason}.").format(
                structure=place.name, reason=os_reason(error)
            ),
            _("Choose it again in the structure’s card, or take it away."),
        ) from error


def make_and_keep(
    office: Office, document_ids: Sequence[int], progress: Callable[[int, int], None] | None = None
) -> tuple[dict[int, KeptFile], dict[int, str]]:
    """Make and keep the PDF of each document: the files, and why there is none, by document id."""
    from tuimail.documents.bulk import render_all

    files: dict[int, KeptFile] = {}
    failed: dict[int, str] = {}
    made = render_all(office.printables(document_ids), len(document_ids))
    for done, (item, content) in enumerate(made, 1):
        try:
            if isinstance(content, TuimailError):
                raise content
            files[item.document.id] = office.library.keep(item, content)
        except TuimailError as error:
            failed[item.document.id] = str(error)
        if progress is not None:
            progress(done, len(document_ids))
    return files, failed


def statements(office: Office, invoice_ids: Sequence[int]) -> tuple[list[tuple[int, Attachment]], dict[int, str]]:
    """The disbursement statements that go along with these invoices, and why one cannot, by the invoice's id."""
    from tuimail.documents.naming import readable_name
    from tuimail.documents.render import render

    found: list[tuple[int, Attachment]] = []
    failed: dict[int, str] = {}
    joined = related.statements(invoice_ids)
    for item in office.printables([statement.id for statement in joined]):
        invoice_id = item.document.related_id or 0
        try:
            content = render(item)
            found.append((invoice_id, office.enclosures.keep_content(readable_name(item), content)))
        except TuimailError as error:
            failed[invoice_id] = str(error)
    return found, failed
