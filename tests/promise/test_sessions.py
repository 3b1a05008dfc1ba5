"""Several processes on one database: stopped past their lease, started together, asked to end."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faults import on_second
from outbox_samples import House
from proof import LETTERS, Gate
from scripted import POLITE, Accept, Hold, Server

from tuimail.store import accounts, outbox

Process = asyncio.subprocess.Process
SHORT_LEASE = str(Path(__file__).with_name("short_lease.py"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, 6)
    yield house
    house.office.close()


@asynccontextmanager
async def tuimail(house: House, *words: str) -> AsyncIterator[Process]:
    """The real program on the house's database."""
    environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "TUIMAIL_LANG": "en"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, SHORT_LEASE, "--database", str(house.office.paths.database), *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process: Process, status: int) -> str:
    """What it said on standard error, once it has ended with that status."""
    _out, said = await asyncio.wait_for(process.communicate(), 60)
    text = said.decode()
    assert process.returncode == status, text
    assert "Traceback" not in text
    return text


def select(*numbers: int) -> list[str]:
    """The words that send these invoices."""
    words = ["send", "--period", "2026-10", "--yes", "--json"]
    for number in numbers:
        words += ["--number", f"{number:03}"]
    return words


def times_accepted(house: House, server: Server) -> list[int]:
    taken = Counter(r.recipient for r in server.accepted)
    return [taken[f"famille{n}@poste.example"] for n in range(len(house.ids))]


def states() -> str:
    return "".join(LETTERS[d.state] for d in outbox.deliveries())


async def until(holds: Callable[[], bool]) -> None:
    """Other processes tell nothing: the database is asked again and again."""
    for _try in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not come to that")


def stopped_between_writes(house: House, process: Process) -> bool:
    """Stop it, unless that leaves the database locked: then nobody can take over, which another test is about."""
    process.send_signal(signal.SIGSTOP)
    with closing(sqlite3.connect(house.office.paths.database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            return False
    return True


@pytest.mark.long
@pytest.mark.parametrize(
    ("step", "in_between", "at_the_end"),
    [
        # The other sends what was only claimed; the late one finds that out at the barrier.
        ("data", "SSSSSS", "SSSSSS"),
        # The other cannot know whether it was accepted; the late one reads that it was.
        ("dot", "SUSSSS", "SSSSSS"),
    ],
)
async def test_a_sender_stopped_past_its_lease_finds_another_in_its_place(
    house: House, step: str, in_between: str, at_the_end: str
) -> None:
    gate = Gate()
    polite = POLITE[step]
    held = Hold(gate, polite) if step == "data" else Accept(Hold(gate, polite))
    async with Server(on_second(step, held)) as server:
        account = house.account(server.port)
        async with tuimail(house, *select(*range(6))) as late:
            await gate.reached.wait()
            await until(lambda: states().startswith("S"))
            await until(lambda: stopped_between_writes(house, late))
            await until(lambda: accounts.holder(account.id, datetime.now(UTC)) is None)
            async with tuimail(house, "resume", "--json") as other:
                await ended(other, 0 if in_between == at_the_end else 1)
            assert states() == in_between
            late.send_signal(signal.SIGCONT)
            gate.set()
            # All was sent, be it by another; yet what the late one had still to do it has not done.
            said = await ended(late, 0)
        assert "taken over" in said
        assert states() == at_the_end
        assert times_accepted(house, server) == [1] * 6


async def test_overlapping_selections_sent_together_send_each_invoice_once(house: House) -> None:
    async with Server() as server:
        house.account(server.port)
        choices = (select(0, 1, 2, 3), select(2, 3, 4, 5))
        async with tuimail(house, *choices[0]) as one, tuimail(house, *choices[1]) as other:
            statuses = [await asyncio.wait_for(p.wait(), 60) for p in (one, other)]
        # Whoever came second while the first was at it was told so, and tries again.
        assert set(statuses) <= {0, 3}
        for status, choice in zip(statuses, choices, strict=True):
            if status == 3:
                async with tuimail(house, *choice) as again:
                    await ended(again, 0)
        assert times_accepted(house, server) == [1] * 6
        assert states() == "SSSSSS"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_polite_kill_lets_the_message_in_flight_end_and_leaves_the_rest_queued(
    house: House, number: signal.Signals
) -> None:
    gate = Gate()
    async with Server(on_second("dot", Accept(Hold(gate, POLITE["dot"])))) as server:
        house.account(server.port)
        async with tuimail(house, *select(*range(6))) as process:
            await gate.reached.wait()
            process.send_signal(number)
            assert process.stderr is not None
            assert b"after the message in flight" in await asyncio.wait_for(process.stderr.readline(), 60)
            gate.set()
            assert "resume" in await ended(process, 1)
        assert states() == "SSQQQQ"
        assert [d.attempt for d in outbox.deliveries()] == [1, 1, 0, 0, 0, 0]
        async with tuimail(house, "resume", "--json") as process:
            await ended(process, 0)
        assert states() == "SSSSSS"
        assert times_accepted(house, server) == [1] * 6


@pytest.mark.long
async def test_a_dead_sender_keeps_nobody_waiting(house: House) -> None:
    gate = Gate()
    async with Server(on_second("dot", Accept(Hold(gate, POLITE["dot"])))) as server:
        house.account(server.port)
        async with tuimail(house, *select(*range(6))) as process:
            await gate.reached.wait()
            process.kill()
            await process.wait()
        gate.set()
        async with tuimail(house, "resume", "--json") as process:
            await ended(process, 1)
        assert states() == "SUSSSS"
        assert times_accepted(house, server) == [1] * 6
