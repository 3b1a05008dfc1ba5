"""Workers of screens: none fails for a screen that is being taken down, and none hides that something is missing."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App
from textual.screen import Screen
from textual.worker import WorkerFailed

from tuimail.ui.work import start


class Looking(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self.ended = asyncio.Event()

    async def look(self) -> None:
        try:
            self.query_one("#nothing")
        finally:
            self.ended.set()


async def run(*, goes: bool) -> None:
    app: App[None] = App()
    async with app.run_test():
        screen = Looking()
        await app.push_screen(screen)
        # As Textual marks what it takes down, before its parts go.
        screen._pruning = goes
        start(screen, screen.look)
        await screen.ended.wait()
        screen._pruning = False


async def test_work_that_ends_while_its_screen_goes_tells_nobody() -> None:
    await run(goes=True)


async def test_what_is_missing_in_an_open_screen_is_no_secret() -> None:
    with pytest.raises(WorkerFailed, match="nothing"):
        await run(goes=False)
