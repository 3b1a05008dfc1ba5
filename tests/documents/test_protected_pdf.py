"""A PDF with a password opens with it and not without, and has the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from sample_pages import RESIDENT, printable, run_tool

from tuimail.documents.printable import Printable
from tuimail.documents.protection import unlocked
from tuimail.documents.render import render
from tuimail.domain.errors import BadFile, BadInput
from tuimail.domain.pages import checked_pdf_password

PASSWORD = "Éléonore & 3 glycines"


def protected(password: str = PASSWORD, **changes: object) -> Printable:
    return printable(resident=replace(RESIDENT, pdf_password=password), **changes)


@pytest.mark.parametrize("password", [PASSWORD, "trois-mots-simples", "密码密码密码密码"])
def test_it_opens_with_the_password_only(tmp_path: Path, password: str) -> None:
    path = tmp_path / "020.pdf"
    path.write_bytes(render(protected(password)))
    assert b"BERNARD" not in path.read_bytes()
    for tried, opens in ((password, True), ("", False), (password.upper() + "x", False)):
        assert (run_tool("qpdf", f"--password={tried}", "--check", path).returncode == 0) is opens
        assert ("BERNARD" in run_tool("pdftotext", "-upw", tried, path, "-").stdout) is opens
    with pypdfium2.PdfDocument(path.read_bytes(), password=password) as pdf:
        assert "Facture n" in pdf[0].get_textpage().get_text_range()


def test_it_is_encrypted_with_aes_256(tmp_path: Path) -> None:
    path = tmp_path / "020.pdf"
    path.write_bytes(render(protected()))
    said = run_tool("qpdf", f"--password={PASSWORD}", "--show-encryption", path).stdout
    assert "R = 6" in said
    assert said.count("AESv3") == 3


def test_it_has_the_same_bytes_each_time_and_shares_none_with_another() -> None:
    first = render(protected())
    assert render(protected()) == first
    for other in (protected("un autre mot de passe"), protected(number="021")):
        content = render(other)
        # 32 bytes in a row would be a key, a salt or an initialisation vector used twice.
        secret = first[first.index(b"/OE <") : first.index(b"/OE <") + 60]
        assert secret not in content
        assert first[first.index(b"/UE <") :][:60] not in content


def test_the_home_can_open_its_own_copy() -> None:
    content = render(protected())
    with pypdfium2.PdfDocument(unlocked(content, PASSWORD)) as pdf:
        assert "BERNARD" in pdf[0].get_textpage().get_text_range()
    plain = render(printable())
    assert unlocked(plain, PASSWORD) == plain
    assert unlocked(plain, "") == plain
    for wrong in ("", "another one"):
        with pytest.raises(BadFile) as caught:
            unlocked(content, wrong)
        assert caught.value.next_step


@pytest.mark.parametrize("text", ["", "short", "with\ttab inside", "é" * 64])
def test_a_password_that_protects_nothing_or_cannot_be_typed_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_pdf_password(text)


def test_spaces_around_a_password_do_not_count() -> None:
    assert checked_pdf_password("  trois mots simples\n") == "trois mots simples"
