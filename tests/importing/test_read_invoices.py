"""Lines become invoices: whole, summed by rate, or refused whole with the reason on the line that shows it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_samples import LINE_TITLES, OCTOBER, csv_file, invoices_in, line, lines_file, table_of, xlsx_file

from tuimail.domain.billing import DocumentKind
from tuimail.domain.periods import Period
from tuimail.importing.invoices import Invoices, read_invoices


def refused(found: Invoices) -> list[tuple[int, int]]:
    """Each refused line, with the line for which it is."""
    return [(refusal.line, refusal.because_of or refusal.line) for refusal in found.refused]


def test_lines_of_a_number_are_one_invoice_wherever_they_stand(tmp_path: Path) -> None:
    found = invoices_in(lines_file(tmp_path, line("001"), line("002", code="R2"), line("001", amount="-8,80", vat="0")))
    first, second = found.records
    assert (first.number, [said.amount for said in first.lines], first.net) == ("001", [200_880, -880], 200_000)
    assert first.tax == 11_048
    assert (second.number, second.code, second.net) == ("002", "R2", 200_880)


def test_tax_is_rounded_once_for_each_rate_as_computed_apart() -> None:
    """The whole sample against sums made here from the file's text with Decimal."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for text in OCTOBER.read_text("cp1252").splitlines()[1:]:
        cells = text.replace("\u00a0", "").replace(",", ".").split(";")
        sums[cells[1]][cells[11]] += Decimal(cells[10])
    found = invoices_in(OCTOBER)
    assert len(found.records) == len(sums) == 139
    for record in found.records:
        by_rate = sums[record.number]
        tax = [(net * Decimal(rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) for rate, net in by_rate.items()]
        assert (Decimal(record.net) / 100, Decimal(record.tax) / 100) == (sum(by_rate.values()), sum(tax))


def test_numbers_keep_their_zeros_from_text_and_sheet(tmp_path: Path) -> None:
    rows = [LINE_TITLES, [*line("001")[:1], "0020", *line()[2:]], [*line()[:1], 20, *line(code="R2")[2:]]]
    assert [r.number for r in invoices_in(xlsx_file(tmp_path / "f.xlsx", F=rows)).records] == ["0020", "20"]


def test_kinds_number_apart(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "f.csv", [*LINE_TITLES, "Type"], [*line(), ""], [*line(amount="-10"), "Avoir"])
    assert [(r.kind, r.net) for r in invoices_in(path).records] == [
        (DocumentKind.INVOICE, 200_880),
        (DocumentKind.CREDIT_NOTE, -1_000),
    ]


def test_years_number_apart(tmp_path: Path) -> None:
    new_year = line("001", period="2027-01", date="31/01/2027", code="R2", name="PETIT Anne")
    assert [r.issued_on.year for r in invoices_in(lines_file(tmp_path, line(), new_year)).records] == [2026, 2027]


def test_structures_number_apart(tmp_path: Path) -> None:
    found = invoices_in(lines_file(tmp_path, line(), line(home="L'Œillet", code="R2", name="PETIT Anne")))
    assert [r.structure for r in found.records] == ["EHPAD Saint-Éloi", "L'Œillet"]


@pytest.mark.parametrize(
    ("said", "given", "period"),
    [
        ({"period": "octobre 2026"}, "2020-01", "2026-10"),
        ({"period": ""}, "2020-01", "2020-01"),
        ({"period": ""}, "", "2026-10"),
    ],
    ids=["the column", "else the one given", "else the month of the date"],
)
def test_the_period_is_that_of(tmp_path: Path, said: dict[str, str], given: str, period: str) -> None:
    table = table_of(lines_file(tmp_path, line(**said)))
    found = read_invoices(table, Period.parse(given) if given else None)
    assert str(found.records[0].period) == period


def test_without_a_column_of_dates_an_invoice_is_of_the_last_day(tmp_path: Path) -> None:
    rows = [[cell for n, cell in enumerate(row) if n != 3] for row in (LINE_TITLES, line(period="02/2028"))]
    assert invoices_in(csv_file(tmp_path / "f.csv", *rows)).records[0].issued_on == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"code": "R2"}, "Code résident"),
        ({"name": "PETIT Anne"}, "Nom résident"),
        ({"date": "30/10/2026"}, "Date facture"),
        ({"period": "2026-09"}, "Période"),
    ],
)
def test_lines_that_disagree_refuse_the_whole_invoice(
    english: None, tmp_path: Path, said: dict[str, str], column: str
) -> None:
    found = invoices_in(lines_file(tmp_path, line(), line(), line(**said), line("002", code="R3")))
    assert [r.number for r in found.records] == ["002"]
    assert refused(found) == [(2, 4), (3, 4), (4, 4)]
    problem = found.refused[2].problems[0]
    assert problem.column == column
    assert "invoice 001 begins on line 2 with" in problem.reason


def test_an_invoice_says_who_and_when_once(tmp_path: Path) -> None:
    rest = line(code="", name="", date="", period="", amount="1,00")
    found = invoices_in(lines_file(tmp_path, line(), rest))
    assert [(r.number, r.code, r.net) for r in found.records] == [("001", "R1", 200_980)]


