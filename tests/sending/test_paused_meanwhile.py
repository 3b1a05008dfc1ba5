"""Somebody pauses the account while another session connects to go on with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from outbox_samples import House
from scripted import Server

from tuimail.domain.events import EventKind, Summary
from tuimail.store import pausing


async def test_a_pause_made_while_the_server_is_called_holds(tmp_path: Path) -> None:
    house = House(tmp_path)
    thomas = replace(house.office.owner, id="thomas-1", operator="thomas")
    async with Server() as server:
        account = house.account(server.port)
        await house.queue()
        held = []
        async with house.engine(account) as engine:
            pausing.pause(account.id, thomas, house.clock())
            async for item in engine.run():
                if isinstance(item, Summary):
                    assert item.sent == 3
                elif item.event is EventKind.BATCH_PAUSED:
                    held.append((len(server.accepted), "thomas" in item.detail))
                    assert pausing.unpause(account.id, thomas, house.clock())
        assert held == [(0, True)]
        assert len(server.accepted) == 3
    house.office.close()
