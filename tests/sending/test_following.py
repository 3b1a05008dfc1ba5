"""Following what another process sends, by its lines in the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import Home, home, owner, settled

from tuimail.domain.account import Lease
from tuimail.domain.events import Event, EventKind
from tuimail.domain.mail import Batch, Delivery, DeliveryState
from tuimail.sending.following import follow
from tuimail.store import batches, journal, outbox
from tuimail.store.database import close_store, open_store

US = owner()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Home]:
    open_store(tmp_path / "x.sqlite3")
    yield home(2)
    close_store()


def begun(house: Home) -> tuple[Batch, Lease]:
    """A batch of two, and a sender that is at it."""
    now = datetime.now(UTC)
    batch = batches.queue(house.ask(), US, now)
    assert batch is not None
    return batch, outbox.acquire(house.account.id, US, now, lambda _: False)[0]


def send_one(house: Home, lease: Lease) -> None:
    now = datetime.now(UTC)
    delivery = outbox.claim(lease, house.account, now)
    assert isinstance(delivery, Delivery)
    assert outbox.settle(lease, house.account, delivery, settled(DeliveryState.SENT), now)


async def followed(batch: Batch, alive: bool = True, after: int = 0, stop: asyncio.Event | None = None) -> list[Event]:
    async with (
        asyncio.timeout(10),
        aclosing(follow(batch.id, lambda _: alive, after=after, stop=stop, seconds=0.01)) as lines,
    ):
        return [line async for line in lines]


async def test_lines_come_as_they_are_written_until_the_batch_is_through(house: Home) -> None:
    batch, lease = begun(house)
    told: list[EventKind] = []
    async with asyncio.timeout(10), aclosing(follow(batch.id, lambda _: True, seconds=0.01)) as lines:
        async for line in lines:
            told.append(line.event)
            if told[-1] in (EventKind.QUEUED, EventKind.SENT) and told.count(EventKind.SENT) < 2 and len(told) >= 3:
                send_one(house, lease)
            elif told.count(EventKind.SENT) == 2 and told[-1] is EventKind.SENT:
                batches.finish(batch.id, US, datetime.now(UTC))
    assert told == ["batch-started", "queued", "queued", "sent", "sent", "batch-ended"]


async def test_only_what_is_new_is_told_where_that_is_asked_for(house: Home) -> None:
    batch, lease = begun(house)
    after = journal.newest()
    send_one(house, lease)
    outbox.release(lease)
    assert [line.event for line in await followed(batch, after=after)] == [EventKind.SENT]


async def test_it_ends_where_nobody_sends_any_more(house: Home) -> None:
    batch, lease = begun(house)
    assert len(await followed(batch, alive=False)) == 3
    outbox.release(lease)
    assert len(await followed(batch)) == 3


async def test_it_ends_when_the_batch_is_taken_back(house: Home) -> None:
    batch, _lease = begun(house)
    batches.cancel(batch.id, US, datetime.now(UTC))
    assert (await followed(batch))[-1].event is EventKind.CANCELLED


async def test_it_ends_when_it_is_stopped(house: Home) -> None:
    batch, _lease = begun(house)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)
    assert len(await followed(batch, stop=stop)) == 3
