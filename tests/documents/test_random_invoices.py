"""Invoices drawn by chance, in all Latin alphabets: no letter missing, nothing outside the page, all of it readable."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kinds_of_pages import GUARDIAN, RELATIVE
from sample_pages import RESIDENT, STRUCTURE, letters, line, printable, run_tool

from tuimail.documents.layout import LABEL_WIDTH
from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.documents.sheet import LEFT, PAGE_HEIGHT, RIGHT
from tuimail.documents.typeface import wrapped
from tuimail.domain.billing import DocumentKind
from tuimail.domain.money import format_cents
from tuimail.domain.places import PostalAddress

ALPHABETS = {
    "French": "àâæçéèêëîïôœùûüÿ",
    "Polish": "ąćęłńóśźż",
    "Czech and Slovak": "áäčďéěíĺľňóôŕřšťúůýž",
    "Hungarian": "áéíóöőúüű",
    "Romanian": "ăâîșț",
    "Turkish": "çğıİöşü",
    "Croatian": "čćđšž",
    "Baltic": "āčēģīķļņšūžąęėįųų",
    "Nordic": "åäæðöøþ",
    "Iberian": "áãàâçéêíñóõôú",
    "German": "äöüßẞ",
    "Maltese, Welsh, Esperanto": "ċġħżŵŷĉĝĥĵŝŭ",
    "Vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "African": "ǝƒƙƴŋ",
}
LETTERS = "".join(ALPHABETS.values())
ALL = LETTERS + LETTERS.upper().replace("SS", "") + "abcdefghijklmnopqrstuvwxyz'-’ "
NAMES = st.text(st.sampled_from(ALL), min_size=1, max_size=40).filter(str.strip)
LABELS = st.lists(NAMES, min_size=1, max_size=6).map(" ".join)
HEADINGS = st.sampled_from(["Séjour", "Débours", "À la demande"])
CENTS = st.integers(-(10**7), 10**7)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Making a failing page smaller takes longer than looking at it."""


@st.composite
def invoices(draw: st.DrawFn) -> Printable:
    rates = st.sampled_from([0, 550, 2000])
    lines = [
        line(draw(LABELS), draw(st.integers(1, 99)), draw(CENTS), draw(rates), draw(HEADINGS))
        for _ in range(draw(st.integers(1, 30)))
    ]
    resident = replace(RESIDENT, last_name=draw(NAMES), first_name=draw(NAMES), room=draw(st.sampled_from(["", "12"])))
    address = PostalAddress((draw(LABELS),), "59000", draw(NAMES))
    who = draw(st.integers(0, 2))
    if who == 1:
        resident = replace(resident, guardian=replace(GUARDIAN, delegate=draw(NAMES), address=address))
    elif who == 2:
        resident = replace(resident, relatives=(replace(RELATIVE, name=draw(NAMES), address=address),))
    return printable(
        lines,
        replace(STRUCTURE, name=draw(NAMES)),
        resident,
        kind=draw(st.sampled_from(list(DocumentKind))),
        number=str(draw(st.integers(1, 10**9))),
        paid=draw(st.sampled_from([0, 0, 1234])),
    )


def judge(item: Printable) -> None:
    """What poppler and pdfium see of an invoice."""
    content = render(item)
    for _page, character, (left, top, right, bottom) in letters(content):
        assert left >= LEFT - 0.5, character
        assert right <= RIGHT + 0.5, character
        assert top >= 12, character
        assert bottom <= PAGE_HEIGHT - 8, character
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(content)
        seen = squeezed(run_tool("pdftotext", "-raw", path, "-").stdout)
    document = item.document
    assert document.number in seen
    assert squeezed(item.resident.name) in seen
    assert squeezed(format_cents(abs(document.gross), lang="fr")) in seen
    for one in document.lines:
        # A label's further lines are read after the figures that stand beside its first.
        for piece in wrapped(one.label, LABEL_WIDTH, 9):
            assert squeezed(piece) in seen
    assert "\ufffd" not in seen


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(item=invoices())
def test_random_invoices_miss_no_letter_and_stay_on_the_page(item: Printable) -> None:
    judge(item)


@pytest.mark.long
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(item=invoices())
def test_a_thousand_random_invoices_miss_no_letter_and_stay_on_the_page(item: Printable) -> None:
    judge(item)


def test_every_letter_of_every_alphabet_is_drawn_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    for name, alphabet in ALPHABETS.items():
        both = alphabet + "".join(c.upper() for c in alphabet if len(c.upper()) == 1)
        resident = replace(RESIDENT, last_name=both, first_name="", title="")
        path.write_bytes(render(printable(resident=resident)))
        assert both in squeezed(run_tool("pdftotext", "-raw", path, "-").stdout), name
