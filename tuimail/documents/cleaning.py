"""A document's texts as the page can print them, or a sentence about the one that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tuimail.documents.characters import Unprintable, plain, plain_lines
from tuimail.documents.printable import Printable
from tuimail.domain.billing import Document
from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _
from tuimail.domain.places import PostalAddress

_STRUCTURE = ("name", "legal_name", "phone", "email", "siret", "finess", "iban", "bic")
_RESIDENT = ("title", "last_name", "first_name", "room", "code")
_GUARDIAN = ("kind", "delegate")
_RELATIVE = ("name", "link", "label")


def cleaned(item: Printable) -> Printable:
    """`item` with every text as it can be printed; raises DocumentError naming a character that cannot, and where."""
    structure, resident, document = item.structure, item.resident, item.document

    def tidy(text: str, place: str, position: int = 0, how: Callable[[str], str] = plain) -> str:
        try:
            return how(text)
        except Unprintable as error:
            raise _unprintable(error, document, place, position) from error

    def fields(value: object, names: tuple[str, ...], place: str) -> dict[str, str]:
        return {name: tidy(getattr(value, name), place) for name in names}

    def address(value: PostalAddress, place: str) -> PostalAddress:
        lines = tuple(tidy(line, place) for line in value.lines)
        return PostalAddress(lines, tidy(value.postcode, place), tidy(value.city, place))

    guardian = resident.guardian
    return replace(
        item,
        structure=replace(
            structure,
            **fields(structure, _STRUCTURE, "structure"),  # type: ignore[arg-type]
            address=address(structure.address, "structure"),
            payment_terms=tidy(structure.payment_terms, "terms", how=plain_lines),
            legal_text=tidy(structure.legal_text, "legal", how=plain_lines),
        ),
        resident=replace(
            resident,
            **fields(resident, _RESIDENT, "resident"),  # type: ignore[arg-type]
            guardian=guardian
            and replace(
                guardian,
                **fields(guardian, _GUARDIAN, "resident"),  # type: ignore[arg-type]
                address=address(guardian.address, "resident"),
            ),
            relatives=tuple(
                replace(
                    relative,
                    **fields(relative, _RELATIVE, "resident"),  # type: ignore[arg-type]
                    address=address(relative.address, "resident"),
                )
                for relative in resident.relatives
            ),
        ),
        document=replace(
            document,
            number=tidy(document.number, "number"),
            lines=tuple(
                replace(line, heading=tidy(line.heading, "line", n), label=tidy(line.label, "line", n))
                for n, line in enumerate(document.lines, 1)
            ),
        ),
        related=item.related and replace(item.related, number=tidy(item.related.number, "related")),
    )


def _unprintable(error: Unprintable, document: Document, place: str, position: int) -> DocumentError:
    where = {
        "structure": _("the structure’s card"),
        "terms": _("the structure’s payment terms"),
        "legal": _("the structure’s legal text"),
        "resident": _("the resident’s card"),
        "number": _("its number"),
        "related": _("the number of the invoice it goes with"),
        "line": _("its line {n}").format(n=position),
    }[place]
    return DocumentError(
        _("Document {number} cannot be printed: the character {character} stands in {where}.").format(
            number="".join(c if c.isprintable() else "?" for c in document.number),
            character=error.shown,
            where=where,
        ),
        _("Write it there in Latin letters; the page has no others."),
    )
