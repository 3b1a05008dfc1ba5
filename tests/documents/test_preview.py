"""A page read on the terminal says what the page says, where it says it."""

from __future__ import annotations

import pytest
from kinds_of_pages import hard, kinds
from sample_pages import LINES, printable

from tuimail.documents.preview import page_texts
from tuimail.documents.render import render
from tuimail.domain.errors import BadFile


def test_what_stands_on_one_line_of_the_page_stands_on_one_line_of_the_text() -> None:
    (text,) = page_texts(render(printable()), 78)
    line = next(line for line in text.splitlines() if "Hébergement" in line)
    assert line.split()[-1].endswith("80")
    assert any(line.startswith("EHPAD Saint-Éloi") and "Facture" in line for line in text.splitlines())


def test_columns_stand_one_below_the_other() -> None:
    (text,) = page_texts(render(printable()), 100)
    ends = {len(line) for line in text.splitlines() if line.rstrip().endswith(("2\u00a0008,80", "183,52"))}
    assert max(ends) - min(ends) <= 1


def test_each_page_is_a_text_of_its_own() -> None:
    pages = page_texts(render(printable(lines=LINES * 30)), 78)
    assert len(pages) > 1
    assert all("page" in page.lower() for page in pages)


def test_what_is_no_pdf_is_told() -> None:
    with pytest.raises(BadFile):
        page_texts(b"not a PDF", 78)


@pytest.mark.parametrize("columns", [64, 72, 104])
@pytest.mark.parametrize("name", [*kinds(), *hard()])
def test_no_line_is_wider_than_the_terminal(name: str, columns: int) -> None:
    for page in page_texts(render((kinds() | hard())[name]), columns):
        assert max(map(len, page.splitlines())) <= columns


@pytest.mark.parametrize("columns", [64, 72, 104])
def test_figures_end_one_below_the_other_and_a_long_label_goes_on_below(columns: int) -> None:
    (text,) = page_texts(render(kinds()["invoice"]), columns)

    amounts = ("2 008,80", "189,10", "-80,00", "-187,50", "71,90")
    plain = text.replace("\u00a0", " ")
    assert len({len(line.rstrip()) for line in plain.splitlines() if line.rstrip().endswith(amounts)}) == 1
    rows = [line for line in text.splitlines() if line.rstrip().endswith("-80,00")]
    assert len(rows) == 1
    assert "Absence pour hospitalisation" in rows[0]
    lines = text.splitlines()
    below = lines[lines.index(rows[0]) + 1]
    assert "octobre" in rows[0] + below
