"""Pictures of three pages, kept and compared: a page that looks otherwise must be looked at.

To draw them again: `python tests/documents/test_page_pictures.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from kinds_of_pages import hard, kinds
from PIL import Image, ImageChops, ImageStat
from sample_pages import opened

from tuimail.documents.printable import Printable
from tuimail.documents.render import render

PICTURES = Path(__file__).parent / "pictures"
TOLERANCE = 1.0
"""Mean difference of grey levels, of 255: another version of the reader smooths letters otherwise."""
WORST = 40
"""Grey levels by which no square of 10 pixels may differ in the mean."""


def pages() -> dict[str, Printable]:
    """Those that are kept."""
    return {"invoice": kinds()["invoice"], "credit-note": kinds()["credit-note"], "long": hard()["long"]}


def picture(item: Printable) -> Image.Image:
    """The first page in grey, 72 points an inch."""
    with opened(render(item)) as pdf:
        return pdf[0].render(scale=1).to_pil().convert("L")


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_looks_as_it_did(name: str) -> None:
    kept, now = Image.open(PICTURES / f"{name}.png"), picture(pages()[name])
    assert now.size == kept.size
    difference = ImageChops.difference(kept, now)
    assert ImageStat.Stat(difference).mean[0] < TOLERANCE
    coarse = difference.resize((now.width // 10, now.height // 10), Image.Resampling.BOX)
    assert coarse.getextrema()[1] < WORST


def test_a_page_that_looks_otherwise_is_noticed() -> None:
    one, other = picture(kinds()["invoice"]), picture(kinds()["invoice-untaxed"])
    difference = ImageChops.difference(one, other)
    coarse = difference.resize((one.width // 10, one.height // 10), Image.Resampling.BOX)
    assert coarse.getextrema()[1] > WORST


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, item in pages().items():
        picture(item).save(PICTURES / f"{name}.png", optimize=True)
