"""Setting up and clearing away, and a send of a whole month into the demonstration's own box."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tuimail.cli.main import run
from tuimail.config import paths as config_paths
from tuimail.config.paths import Paths
from tuimail.demo.start import started
from tuimail.domain.errors import BadInput
from tuimail.domain.received import ReceivedBox

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture(autouse=True)
def _nothing_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home folder that must stay empty, and a temporary folder that is looked into."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TUIMAIL_DATABASE", str(home / "mine.sqlite3"))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def forbidden(_database: str | None = None) -> Paths:
        raise AssertionError("the user's database was asked for")

    with monkeypatch.context() as patch:
        patch.setattr(config_paths, "find_paths", forbidden)
        yield
    assert not list(home.iterdir())


def test_it_stands_in_a_temporary_folder_that_goes_in_the_end(tmp_path: Path) -> None:
    with started(gap=0.3) as demo:
        folder = demo.paths.database.parent
        assert folder.parent == tmp_path / "tmp"
        assert demo.paths.database.exists()
        assert demo.box.folder.is_relative_to(folder)
        assert folder.stat().st_mode & 0o077 == 0

    assert not folder.exists()


def test_it_goes_even_after_an_incident(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), started(gap=0.3):
        raise ZeroDivisionError

    assert not list((tmp_path / "tmp").iterdir())


def test_it_can_be_kept_in_a_new_folder(tmp_path: Path) -> None:
    with started(gap=0.3, keep=tmp_path / "kept" / "here") as demo:
        pass

    assert demo.paths.database.exists()
    assert not list((tmp_path / "tmp").iterdir())


def test_nothing_is_put_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")

    for place in (tmp_path / "full", tmp_path / "full" / "letter.txt"):
        with pytest.raises(BadInput), started(gap=0.3, keep=place):
            pass

    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


@contextmanager
def quick_demo() -> Iterator[tuple[Paths, ReceivedBox]]:
    with started(gap=0) as demo:
        yield demo.paths, demo.box


def test_a_structures_month_is_sent_into_the_box(capsys: pytest.CaptureFixture[str]) -> None:
    with quick_demo() as (paths, box):
        words = ("send", "--period", "2026-10", "--structure", "Résidence", "--yes", "--database", str(paths.database))
        status = run(words, application=lambda _p: 64, demonstration=lambda _g, _k: 65)
        received = box.messages()

    printed = capsys.readouterr().out
    assert status == 1
    assert printed.count(" OK ") == len(received) > 30
    assert "???" not in printed
    assert all(len(mail.attachments) == 1 for mail in received)
    assert {mail.sender for mail in received} == {"compta@oeillet.example"}


def test_what_an_incident_left_outlives_the_demonstration() -> None:
    with started(gap=0) as demo:
        crash = demo.paths.database.parent / "crash-20261122-101500.txt"
        crash.write_text("what happened")

    assert list(crash.parent.iterdir()) == [crash]
    crash.unlink()
    crash.parent.rmdir()
