"""How the application ends when something goes wrong inside it: one sentence and a file, never a traceback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hand import Mailbox, Sit
from textual.pilot import Pilot

from tuimail.config.paths import Paths
from tuimail.domain.errors import StoreLocked
from tuimail.domain.events import Event
from tuimail.office import Office
from tuimail.sending.engine import Engine
from tuimail.store import listing
from tuimail.ui.app import TuimailApp, tell_crash


async def test_a_trouble_with_the_database_is_told_and_the_list_stays(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_args: object, **_options: object) -> None:
        raise StoreLocked("La base est verrouillée.", "Réessayez plus tard.")

    async with sit(office) as hand:
        with monkeypatch.context() as patched:
            patched.setattr(listing, "index", locked)
            await hand.press("f")
            await hand.see("Pas possible", "La base est verrouillée.", "Réessayez plus tard.")
        await hand.press("escape")
        await hand.see("020")


async def run(app: TuimailApp, act: Callable[[Pilot[Any]], Awaitable[None]]) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await act(pilot)
        for _ in range(500):
            if app.crashed is not None:
                break
            await pilot.pause(0.01)


async def test_what_nobody_foresaw_ends_it_without_a_traceback(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        monkeypatch.setattr(listing, "index", lambda *_a, **_k: 1 / 0)
        await pilot.press("f")

    app = TuimailApp(office)
    with pytest.raises(ZeroDivisionError):
        await run(app, act)
    assert isinstance(app.crashed, ZeroDivisionError)
    assert capsys.readouterr().err == ""


def test_what_happened_is_written_down_and_the_operator_reads_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell_crash(ZeroDivisionError("by zero"), Paths(tmp_path / "t.sqlite3")) == 1

    (crash,) = tmp_path.glob("crash-*.txt")
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert str(crash) in said
    assert "ZeroDivisionError: by zero" in crash.read_text()


def test_an_error_that_has_a_sentence_ends_it_with_that_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = StoreLocked("La base est verrouillée.", "Réessayez plus tard.")
    assert tell_crash(error, Paths(tmp_path / "t.sqlite3")) == error.exit_status
    assert capsys.readouterr().err == "La base est verrouillée. Réessayez plus tard.\n"
    assert not list(tmp_path.glob("crash-*"))


def test_a_crash_that_cannot_be_written_down_is_still_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_crash(KeyError("x"), Paths(tmp_path / "gone" / "t.sqlite3")) == 1
    assert "KeyError" in capsys.readouterr().err


async def test_a_broken_sender_is_no_silent_one(
    office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> AsyncIterator[Event]:
        raise ZeroDivisionError
        yield

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("down", "r", "enter")

    monkeypatch.setattr(Engine, "run", broken)
    app = TuimailApp(office)
    with pytest.raises(ZeroDivisionError):
        await run(app, act)
    assert isinstance(app.crashed, ZeroDivisionError)
    assert not mailbox.envelopes
