"""The payment code says what the page says, read back from the page's picture by another program."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp
from kinds_of_pages import kinds
from sample_pages import LINES, STRUCTURE, line, opened, printable, words_seen

from tuimail.documents.payment_code import payment_text
from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import DocumentError

GERMAN = "DE89370400440532013000"
OUTSIDE = "BR1500000000000010932840814P2"
"""A valid account in a country that such transfers do not reach."""


def codes_on(item: Printable) -> list[str]:
    """What a scanner reads on the pages of `item`."""
    with opened(render(item)) as pdf:
        pictures = [page.render(scale=3).to_pil() for page in pdf]
    return [found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("iban", [STRUCTURE.iban, "fr76 3000 6000 0112 3456 7890 189", GERMAN])
def test_the_code_holds_the_account_amount_and_reference_of_the_page(iban: str) -> None:
    item = printable(structure=replace(STRUCTURE, iban=iban))
    (text,) = codes_on(item)
    plain = iban.replace(" ", "").upper()
    assert text.split("\n") == [
        "BCD", "002", "1", "SCT", "AGRIFRPP", "Association Les Tilleuls", plain, "EUR2139.09", "", "",
        "020 EHPAD Saint-Éloi",
    ]  # fmt: skip
    (page,) = words_seen(render(item))
    assert " ".join(plain[start : start + 4] for start in range(0, len(plain), 4)) in page
    assert "2 139,09 €" in page


def test_what_was_paid_is_not_asked_for_again() -> None:
    (text,) = codes_on(printable(paid=200_000))
    assert text.split("\n")[7] == "EUR139.09"


@pytest.mark.parametrize(
    "item",
    [
        printable([line("Trop-perçu", 1, -100)]),
        printable([line("Séjour", 1, 100), line("Prise en charge", 1, -100)]),
        printable(paid=213_909),
        printable(structure=replace(STRUCTURE, iban="")),
        printable(structure=replace(STRUCTURE, iban=OUTSIDE)),
        printable([line("Immeuble", 1, 10**11)]),
        *(printable(LINES, kind=kind) for kind in DocumentKind if kind not in (DocumentKind.INVOICE, "disbursements")),
        kinds()["disbursements"],
    ],
)
def test_there_is_no_code_where_nothing_is_to_be_paid_that_way(item: Printable) -> None:
    assert codes_on(item) == []


@pytest.mark.parametrize("iban", ["FR7630006000011234567890188", "FR76", "3", "DE8937040044053201300"])
def test_an_account_that_is_mistyped_stops_the_page(iban: str) -> None:
    item = printable(structure=replace(STRUCTURE, iban=iban))
    with pytest.raises(DocumentError) as caught:
        render(item)
    assert iban in caught.value.sentence
    assert caught.value.next_step
    render(replace(item, document=replace(item.document, kind=DocumentKind.QUOTE)))


def test_a_long_name_and_reference_fit_the_code() -> None:
    text = payment_text("É" * 200, STRUCTURE.iban, "not a bic", 1, "R" * 300)
    assert len(text.encode()) <= 331
    assert text.split("\n")[4] == ""
    assert text.split("\n")[7] == "EUR0.01"
