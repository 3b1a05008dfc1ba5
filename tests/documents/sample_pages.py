"""Documents to print, and what independent readers see in the PDFs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from tuimail.documents.printable import Printable
from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.money import SCALE, vat
from tuimail.domain.people import Resident
from tuimail.domain.periods import Period
from tuimail.domain.places import PostalAddress, Structure

STAY = "Frais de séjour au payant"
POINTS_PER_MM = 72 / 25.4
DL_WINDOW = (110.0, 55.0, 190.0, 79.0)
"""What an envelope shows, in millimetres: left, top, right, bottom."""

STRUCTURE = Structure(
    name="EHPAD Saint-Éloi",
    association_id=1,
    legal_name="Association Les Tilleuls",
    address=PostalAddress(("12 rue de l’Œillet", "BP 40"), "59000", "LILLE"),
    phone="03 20 00 00 00",
    email="compta@st-eloi.example",
    siret="12345678900012",
    finess="590012345",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    payment_terms="Par virement ou par chèque.",
    legal_text="Association loi 1901. Médiateur de la consommation : Médiation Services, Lille.",
    id=2,
)
RESIDENT = Resident(structure_id=2, code="R0020", last_name="BERNARD", first_name="Paul", title="M.", room="104", id=20)


def line(label: str, quantity: int, cents: int, vat_bp: int = 550, heading: str = STAY) -> DocumentLine:
    """A line of `quantity` pieces at `cents` each."""
    return DocumentLine(heading, label, quantity * SCALE, cents * SCALE // 100, quantity * cents, vat_bp)


LINES = (
    line("Hébergement chambre simple", 31, 6480),
    line("Dépendance GIR 5-6 (ticket modérateur)", 31, 592),
    line("Allocation de logement sociale", 1, -18750),
    line("Coiffeur (débours)", 1, 2400, 0, "Débours"),
)


def document(lines: Sequence[DocumentLine] = LINES, **changes: object) -> Document:
    """An invoice whose totals agree with `lines`."""
    bases: dict[int, int] = {}
    for item in lines:
        bases[item.vat_bp] = bases.get(item.vat_bp, 0) + item.amount
    net, tax = sum(bases.values()), sum(vat(base, rate) for rate, base in bases.items())
    values: dict[str, object] = {
        "structure_id": 2,
        "resident_id": 20,
        "kind": DocumentKind.INVOICE,
        "number": "020",
        "period": Period(2026, 10),
        "issued_on": date(2026, 10, 31),
        "due_on": date(2026, 11, 10),
        "heading": lines[0].heading if lines else "",
        "net": net,
        "vat": tax,
        "gross": net + tax,
        "lines": tuple(lines),
        "id": 7,
    }
    return Document(**(values | changes))  # type: ignore[arg-type]


def printable(
    lines: Sequence[DocumentLine] = LINES,
    structure: Structure = STRUCTURE,
    resident: Resident = RESIDENT,
    **changes: object,
) -> Printable:
    """An invoice with its structure and resident."""
    return Printable(structure, resident, document(lines, **changes))


@contextmanager
def opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF as the engine of a well-known browser reads it."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        yield pdf
    finally:
        pdf.close()


def words_seen(content: bytes) -> list[str]:
    """The text of each page, with every run of white space as one space."""
    with opened(content) as pdf:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in pdf]


def text_in(content: bytes, left: float, top: float, right: float, bottom: float, page: int = 0) -> str:
    """What stands wholly or partly inside a rectangle, in millimetres from the top left."""
    with opened(content) as pdf:
        height = pdf[page].get_height()
        found = (
            pdf[page]
            .get_textpage()
            .get_text_bounded(
                left * POINTS_PER_MM,
                height - bottom * POINTS_PER_MM,
                right * POINTS_PER_MM,
                height - top * POINTS_PER_MM,
            )
        )
    return re.sub(r"\s+", " ", found)


def letters(content: bytes) -> Iterator[tuple[int, str, tuple[float, float, float, float]]]:
    """Each visible character: page, character, and left, top, right, bottom in millimetres from the top left."""
    with opened(content) as pdf:
        for number, page in enumerate(pdf):
            height, texts = page.get_height(), page.get_textpage()
            for index in range(texts.count_chars()):
                character = texts.get_text_range(index, 1)
                if character.strip():
                    left, low, right, high = texts.get_charbox(index)
                    points = (left, height - high, right, height - low)
                    x, y, to_x, to_y = (value / POINTS_PER_MM for value in points)
                    yield number, character, (x, y, to_x, to_y)


def run_tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a Debian tool, or skip the test where it is not installed."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return subprocess.run([name, *arguments], capture_output=True, text=True, check=False)
