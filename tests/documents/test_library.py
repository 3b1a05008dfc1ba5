"""PDFs in the data folder: written whole, left alone once sent."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest
from sample_pages import line, printable

from tuimail.documents.library import Library, export
from tuimail.documents.printable import Printable
from tuimail.documents.render import merge, render
from tuimail.domain.errors import DocumentError


class Sent:
    """What has been sent, as the store would say it."""

    def __init__(self) -> None:
        self.contents: set[tuple[int, str]] = set()

    def __call__(self, document_id: int, sha256: str) -> bool:
        return (document_id, sha256) in self.contents

    def add(self, path: Path, document_id: int = 7) -> None:
        self.contents.add((document_id, hashlib.sha256(path.read_bytes()).hexdigest()))


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def library(tmp_path: Path, sent: Sent) -> Library:
    return Library(tmp_path / "documents", sent)


def invoice(cents: int) -> Printable:
    return printable([line("Hébergement", 1, cents)])


def files(library: Library) -> list[str]:
    return sorted(path.relative_to(library.folder).as_posix() for path in library.folder.rglob("*") if path.is_file())


def test_a_document_is_kept_where_it_can_be_found(library: Library) -> None:
    pdf = library.pdf_for(printable())

    assert pdf.path == library.folder / "ehpad-saint-eloi-2" / "2026-10" / "020.pdf"
    assert pdf.path.read_bytes() == pdf.content == render(printable())
    assert pdf.sha256 == hashlib.sha256(pdf.content).hexdigest()
    assert files(library) == ["ehpad-saint-eloi-2/2026-10/020.pdf"]


def test_the_same_content_is_not_written_again(library: Library) -> None:
    path = library.pdf_for(invoice(100)).path
    before = path.stat()
    assert library.pdf_for(invoice(100)).path == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_was_not_sent_is_replaced(library: Library) -> None:
    library.pdf_for(invoice(100))
    pdf = library.pdf_for(invoice(200))
    assert files(library) == ["ehpad-saint-eloi-2/2026-10/020.pdf"]
    assert pdf.path.read_bytes() == render(invoice(200))


def test_a_file_that_was_sent_is_never_changed(library: Library, sent: Sent) -> None:
    first = library.pdf_for(invoice(100))
    sent.add(first.path)
    second = library.pdf_for(invoice(200))
    sent.add(second.path)
    third = library.pdf_for(invoice(300))

    assert [pdf.path.name for pdf in (first, second, third)] == ["020.pdf", "020~2.pdf", "020~3.pdf"]
    for pdf in (first, second, third):
        assert pdf.path.read_bytes() == pdf.content
    assert library.pdf_for(invoice(100)).path == first.path
    assert library.pdf_for(invoice(200)).path == second.path


def test_a_later_version_that_was_not_sent_is_replaced_too(library: Library, sent: Sent) -> None:
    sent.add(library.pdf_for(invoice(100)).path)
    library.pdf_for(invoice(200))
    assert library.pdf_for(invoice(300)).path.name == "020~2.pdf"
    assert len(files(library)) == 2


def test_another_document_whose_number_looks_like_a_version_takes_nothing(library: Library, sent: Sent) -> None:
    sent.add(library.pdf_for(invoice(100)).path)
    second = library.pdf_for(invoice(200))
    sent.add(second.path)
    for number in ("020-2", "020~2", "020%7E2"):
        library.pdf_for(printable(number=number, id=8))
    assert second.path.read_bytes() == render(invoice(200))


def test_a_cut_while_writing_leaves_the_old_file_whole(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    path = library.pdf_for(invoice(100)).path

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DocumentError) as caught:
        library.pdf_for(invoice(200))
    assert str(library.folder) in caught.value.sentence
    assert caught.value.next_step
    assert path.read_bytes() == render(invoice(100))
    assert len(files(library)) == 1


def test_others_may_not_read_what_is_kept(library: Library) -> None:
    old = os.umask(0o002)
    try:
        path = library.pdf_for(printable()).path
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_what_was_kept_can_be_read_back(library: Library) -> None:
    kept = library.keep(printable())
    assert kept.path == "ehpad-saint-eloi-2/2026-10/020.pdf"
    assert kept.name == "Facture 020 - BERNARD Paul - octobre 2026.pdf"
    content = library.read(kept.path, kept.sha256)
    assert content == render(printable())
    assert kept.size == len(content)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"%PDF-1.3 of somebody else")])
def test_what_is_gone_or_changed_is_never_handed_out(library: Library, damage) -> None:
    kept = library.keep(printable())
    damage(library.folder / kept.path)
    with pytest.raises(DocumentError) as caught:
        library.read(kept.path, kept.sha256)
    assert kept.path in caught.value.sentence
    assert caught.value.next_step


def test_a_folder_that_can_be_written_passes_and_stays_empty(library: Library) -> None:
    library.check_writable()
    assert files(library) == []


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path, sent: Sent) -> None:
    (tmp_path / "documents").write_text("not a folder")
    library = Library(tmp_path / "documents", sent)
    for attempt in (library.check_writable, lambda: library.pdf_for(printable())):
        with pytest.raises(DocumentError) as caught:
            attempt()
        assert str(library.folder) in caught.value.sentence
        assert caught.value.next_step


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_refused(library: Library) -> None:
    library.folder.mkdir()
    library.folder.chmod(0o500)
    for attempt in (library.check_writable, lambda: library.pdf_for(printable())):
        with pytest.raises(DocumentError) as caught:
            attempt()
        assert str(library.folder) in caught.value.sentence


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_each_way_a_disk_refuses_has_a_sentence_and_a_next_step(
    library: Library, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    for attempt in (library.check_writable, lambda: library.pdf_for(printable())):
        with pytest.raises(DocumentError) as caught:
            attempt()
        assert caught.value.sentence.endswith(".")
        assert caught.value.next_step


def test_export_as_a_folder_uses_the_names_families_see(tmp_path: Path) -> None:
    twin = printable([line("Ailleurs", 1, 100)])
    assert export([printable(), twin, printable(number="021")], tmp_path / "out" / "octobre") == 3
    assert sorted(path.name for path in (tmp_path / "out" / "octobre").iterdir()) == [
        "Facture 020 - BERNARD Paul - octobre 2026 (2).pdf",
        "Facture 020 - BERNARD Paul - octobre 2026.pdf",
        "Facture 021 - BERNARD Paul - octobre 2026.pdf",
    ]


def test_export_as_one_file_holds_every_document(tmp_path: Path) -> None:
    items = [printable(), printable(number="021")]
    assert export(iter(items), tmp_path / "new" / "octobre.PDF") == 2
    assert (tmp_path / "new" / "octobre.PDF").read_bytes() == merge(items)


@pytest.mark.parametrize("out", ["octobre.pdf", "octobre"])
def test_export_of_nothing_says_so_and_writes_nothing(tmp_path: Path, out: str) -> None:
    with pytest.raises(DocumentError):
        export([], tmp_path / out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["file/octobre.pdf", "file/octobre"])
def test_export_to_where_nothing_can_be_written_says_so(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DocumentError) as caught:
        export([printable()], tmp_path / out)
    assert caught.value.next_step
