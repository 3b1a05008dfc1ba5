"""Offices, a mailbox, and a seat at the application."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import office_data
import pytest
import textual.app
import textual.pilot
from hand import Hand, Mailbox, Sit, opened
from settling import wait_for_screen
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

sys.path.append(str(Path(__file__).parents[1] / "documents"))

from tuimail.config import secrets
from tuimail.office import Office
from tuimail.store import accounts, chain
from tuimail.store.database import close_store, open_store
from tuimail.ui.app import TuimailApp


@pytest.fixture(autouse=True, scope="session")
def _styles_read_once() -> Iterator[None]:
    """Every application has the same style sheets: rules read once, with the same colours, serve them all."""
    read: dict[Any, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def reuse(sheet: Stylesheet, css: str, *words: Any, **named: Any) -> list[RuleSet]:
        key = (css, words, *sorted(named.items()), frozenset(sheet._variables.items()))
        if key not in read:
            read[key] = parse(sheet, css, *words, **named)
        return read[key]

    with patch.object(Stylesheet, "_parse_rules", reuse):
        yield


@pytest.fixture(autouse=True)
def _paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown in the machine's zone: here always the same."""
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are in memory or nowhere."""
    monkeypatch.setattr(secrets, "_backend", lambda: None)
    monkeypatch.setattr(secrets, "_in_memory", {})


@pytest.fixture
def no_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is dealt with once no widget has anything to do; Textual's pilot waits for an idle processor besides."""

    async def at_once(*_: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(textual.app, "wait_for_idle", at_once)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", at_once)
    monkeypatch.setattr(textual.pilot.Pilot, "_wait_for_screen", wait_for_screen)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The association's database, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "tuimail.sqlite3"
    open_store(path)
    # The journal's seal stands in a picture: drawn salts would give another one each time.
    with patch.object(chain, "token_hex", lambda size: "00" * size):
        office_data.fill()
    close_store()
    return path


@pytest.fixture
def office(tmp_path: Path, filled: Path) -> Iterator[Office]:
    """The association's office; its mail server is not there."""
    path = tmp_path / "data" / "tuimail.sqlite3"
    path.parent.mkdir()
    shutil.copy(filled, path)
    with opened(path) as found:
        yield found


@pytest.fixture
def empty_office(tmp_path: Path, untouched: Path) -> Iterator[Office]:
    """An office where nothing was ever done."""
    path = tmp_path / "data" / "tuimail.sqlite3"
    path.parent.mkdir()
    shutil.copy(untouched, path)
    with opened(path) as found:
        yield found


@pytest.fixture
async def mailbox(office: Office) -> AsyncIterator[Mailbox]:
    """The server that the association's account names."""
    from aiosmtpd.smtp import SMTP, AuthResult

    box = Mailbox()
    loop = asyncio.get_running_loop()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password.decode() == box.password, handled=False)

    def talk() -> SMTP:
        return SMTP(
            box,
            loop=loop,
            hostname="mail.example",
            authenticator=authenticate,
            auth_require_tls=False,
            auth_exclude_mechanism=["LOGIN"],
        )

    server = await loop.create_server(talk, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, port=box.port))
    yield box
    box.open()
    server.close()


@pytest.fixture
def sit(no_idling: None) -> Sit:
    """Sit down at the application over an office; what it is still doing when one gets up is waited for."""

    @asynccontextmanager
    async def down(office: Office, size: tuple[int, int] = (100, 30), **options: Any) -> AsyncIterator[Hand]:
        app = TuimailApp(office, **options)
        async with app.run_test(size=size) as pilot:
            hand = Hand(app, pilot)
            await pilot.pause()
            yield hand
            app.desk.sending.stop()
        if app._unfinished:
            await asyncio.wait(set(app._unfinished))

    return down


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's own folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)
    return folder
