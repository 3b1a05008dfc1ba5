"""The month-end sheet as pages: counted, repeated headings, numbered pages, and whatever does not add up in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sample_pages import run_tool

from tuimail.documents.characters import shown
from tuimail.documents.month_sheet import render
from tuimail.domain.billing import DocumentKind
from tuimail.domain.month_end import Disposition, Entry, MonthEnd, Outcome, Send, Witness
from tuimail.domain.periods import Period

AT = datetime(2026, 10, 2, 7, 40, tzinfo=UTC)


def entry(n: int, outcome: Outcome = Outcome.SENT, **changes: object) -> Entry:
    plain = Entry(n, f"{n:03}", f"BERNARD{n} Paul", "Maison", 10_000, 10_550, outcome, 1, 1, AT)
    return replace(plain, **changes)  # type: ignore[arg-type]


def sheet(*entries: Entry, **witness: object) -> MonthEnd:
    net, gross = sum(e.net for e in entries), sum(e.gross for e in entries)
    other = replace(Witness(len(entries), net, gross, {}, (), ()), **witness)  # type: ignore[arg-type]
    sends = (Send(AT, "virginie", "octobre 2026, Maison", 60, 58, 1, 1),)
    return MonthEnd(Period(2026, 10), DocumentKind.INVOICE, "Maison", AT, "virginie", entries, sends, other)


def pages(found: MonthEnd, folder: Path) -> list[str]:
    path = folder / "sheet.pdf"
    path.write_bytes(render(found))
    assert run_tool("qpdf", "--check", path).returncode == 0
    return run_tool("pdftotext", "-layout", path, "-").stdout.replace("\u00a0", " ").split("\f")[:-1]


def test_the_outcomes_stand_with_their_amounts_and_the_documents_below_them(tmp_path: Path) -> None:
    posted = Disposition(Outcome.POSTED, date(2026, 11, 12), "karim")
    excluded = Disposition(Outcome.EXCLUDED, date(2026, 11, 12), "karim", "décédé, à solder")
    found = sheet(
        entry(1),
        entry(2, Outcome.FAILED, at=None, delivered=0, reason="a@b.example : Adresse inconnue"),
        entry(3, Outcome.POSTED, at=None, decided=posted),
        entry(4, Outcome.EXCLUDED, at=None, decided=excluded, reason="décédé, à solder"),
    )
    (page,) = pages(found, tmp_path)
    words = " ".join(page.split())
    assert "Ensemble 4 400,00 22,00 422,00" in words
    assert "4 documents = 1 envoyée par e-mail + 1 refusée + 1 postée + 1 exclue." in words
    assert "concordent au centime près" in words
    for told in (
        "a@b.example : Adresse inconnue",
        "postée le 12/11/2026 (karim)",
        "exclue : décédé, à solder (karim)",
        "octobre 2026, Maison 60 58 1 1",
        "Page 1 sur 1",
    ):
        assert told in words


def test_the_heading_of_a_list_is_repeated_on_every_page_and_the_pages_are_counted(tmp_path: Path) -> None:
    found = pages(sheet(*(entry(n) for n in range(1, 121))), tmp_path)
    assert len(found) > 2
    for number, page in enumerate(found, 1):
        assert f"Page {number} sur {len(found)}" in page
        assert "Envoyées par e-mail (120)" in page
    assert all("(suite)" in page for page in found[1:])
    text = "".join(found)
    assert [text.count(f"BERNARD{n} Paul") for n in range(1, 121)] == [1] * 120


def test_what_does_not_add_up_is_said(tmp_path: Path) -> None:
    (page,) = pages(sheet(entry(1), documents=2), tmp_path)
    assert "Le bordereau compte 1 documents, la base 2." in " ".join(page.split())
    assert "concordent" not in page


def test_names_that_the_page_cannot_show_do_not_stop_it(tmp_path: Path) -> None:
    assert shown("".join(map(chr, range(0x4E00, 0x5A00)))) == "?" * 0xC00
    odd = entry(1, resident="漢字 \u202eluaP" + "x" * 200, number="0" * 60)
    text = "".join(pages(sheet(odd, entry(2, Outcome.TO_POST, reason="é" * 5000)), tmp_path))
    assert "?? luaPxxx" in text
    assert text.count("é") >= 5000


def test_the_sheet_of_a_month_without_documents_is_a_page(tmp_path: Path) -> None:
    empty = replace(sheet(), sends=())
    (page,) = pages(empty, tmp_path)
    assert "0 document = 0" in page


@pytest.mark.parametrize("number", [1, 11, 12, 13, 14, 15, 33, 34, 35])
def test_nothing_stands_below_the_foot(number: int, tmp_path: Path) -> None:
    from tuimail.documents.month_sheet import lay_out
    from tuimail.documents.sheet import BOTTOM, PAGE_HEIGHT, Text

    every = [entry(n, list(Outcome)[n % len(Outcome)], reason="mot " * (n * 7)) for n in range(number)]
    for page in lay_out(sheet(*every)):
        low = [mark for mark in page if isinstance(mark, Text) and mark.y > BOTTOM + 0.5]
        assert all(mark.y == PAGE_HEIGHT - 14 for mark in low)
