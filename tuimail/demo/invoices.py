"""Three invented months of invoices."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.money import vat
from tuimail.domain.people import Resident
from tuimail.domain.periods import Period

PERIODS = (Period(2026, 8), Period(2026, 9), Period(2026, 10))
"""Fixed, so that a screen looks the same at each start."""

_STAY = "Frais de séjour au payant"
_AIDED = "Frais de séjour à l’aide sociale"
_RENT = "Redevance du logement-foyer"
_OUTLAYS = "Débours"
_REDUCED = 550
"""Basis points: the rate of lodging and meals in a home."""


def invoices(people: Sequence[Resident], homes: Sequence[int]) -> list[Document]:
    """An invoice a resident and month, without ids, numbered per structure from 001 on.

    `homes`: the ids of the structures that bill by the day; the others bill a rent. Who came or left in between has
    none for the months before or after.
    """
    random = Random(2026)  # noqa: S311
    found: list[Document] = []
    numbers: dict[int, int] = {}
    for month, period in enumerate(PERIODS):
        for position, person in enumerate(people):
            if (position % 29 == 17 and month == 0) or (position % 53 == 31 and month == 2):
                continue
            numbers[person.structure_id] = numbers.get(person.structure_id, 0) + 1
            lines = tuple(_lines(random, position, period, by_day=person.structure_id in homes))
            found.append(_invoice(person, period, f"{numbers[person.structure_id]:03d}", lines))
    return found


def _invoice(person: Resident, period: Period, number: str, lines: tuple[DocumentLine, ...]) -> Document:
    issued_on = date(period.year, period.month, _days(period))
    net = sum(line.amount for line in lines)
    rates = {line.vat_bp for line in lines}
    tax = sum(vat(sum(line.amount for line in lines if line.vat_bp == rate), rate) for rate in rates)
    return Document(
        structure_id=person.structure_id,
        resident_id=person.id,
        kind=DocumentKind.INVOICE,
        number=number,
        period=period,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=10),
        heading=lines[0].heading,
        net=net,
        vat=tax,
        gross=net + tax,
        lines=lines,
    )


def _lines(random: Random, position: int, period: Period, *, by_day: bool) -> Iterator[DocumentLine]:
    days = _days(period)
    if not by_day:
        yield _line(_RENT, "Redevance du logement, charges comprises", 1, 61_250 + 1_500 * (position % 4))
        yield _line(_RENT, "Restauration, déjeuners", days - random.randrange(6), 890)
        yield _line(_RENT, "Téléassistance", 1, 2_490)
    elif position % 9 == 4:
        yield _line(_AIDED, "Contribution du résident aux frais de séjour", days, 895)
    else:
        yield _line(_STAY, "Hébergement, chambre individuelle", days, (6_480, 6_715, 7_230)[position % 3])
        yield _line(_STAY, "Dépendance GIR 5-6 (ticket modérateur)", days, 592)
        if position % 7 == 3:
            away = random.randrange(2, 9)
            yield _line(_STAY, "Absence pour hospitalisation, forfait journalier déduit", away, -2_000)
        if position % 5 == 1:
            yield _line(_STAY, "Allocation de logement sociale", 1, -18_750)
    if random.random() < 0.3:
        yield _line(_OUTLAYS, "Coiffeur (débours)", 1, random.choice((2_400, 3_150)), vat_bp=0)
    if random.random() < 0.2:
        yield _line(_OUTLAYS, "Pédicure (débours)", 1, 3_400, vat_bp=0)


def _line(heading: str, label: str, quantity: int, price: int, vat_bp: int = _REDUCED) -> DocumentLine:
    """`quantity` whole units at `price` cents."""
    return DocumentLine(heading, label, quantity * 10_000, price * 100, quantity * price, vat_bp)


def _days(period: Period) -> int:
    return monthrange(period.year, period.month)[1]
