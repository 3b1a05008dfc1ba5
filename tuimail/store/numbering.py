"""The numbers of documents made here: those of the structure's card for its invoices, else those that follow."""

from __future__ import annotations

from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.drafting import next_number, numbered
from tuimail.domain.places import Structure
from tuimail.store import structures
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.places import StructureRow


class Numbering:
    """Hands out numbers inside the transaction that keeps the documents: whoever asks at once, there is no gap.

    Invoices of a structure whose card names a prefix or a next number are numbered by it, through all years; the card
    then names the number after the last one taken. All other numberings follow the newest of their kind and year.
    """

    def __init__(self) -> None:
        self._places: dict[int, Structure] = {}
        self._next: dict[int, int] = {}
        self._known: dict[tuple[int, DocumentKind, int], list[str]] = {}

    def take(self, document: Document) -> str:
        """The number of that new document."""
        place = self._place(document.structure_id)
        by_card = document.kind is DocumentKind.INVOICE and codified(place)
        known = self._numbers(place.id, document.kind, 0 if by_card else document.issued_on.year)
        if by_card:
            number, after = numbered(known, place.number_prefix, self._next.get(place.id, place.next_number))
            if place.next_number:
                self._next[place.id] = after
        else:
            number = next_number(known, document.kind)
        known.append(number)
        return number

    def keep(self) -> None:
        """Write the next numbers to the cards."""
        for structure_id, number in self._next.items():
            StructureRow.update(next_number=number).where(StructureRow.id == structure_id).execute()

    def _place(self, structure_id: int) -> Structure:
        if structure_id not in self._places:
            self._places[structure_id] = structures.structure(structure_id)
        return self._places[structure_id]

    def _numbers(self, structure_id: int, kind: DocumentKind, year: int) -> list[str]:
        key = (structure_id, kind, year)
        if key not in self._known:
            self._known[key] = numbers(structure_id, kind, year)
        return self._known[key]


def codified(place: Structure) -> bool:
    """Whether the structure's card says how its invoices are numbered."""
    return bool(place.number_prefix or place.next_number)


def numbers(structure_id: int, kind: DocumentKind, year: int = 0) -> list[str]:
    """The numbers of that kind, oldest first; of all years, or of one."""
    numbering = (DocumentRow.structure == structure_id) & (DocumentRow.kind == kind)
    if year:
        numbering &= DocumentRow.year == year
    return [
        number
        for (number,) in DocumentRow.select(DocumentRow.number).where(numbering).order_by(DocumentRow.id).tuples()
    ]
