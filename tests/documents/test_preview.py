"""A page read on the terminal says what the page says, where it says it."""

from __future__ import annotations

import pytest
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
