"""Where things stand on the page: in the envelope's window, inside the margins, never on top of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from sample_pages import DL_WINDOW, LINES, RESIDENT, STRUCTURE, letters, line, printable, run_tool

from tuimail.documents.cleaning import cleaned
from tuimail.documents.layout import lay_out
from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.documents.sheet import BOTTOM, LEFT, PAGE_HEIGHT, RIGHT, Text
from tuimail.documents.typeface import MM_PER_PT, width_of, wrapped
from tuimail.domain.billing import DocumentKind
from tuimail.domain.places import PostalAddress

FOOT = PAGE_HEIGHT - 17
WORDS = st.text(st.sampled_from("aàbcdeéfghijklmœnopqrstuvwxyzABCDEÉFGHŁ '-’."), max_size=30)
LONG = st.lists(WORDS, max_size=12).map(" ".join)
AMOUNTS = st.integers(-(10**11), 10**11)


@st.composite
def printables(draw: st.DrawFn) -> Printable:
    lines = [
        replace(
            line(draw(LONG), 1, draw(AMOUNTS), draw(st.sampled_from([0, 550, 1000, 2000])), draw(WORDS)),
            quantity=draw(st.integers(-(10**9), 10**9)),
            unit_price=draw(st.integers(-(10**9), 10**9)),
        )
        for _ in range(draw(st.integers(0, 40)))
    ]
    address = PostalAddress(tuple(draw(st.lists(LONG, max_size=5))), draw(WORDS), draw(WORDS))
    structure = replace(
        STRUCTURE,
        name=draw(LONG) or "EHPAD",
        legal_name=draw(LONG),
        address=address,
        siret=draw(st.sampled_from(["", "12345678900012", "à venir"])),
        iban=draw(st.sampled_from(["", "FR7630006000011234567890189"])),
        payment_terms=draw(LONG),
        legal_text="\n".join(draw(st.lists(LONG, max_size=8))),
    )
    resident = replace(RESIDENT, last_name=draw(LONG), first_name=draw(WORDS), room=draw(WORDS), code=draw(WORDS))
    kind = draw(st.sampled_from(list(DocumentKind)))
    return printable(lines, structure, resident, number=draw(WORDS) or "1", kind=kind)


def boxes(page: tuple[object, ...]) -> Iterator[tuple[str, float, float, float, float]]:
    """Each text of a page with left, top, right and bottom of what its letters can take."""
    for mark in page:
        if isinstance(mark, Text) and mark.text.strip():
            em = mark.size * MM_PER_PT
            width = width_of(mark.text, mark.size, mark.bold)
            yield mark.text, mark.x, mark.y - 0.72 * em, mark.x + width, mark.y + 0.2 * em


@settings(max_examples=40, deadline=None)
@given(item=printables())
def test_nothing_leaves_its_part_of_the_page_and_no_text_covers_another(item: Printable) -> None:
    for page in lay_out(cleaned(item)):
        found = sorted(boxes(page), key=lambda box: box[2])
        for position, (text, left, top, right, bottom) in enumerate(found):
            assert left >= LEFT - 0.01, text
            assert right <= RIGHT + 0.01, text
            assert top >= 14, text
            in_foot = top >= FOOT
            assert bottom <= (PAGE_HEIGHT - 8 if in_foot else BOTTOM + 0.5), text
            for other, left2, top2, right2, _ in found[position + 1 :]:
                if top2 >= bottom:
                    break
                assert left >= right2 or left2 >= right, (text, other)


def test_the_address_lies_inside_the_window() -> None:
    long = PostalAddress(
        ("Bâtiment des Tilleuls, aile nord", "12 avenue du Général de Gaulle", "BP 40"), "59000", "LILLE"
    )
    for structure in (STRUCTURE, replace(STRUCTURE, name="Résidence autonomie de la Vallée " * 3, address=long)):
        found = [text for text, *box in boxes(lay_out(cleaned(printable(structure=structure)))[0]) if inside(box)]
        assert found[0] == "M. BERNARD Paul"
        assert found[-1] == "59000 LILLE"


def inside(box: list[float]) -> bool:
    left, top, right, bottom = DL_WINDOW
    return box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom


def test_poppler_finds_the_whole_address_in_the_window_and_nothing_across_its_edge(tmp_path) -> None:
    path = tmp_path / "020.pdf"
    path.write_bytes(render(printable()))
    output = run_tool("pdftotext", "-bbox", "-f", "1", "-l", "1", path, "-").stdout
    word = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
    left, top, right, bottom = DL_WINDOW
    held = []
    for *numbers, text in word.findall(output):
        x1, y1, x2, y2 = (float(number) * MM_PER_PT for number in numbers)
        if x1 >= left and x2 <= right and y1 >= top and y2 <= bottom:
            held.append(text)
        else:
            assert x2 <= left or x1 >= right or y2 <= top or y1 >= bottom, f"{text} crosses the window's edge"
    assert " ".join(held) == "M. BERNARD Paul Chambre 104 EHPAD Saint-Éloi 12 rue de l’Œillet BP 40 59000 LILLE"


def test_the_browser_s_engine_sees_every_letter_inside_the_margins() -> None:
    lines = [*LINES, line("Un libellé de deux cents caractères " * 6, 999_999, 99_999_99), line("W" * 200, 1, -100)]
    lines += [line(f"Prestation {n}", 1, 1000) for n in range(60)]
    pages = set()
    for page, character, (left, top, right, bottom) in letters(render(printable(lines))):
        pages.add(page)
        assert left >= LEFT - 0.5, character
        assert right <= RIGHT + 0.5, character
        assert top >= 14, character
        assert bottom <= PAGE_HEIGHT - 8, character
    assert pages == {0, 1, 2}


def test_amounts_end_on_one_line_down_the_page() -> None:
    page = lay_out(cleaned(printable()))[0]
    ends = [right for text, _, _, right, _ in boxes(page) if re.fullmatch(r"-?[\d\s]+,\d\d", text)]
    amounts = [end for end in ends if end > 170]
    assert len(amounts) >= 10
    assert max(amounts) - min(amounts) < 0.01


@given(text=LONG, width=st.floats(5, 120), size=st.floats(6, 18))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: float, size: float) -> None:
    lines = wrapped(text, width, size)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(one, size) <= width + 1e-6 or len(one) == 1 for one in lines)


def test_wrapping_breaks_at_spaces_but_not_at_no_break_spaces() -> None:
    assert wrapped("Total\u00a0dû le mois", width_of("Total\u00a0dû", 9) + 0.1, 9) == ["Total\u00a0dû", "le mois"]
