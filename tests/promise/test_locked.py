"""Another program keeps the database locked in the middle of a batch: told, and nothing lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from faults import on_second
from outbox_samples import House, gathered
from proof import LETTERS, Gate
from scripted import POLITE, Accept, Hold, Server

from tuimail.domain.errors import StoreLocked
from tuimail.domain.events import Event, EventKind
from tuimail.sending import engine
from tuimail.store import outbox
from tuimail.store.database import open_store

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    house = House(tmp_path, 3)
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    # A lock that lasts longer than this is told.
    open_store(house.office.paths.database, busy_seconds=0.05)
    yield house
    house.office.close()


@pytest.fixture
def other(house: House) -> Iterator[sqlite3.Connection]:
    """Another program's connection."""
    with closing(sqlite3.connect(house.office.paths.database, isolation_level=None)) as connection:
        yield connection


def states() -> str:
    return "".join(LETTERS[d.state] for d in outbox.deliveries())


def held(step: str, gate: Gate) -> Hold | Accept:
    return Hold(gate, POLITE[step]) if step == "data" else Accept(Hold(gate, POLITE[step]))


@pytest.mark.parametrize("step", ["data", "dot"])
async def test_a_lock_that_passes_is_told_and_waited_for(house: House, other: sqlite3.Connection, step: str) -> None:
    gate = Gate()
    async with Server(on_second(step, held(step, gate))) as server:
        account = house.account(server.port)
        events = []
        async with house.engine(account, patience=(0.01,) * 50) as sender:
            batch = await house.queue()
            assert batch is not None
            items = aiter(sender.run(batch.id))
            events.append(await anext(items))
            await gate.reached.wait()
            other.execute("BEGIN IMMEDIATE")
            gate.set()
            async for item in items:
                events.append(item)
                if isinstance(item, Event) and item.event is EventKind.WAITING and other.in_transaction:
                    assert "kept locked" in item.detail
                    other.execute("ROLLBACK")
        assert states() == "SSS"
        assert len(server.accepted) == 3


@pytest.mark.parametrize(
    ("step", "left", "after_resume", "accepted"), [("data", "SQQ", "SSS", 3), ("dot", "SiQ", "SUS", 3)]
)
async def test_a_lock_that_lasts_ends_the_run_and_loses_nothing(
    house: House, other: sqlite3.Connection, step: str, left: str, after_resume: str, accepted: int
) -> None:
    gate = Gate()
    async with Server(on_second(step, held(step, gate))) as server:
        account = house.account(server.port)

        first_is_written = asyncio.Event()

        async def send() -> None:
            async with house.engine(account, patience=(0.01,)) as sender:
                batch = await house.queue()
                assert batch is not None
                async for _item in sender.run(batch.id):
                    first_is_written.set()

        sending = asyncio.create_task(send())
        await gate.reached.wait()
        await first_is_written.wait()
        other.execute("BEGIN IMMEDIATE")
        gate.set()
        with pytest.raises(StoreLocked, match="kept locked"):
            await sending
        other.execute("ROLLBACK")
        assert states().replace("c", "Q") == left
        # The lease could not be given back either: it runs out.
        house.clock.forward(seconds=31)
        await house.resume(account)
        assert states() == after_resume
        assert len(server.accepted) == accepted


@pytest.mark.long
async def test_twenty_seconds_of_a_lock_are_waited_out_as_the_program_is_delivered(tmp_path: Path) -> None:
    gate = Gate()
    house = House(tmp_path, 3)
    async with Server(on_second("data", held("data", gate))) as server:
        account = house.account(server.port)
        with closing(sqlite3.connect(house.office.paths.database, isolation_level=None)) as other:
            async with house.engine(account) as sender:
                batch = await house.queue()
                assert batch is not None
                sending = asyncio.create_task(gathered(sender.run(batch.id)))
                await gate.reached.wait()
                other.execute("BEGIN IMMEDIATE")
                gate.set()
                await asyncio.sleep(20)
                assert not sending.done()
                other.execute("ROLLBACK")
                events, summary = await asyncio.wait_for(sending, 60)
        assert summary.complete
        assert any("kept locked" in event.detail for event in events)
        assert states() == "SSS"
        assert len(server.accepted) == 3
    house.office.close()
