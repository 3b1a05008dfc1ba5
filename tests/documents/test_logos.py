from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tuimail.documents.logo import LARGEST
from tuimail.documents.logos import Logos
from tuimail.domain.errors import BadFile, DocumentError


def image(width: int, height: int, form: str = "PNG") -> bytes:
    stream = BytesIO()
    Image.new("1", (width, height)).save(stream, form)
    return stream.getvalue()


@pytest.fixture
def chosen(tmp_path: Path) -> Path:
    return tmp_path / "logo.png"


def test_a_logo_is_kept_by_its_content(tmp_path: Path, chosen: Path) -> None:
    logos = Logos(tmp_path / "logos")
    chosen.write_bytes(image(10, 10))
    name = logos.keep(chosen)
    assert name.endswith("-logo.png")
    assert (logos.folder / name).read_bytes() == chosen.read_bytes()
    assert logos.keep(chosen) == name
    chosen.write_bytes(image(11, 10))
    assert logos.keep(chosen) != name
    assert len(list(logos.folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7", "n’est pas une image"),
        (image(300, 300)[:70], "n’est pas une image"),
        (b"", "vide"),
        (image(40_001, 1000), "trop de pixels"),
        (image(8, 8) + bytes(LARGEST), "trop lourd"),
    ],
)
def test_what_is_no_image_or_too_large_is_refused_and_nothing_kept(
    tmp_path: Path, chosen: Path, content: bytes, told: str
) -> None:
    chosen.write_bytes(content)
    with pytest.raises(BadFile, match=told):
        Logos(tmp_path / "logos").keep(chosen)
    assert not (tmp_path / "logos").exists()


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_made_are_told(tmp_path: Path, chosen: Path) -> None:
    with pytest.raises(BadFile, match="ne peut pas être lu"):
        Logos(tmp_path / "logos").keep(chosen)
    chosen.write_bytes(image(10, 10))
    with pytest.raises(DocumentError):
        Logos(chosen / "logos").keep(chosen)
