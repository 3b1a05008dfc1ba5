"""Attached files are kept by their content; what cannot go along is refused with a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuimail.documents import enclosures
from tuimail.documents.enclosures import Enclosures
from tuimail.domain.errors import BadFile, DocumentError


@pytest.fixture
def kept(tmp_path: Path) -> Enclosures:
    return Enclosures(tmp_path / "attachments")


def test_the_bytes_stay_those_of_the_moment_of_attaching(kept: Enclosures, tmp_path: Path) -> None:
    letter = tmp_path / "Menu de Noël.pdf"
    letter.write_bytes(b"%PDF first")
    attachment = kept.keep(letter)
    letter.write_bytes(b"%PDF second")
    assert kept.read(attachment) == b"%PDF first"
    assert (attachment.name, attachment.media_type, attachment.size) == ("Menu de Noël.pdf", "application/pdf", 10)


def test_the_same_content_is_kept_once(kept: Enclosures, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF same")
        kept.keep(tmp_path / name)
    assert len(list(kept.folder.iterdir())) == 1


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_a_kept_file_that_is_not_what_it_was_is_told(kept: Enclosures, tmp_path: Path, change: str) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF")
    attachment = kept.keep(letter)
    file = kept.folder / attachment.path
    file.unlink() if change == "gone" else file.write_bytes(b"other")
    with pytest.raises(DocumentError) as told:
        kept.read(attachment)
    assert "letter.pdf" in told.value.sentence
    assert told.value.next_step


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _empty(path: Path) -> None:
    path.touch()


def _huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(enclosures.LARGEST + 1)


@pytest.mark.parametrize("make", [Path.mkdir, _pipe, _empty, _huge, lambda _path: None])
def test_what_cannot_go_along_is_refused(kept: Enclosures, tmp_path: Path, make: object) -> None:
    path = tmp_path / "thing"
    make(path)  # type: ignore[operator]
    with pytest.raises(BadFile) as told:
        kept.keep(path)
    assert told.value.next_step
    assert not kept.folder.exists()


def test_a_name_with_marks_and_slashes_is_made_readable(kept: Enclosures, tmp_path: Path) -> None:
    letter = tmp_path / "menu\u202efdp.exe\n.pdf"
    letter.write_bytes(b"%PDF")
    name = kept.keep(letter).name
    assert name.isprintable()
    assert name.endswith(".pdf")


def test_a_file_that_grows_while_it_is_read_is_refused(
    kept: Enclosures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "scan.pdf"
    letter.write_bytes(b"%PDF half")
    facts = os.fstat

    def then_it_grows(descriptor: int) -> os.stat_result:
        found = facts(descriptor)
        with letter.open("ab") as stream:
            stream.write(b" and more")
        return found

    monkeypatch.setattr(os, "fstat", then_it_grows)
    with pytest.raises(BadFile) as told:
        kept.keep(letter)
    assert "scan.pdf" in told.value.sentence
    assert not kept.folder.exists()


def test_a_device_is_refused(kept: Enclosures) -> None:
    with pytest.raises(BadFile) as told:
        kept.keep(Path("/dev/zero"))
    assert "/dev/zero" in told.value.sentence


@pytest.mark.parametrize("target", ["/dev/zero", "outside"])
def test_a_link_in_place_of_a_kept_file_is_not_followed(kept: Enclosures, tmp_path: Path, target: str) -> None:
    letter, outside = tmp_path / "letter.pdf", tmp_path / "outside"
    for path in (letter, outside):
        path.write_bytes(b"%PDF")
    attachment = kept.keep(letter)
    (kept.folder / attachment.path).unlink()
    (kept.folder / attachment.path).symlink_to(outside if target == "outside" else target)
    with pytest.raises(DocumentError) as told:
        kept.read(attachment)
    assert "letter.pdf" in told.value.sentence


def test_a_very_long_name_keeps_its_suffix(kept: Enclosures) -> None:
    attachment = kept.keep_content("é" * 300 + "/..\r\nBcc: x.pdf", b"%PDF")
    assert len(attachment.name) <= 120
    assert attachment.name.endswith(".pdf")
    assert attachment.name.isprintable()
    assert "/" not in attachment.name
