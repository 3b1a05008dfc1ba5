"""Waiting until an application has dealt with what it was given, without asking every widget of the screen."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import ScreenError
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout

PATIENCE = 30.0
"""Seconds after which a widget that is at work is taken to be stuck."""
ROUNDS = 30
"""Turns of the loop that are given to messages which lead to further messages."""


def waits(pump: MessagePump) -> bool:
    """Whether nothing is in its queue, nor in its hands: it waits for the next message, or for none any more."""
    ready: Any = pump._message_queue.ready_event
    return pump._closing or pump._closed or any(not waiter.done() for waiter in ready._waiters)


def busy(pilot: Pilot[Any]) -> list[MessagePump]:
    """The application, the screen and the widgets that have something to do."""
    return [pump for pump in (pilot.app, *pilot.app.screen.walk_children(with_self=True)) if not waits(pump)]


async def wait_for_screen(self: Pilot[Any]) -> bool:
    """As Textual's own, which has every widget answer, idle or not; but those are asked that have something to do."""
    try:
        asked = busy(self)
    except ScreenError:
        return False
    failed = self.app._exception_event
    answered = asyncio.Event()
    missing = 0

    def answer() -> None:
        nonlocal missing
        missing -= 1
        if not missing:
            answered.set()

    for pump in asked:
        missing += pump.call_later(answer)
    if missing:
        waiting = [asyncio.create_task(event.wait()) for event in (answered, failed)]
        done, pending = await asyncio.wait(waiting, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        if not done:
            raise WaitForScreenTimeout("Timed out while waiting for widgets to process pending messages.")
    for _n in range(ROUNDS):
        await asyncio.sleep(0)
        if failed.is_set():
            return False
        if not busy(self):
            break
    return True


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Give the terminal another size, and wait until it is laid out: applications put that off for a moment."""
    await pilot.resize_terminal(width, height)
    await pilot.pause()
    async with asyncio.timeout(PATIENCE):
        while pilot.app._resize_event is not None:
            await pilot.pause(0.005)
    await pilot.pause()