@pytest.mark.parametrize(
    ("said", "column", "reason"),
    [
        ({"date": "31/13/2026"}, "Date facture", "there is no such day"),
        ({"amount": "douze"}, "Montant H.T", "an amount such as 2 008,80 was expected"),
        ({"amount": ""}, "Montant H.T", "the amount is missing"),
        ({"home": ""}, "Structure", "the structure is missing"),
        ({"vat": "110,48"}, "TVA %", "a VAT rate such as 5,5 was expected"),
        ({"number": "0\r\n1"}, "N° facture", "there is a line break or control character in it"),
    ],
)
def test_a_bad_line_refuses_its_whole_invoice(
    english: None, tmp_path: Path, said: dict[str, str], column: str, reason: str
) -> None:
    found = invoices_in(lines_file(tmp_path, line(), line(**said), line(), line("002", code="R2")))
    assert [r.number for r in found.records] == ["002"]
    assert refused(found) == [(2, 3), (3, 3), (5 if "\r" in said.get("number", "") else 4, 3)]
    problem = found.refused[1].problems[0]
    assert (problem.column, problem.reason) == (column, reason)
    assert found.refused_invoices == 1


def test_a_line_without_a_number_refuses_whatever_it_may_belong_to(tmp_path: Path) -> None:
    rows = [
        line("001"),
        line("", amount="5,00"),
        line("002", code="R2"),
        line("003"),
        line("", code="", name="", label="Repas"),
    ]
    found = invoices_in(lines_file(tmp_path, *rows))
    assert [r.number for r in found.records] == ["002"]
    assert refused(found) == [(2, 3), (3, 3), (5, 3), (6, 6)]


def test_a_bad_line_of_another_home_refuses_nothing_here(tmp_path: Path) -> None:
    found = invoices_in(lines_file(tmp_path, line(), line(home="L'Œillet", amount="douze")))
    assert [r.structure for r in found.records] == ["EHPAD Saint-Éloi"]
    assert (refused(found), found.refused_invoices) == ([(3, 3)], 1)


@pytest.mark.parametrize(
    "total",
    [
        ["TOTAL", *[""] * 9, "4 017,60", ""],
        ["", "Total général", *[""] * 8, "4 017,60", ""],
        ["EHPAD Saint-Éloi", "", "", "", "", "Total EHPAD", *[""] * 4, "4 017,60", ""],
        [*[""] * 10, "4 017,60", ""],
        ["EHPAD Saint-Éloi", *[""] * 7, "62", "", "4 017,60", ""],
        line("001", label="Total facture"),
        line("001", code="", name="", label="Sous-total"),
    ],
)
def test_totals_are_left_out_and_counted(tmp_path: Path, total: list[str]) -> None:
    found = invoices_in(lines_file(tmp_path, line(), total, line("002", code="R2")))
    assert [(r.number, r.net) for r in found.records] == [("001", 200_880), ("002", 200_880)]
    assert (found.refused, found.totals) == ((), 1)


def test_a_line_that_says_total_and_is_no_sum_counts(tmp_path: Path) -> None:
    only = line("002", code="R2", label="Total séjour octobre")
    found = invoices_in(lines_file(tmp_path, line(), line(label="Total repas", amount="12,00"), only))
    assert [r.net for r in found.records] == [202_080, 200_880]


def test_an_amount_may_follow_from_quantity_and_price(tmp_path: Path) -> None:
    rows = [
        [cell for n, cell in enumerate(row) if n != 10]
        for row in (LINE_TITLES, line(), line(quantity="-1,5", price="0,33"))
    ]
    assert [said.amount for said in invoices_in(csv_file(tmp_path / "f.csv", *rows)).records[0].lines] == [200_880, -50]


@pytest.mark.parametrize(
    ("quantity", "price", "kept"),
    [
        ("", "", (10_000, 20_088_000)),
        ("31", "", (310_000, 648_000)),
        ("", "64,80", (310_000, 648_000)),
        ("", "7", (10_000, 20_088_000)),
    ],
)
def test_quantity_and_price_are_completed_from_the_amount(
    tmp_path: Path, quantity: str, price: str, kept: tuple[int, int]
) -> None:
    (said,) = invoices_in(lines_file(tmp_path, line(quantity=quantity, price=price))).records[0].lines
    assert ((said.quantity, said.unit_price), said.amount) == (kept, 200_880)


def test_an_amount_that_is_no_product_counts_and_is_told(tmp_path: Path) -> None:
    found = invoices_in(lines_file(tmp_path, line(amount="2 008,81"), line(amount="1 900,00")))
    assert (found.records[0].net, found.doubtful) == (390_881, (3,))


@given(st.integers(-(10**6), 10**6), st.integers(-(10**8), 10**8))
def test_a_product_agrees_with_itself(quantity: int, price: int) -> None:
    from tuimail.importing.lines import agrees

    exact = Decimal(quantity) * price / 10**6
    assert agrees(quantity, price, int(exact.quantize(Decimal(1), ROUND_HALF_UP)))
    assert not agrees(quantity, price, int(exact) + 3)


def test_labels_stand_in_for_each_other(tmp_path: Path) -> None:
    found = invoices_in(lines_file(tmp_path, line(label=""), line("002", code="R2", label="", heading="")))
    assert [r.lines[0].label for r in found.records] == ["Séjour", "Facture 002"]


def test_two_invoices_of_one_number_and_year_are_both_refused(english: None, tmp_path: Path) -> None:
    december = line("001", period="2026-12", date="04/01/2027")
    january = line("001", period="2027-01", date="31/01/2027", code="R2")
    found = invoices_in(lines_file(tmp_path, december, january, line("002", code="R3")))
    assert [r.number for r in found.records] == ["002"]
    assert refused(found) == [(2, 2), (3, 3)]
    assert found.refused[0].problems[0].reason == "the number 001 stands for two invoices of 2027"
