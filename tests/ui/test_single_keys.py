"""Nothing irreversible happens on one key."""

from __future__ import annotations

import pytest
from hand import Mailbox, Sit

from tuimail.office import Office
from tuimail.store import journal, outbox
from tuimail.store.tables.base import proxy
from tuimail.ui.commands import active

_LEAVE = frozenset(("quit", "command_palette"))


def _dump() -> list[str]:
    """The whole database but what an operator looked at last."""
    return [line for line in proxy.obj.connection().iterdump() if '"habit"' not in line and '"seen"' not in line]


@pytest.mark.parametrize("place", ["1", "card"])
async def test_no_single_key_sends_or_changes_anything(sit: Sit, office: Office, mailbox: Mailbox, place: str) -> None:
    before = _dump()
    newest, messages = journal.newest(), len(outbox.deliveries())
    async with sit(office) as hand:
        way = ("1", "down", *(("enter",) if place == "card" else ()))
        await hand.press(*way)
        known = [command for command, _binding in active(hand.app.screen) if command.action not in _LEAVE]
        assert {"resend", "preview"} <= {command.action for command in known}
        for key in [command.keys[0] for command in known]:
            await hand.press(key, "escape", "escape", *way)
            assert (journal.newest(), len(outbox.deliveries())) == (newest, messages), f"{key} does something at once"
    assert _dump() == before
    assert not mailbox.envelopes
