"""Screens that end once their work is done, whatever was opened over them or has become of them meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hand import Mailbox, Sit
from textual.app import App
from textual.screen import Screen

from tuimail.office import Office
from tuimail.ui.ending import end


async def test_what_was_opened_over_a_screen_closes_with_it() -> None:
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        first, below = Screen[str](), app.screen
        app.push_screen(first, answers.append)
        await app.push_screen(Screen[str](), answers.append)
        end(first, "done")
        await pilot.pause()
        assert app.screen is below
    assert answers == ["done"]


async def test_a_screen_that_is_gone_ends_no_other() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        gone, other = Screen[str](), Screen[str]()
        await app.push_screen(gone)
        gone.dismiss()
        await pilot.pause()
        await app.push_screen(other)
        end(gone, "done")
        await pilot.pause()
        assert app.screen is other


async def test_a_send_closes_its_own_box_and_not_what_was_opened_over_it(
    sit: Sit, office: Office, mailbox: Mailbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "menu.pdf").write_bytes(b"%PDF-1.4 menu")
    begun, go_on = asyncio.Event(), asyncio.Event()
    async with sit(office) as hand:
        start = hand.app.desk.sending.start

        async def slowly(*given: Any, **named: Any) -> bool:
            begun.set()
            await go_on.wait()
            return await start(*given, **named)

        monkeypatch.setattr(hand.app.desk.sending, "start", slowly)
        await hand.press("J")
        await hand.type("menu.pdf")
        await hand.press("enter")
        await hand.see("menu.pdf part avec tous", "s envoyer")
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await begun.wait()
        await hand.press("ctrl+q")
        await hand.see("Quitter alors que des pièces")
        go_on.set()
        await hand.see_end()
        await hand.until(lambda: type(hand.app.screen).__name__ == "InvoicesScreen", "something is still open")
        assert len(mailbox.envelopes) == 8
