"""Pages that are hard to lay out, and input that is bad: each is printed whole or refused in a sentence."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from kinds_of_pages import HOME, hard, logo
from PIL import Image
from sample_pages import LINES, line, printable, run_tool, words_seen

from tuimail.documents import embedding, typeface
from tuimail.documents.layout import LABEL_WIDTH
from tuimail.documents.logo import LARGEST, prepared
from tuimail.documents.render import render
from tuimail.domain.errors import BadFile, DocumentError


@pytest.mark.parametrize("name", sorted(hard()))
def test_hard_pages_hold_all_their_words(name: str, tmp_path) -> None:
    item = hard()[name]
    pages = words_seen(render(item))
    text = " ".join(pages)
    squeezed = "".join(text.split())
    for one in item.document.lines:
        for piece in typeface.wrapped(one.label, LABEL_WIDTH, 9):
            assert "".join(piece.split()) in squeezed
    assert item.document.number in pages[0]
    assert ("Page 1 sur" in text) == (len(pages) > 1)
    path = tmp_path / "page.pdf"
    path.write_bytes(render(item))
    assert run_tool("qpdf", "--check", path).returncode == 0


def test_ten_million_is_written_in_full() -> None:
    text = words_seen(render(printable([line("Immeuble", 1, 10**9, 0)])))[0]
    assert text.count("10 000 000,00") >= 3


@pytest.mark.long
def test_five_thousand_lines_are_all_there() -> None:
    pages = words_seen(render(printable([line(f"Prestation {n:04d}", 1, 100) for n in range(5000)])))
    text = " ".join(pages)
    assert all(f"Prestation {n:04d}" in text for n in range(5000))
    assert f"Page {len(pages)} sur {len(pages)}" in pages[-1]


@pytest.mark.parametrize(
    "content",
    [
        b"not a picture",
        b"",
        logo()[:200],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0" * (LARGEST + 1),
        b"\0" * 40_000_000,
    ],
    ids=["text", "empty", "cut", "broken", "svg", "too-large", "40-mb"],
)
def test_what_is_no_logo_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadFile) as caught:
        prepared(content)
    assert caught.value.next_step


def test_a_picture_of_too_many_pixels_is_refused_before_it_unfolds() -> None:
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 100_000
    with pytest.raises(BadFile):
        prepared(buffer.getvalue())


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "CMYK", "L"])
def test_a_logo_of_any_colours_is_printed_in_those_a_screen_shows(mode: str, tmp_path) -> None:
    item = replace(printable(structure=HOME), logo=logo(mode=mode))
    path = tmp_path / "page.pdf"
    path.write_bytes(render(item))
    listed = run_tool("pdfimages", "-list", path).stdout.splitlines()
    assert len(listed) == 3
    assert "rgb" in listed[2]


def test_a_huge_logo_does_not_make_a_huge_pdf() -> None:
    noise = Image.effect_noise((3000, 2000), 80).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=60)
    assert len(render(replace(printable(structure=HOME), logo=buffer.getvalue()))) < 300_000


@pytest.mark.parametrize("content", [None, b"not a font", b""])
def test_a_font_that_cannot_be_read_is_told(tmp_path, monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "NotoSans-Regular.ttf").write_bytes(content)
    monkeypatch.setattr(typeface, "FONTS", tmp_path)
    embedding.cut.cache_clear()
    try:
        with pytest.raises(DocumentError) as caught:
            render(printable(LINES))
    finally:
        embedding.cut.cache_clear()
    assert caught.value.next_step
