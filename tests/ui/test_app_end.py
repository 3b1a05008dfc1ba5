"""How the application ends when something goes wrong inside it: one sentence and a file, never a traceback."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hand import PATIENCE, Mailbox, Sit
from test_screen_mails import Box
from textual.pilot import Pilot

from tuimail.config.paths import Paths
from tuimail.domain.errors import StoreLocked
from tuimail.domain.events import Event, Summary
from tuimail.office import Office
from tuimail.sending.engine import Engine
from tuimail.store import listing
from tuimail.ui import base
from tuimail.ui.app import TuimailApp
from tuimail.ui.crash import tell_crash
from tuimail.ui.messages import Phase, Progress, SendingNews
from tuimail.ui.widgets.send_panel import SendPanel


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


async def test_what_leaving_means_is_said_of_this_send(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        for phase, said in ((Phase.PAUSED, "l’envoi reste en pause"), (Phase.SENDING, "l’envoi continue")):
            hand.app.desk.sending._news.progress = Progress(phase, messages=3)
            await hand.press("q")
            await hand.see("démarrage, R l’envoie", said)
            await hand.press("escape")
        hand.app.desk.demo = Box(1)
        await hand.press("q")
        await hand.see("le reste de la démonstration")
        assert "démarrage" not in hand.text
        await hand.press("escape")
        hand.app.desk.sending._news.progress = Progress()


async def test_who_has_left_is_told_what_is_still_waited_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    said, done = asyncio.Event(), asyncio.Event()

    class Terminal(io.StringIO):
        def flush(self) -> None:
            said.set()

    async def left() -> None:
        app.finish(done.wait(), "work")

    app, terminal = TuimailApp(office), Terminal()
    monkeypatch.setattr(base, "TOLD_AFTER", 0)
    monkeypatch.setattr(app, "run_async", left)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", terminal)
        ending = asyncio.create_task(app.run_to_the_end())
        await asyncio.wait_for(said.wait(), PATIENCE)
        assert not ending.done()
        done.set()
        assert await ending == 0
    assert terminal.getvalue().startswith("Ce qui est en cours se termine")


async def test_a_place_opened_after_a_send_keeps_no_room_for_it(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        hand.app.desk.sending._news.progress = Progress(Phase.ENDED, messages=3, done=3)
        await hand.press("4")
        await hand.see("lignes")
        assert not hand.app.screen.query_one(SendPanel).display


async def test_counts_put_away_in_one_place_are_put_away_in_the_other(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("4", "1")
        hand.app._news(SendingNews(Progress(Phase.ENDED, messages=3, done=3), (), Summary(3, 3)))
        await hand.see("3 envoyés")
        await hand.press("escape", "4")
        await hand.see("lignes")
        assert not hand.app.screen.query_one(SendPanel).display
