"""A mailbox that can be held, and a hand on the keyboard of the application."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from tuimail.config.paths import Paths
from tuimail.domain.account import Lease, Owner
from tuimail.domain.errors import StoreFull
from tuimail.office import Office
from tuimail.store import accounts, outbox
from tuimail.ui.app import TuimailApp
from tuimail.ui.widgets.send_panel import SendPanel

PATIENCE = 15.0
"""Seconds after which what was waited for is taken to never come."""


def opened(path: Path) -> Office:
    """The office on that database, as virginie."""
    office = Office(Paths(path))
    office.owner = replace(office.owner, operator="virginie", host="compta-1")
    return office


KARIM = Owner("other", "karim", "compta-2", 1, "")
"""A colleague, at another machine."""


def karim_sends() -> Lease:
    """Karim holds the association's account from now on."""
    account = accounts.accounts()[0]
    return outbox.acquire(account.id, KARIM, datetime.now(UTC), lambda _owner: True)[0]


class Held:
    """A function that, once it has begun, waits on its thread until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        work = getattr(where, name)

        def slowly(*given: Any, **named: Any) -> Any:
            self.begun.set()
            assert self.go_on.wait(2 * PATIENCE), "it was never let go on"
            return work(*given, **named)

        monkeypatch.setattr(where, name, slowly)


class Mailbox:
    """A real mail server on loopback. Closed, it lets nobody finish a message until `let(n)` or `open()`."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[Any] = []
        self.unknown: set[str] = set()
        """Addresses that are refused."""
        self.busy: set[str] = set()
        """Addresses that are asked to wait."""
        self.password = ""
        self._free = asyncio.Semaphore(0)
        self._open = True

    @property
    def recipients(self) -> list[str]:
        """Who got something, in order."""
        return [envelope.rcpt_tos[0] for envelope in self.envelopes]

    def close(self) -> None:
        """Make messages wait just before they are accepted."""
        self._open = False

    def let(self, count: int) -> None:
        """Accept so many."""
        for _ in range(count):
            self._free.release()

    def open(self) -> None:
        """Accept whatever comes."""
        self._open = True
        self.let(1000)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.unknown:
            return "550 5.1.1 User unknown"
        if address in self.busy:
            return "450 4.2.1 Mailbox busy, try later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if not self._open:
            await self._free.acquire()
        self.envelopes.append(envelope)
        return f"250 2.0.0 Ok: queued as {len(self.envelopes):04d}"


@contextlib.asynccontextmanager
async def silent_server() -> AsyncIterator[None]:
    """The association's server takes the call and says nothing."""
    hung_up = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hung_up.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, port=server.sockets[0].getsockname()[1]))
    yield
    hung_up.set()
    server.close()


def no_room(*_: object, **__: object) -> None:
    """In place of what writes or reads: a database in trouble."""
    raise StoreFull("Le disque est plein.", "Faites de la place.")


class Hand:
    """A hand on the keyboard of a running application, and an eye on its screen."""

    def __init__(self, app: TuimailApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys and wait until they are dealt with."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(0)

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    async def paste(self, text: str) -> None:
        """Paste a text, as terminals tell it: long ones are dealt with at once."""
        self.app.post_message(Paste(text))
        await self.pilot.pause(0)

    async def go_to(self, name: str) -> None:
        """Tab until that field has the focus."""
        for _n in range(30):
            before = self.app.focused
            if before is not None and before.id == name:
                return
            await self.press("tab")
            await self.until(lambda before=before: self.app.focused is not before, "Tab went nowhere")
        raise AssertionError(f"no field {name}\n{self.text}")

    async def fill(self, name: str, text: str) -> None:
        """Type that text in place of what stands in a field."""
        await self.go_to(name)
        await self.press("end", "ctrl+u")
        await self.type(text)

    async def choose(self, name: str, word: str) -> None:
        """Turn a field until it shows that word."""
        await self.go_to(name)
        for _n in range(10):
            if f"‹ {word} ›" in self.text:
                return
            await self.press("right")
        raise AssertionError(f"{word} cannot be chosen\n{self.text}")

    @property
    def text(self) -> str:
        """What the screen shows; no-break spaces as spaces."""
        strips = self.app.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
        return "\n".join(lines).replace("\u00a0", " ").replace("\u202f", " ")

    def line(self, start: str) -> str:
        """The line of the screen that holds `start`."""
        return next((line.strip() for line in self.text.splitlines() if start in line), "")

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until that holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{what}\n{self.text}"
            await self.pilot.pause(0.01)

    async def see(self, *texts: str) -> None:
        """Wait until the screen shows all of these."""
        for text in texts:
            await self.until(lambda text=text: text in self.text, f"never seen: {text}")

    async def read(self, sentence: str) -> None:
        """Wait until the screen says that, wherever its lines are broken: a path in it may have any length."""
        await self.until(lambda: sentence in " ".join(self.text.replace("│", " ").split()), f"never read: {sentence}")

    async def see_no(self, text: str) -> None:
        """Wait until the screen does not show this any more."""
        await self.until(lambda: text not in self.text, f"still seen: {text}")

    async def see_end(self) -> None:
        """Wait until a send was begun and is over, and everything about it is shown."""
        await self.until(lambda: self.app.desk.sending.progress.messages, "no send ever began")
        await self.until(lambda: not self.app.desk.sending.active, "the send never ended")
        await self.pilot.pause(0.02)

    @property
    def log(self) -> list[str]:
        """The lines of the sending's log."""
        return [" ".join(line.split()) for line in self.app.screen.query_one(SendPanel).log_text]


Sit = Callable[..., contextlib.AbstractAsyncContextManager[Hand]]
