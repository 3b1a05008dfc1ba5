"""What other sessions send, seen and steered from a screen that is already open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hand import KARIM, Sit
from scenes import interrupted

from tuimail.domain.mail import BatchState
from tuimail.office import Office
from tuimail.store import accounts, halts, outbox, pausing
from tuimail.store.tables.account import LeaseRow
from tuimail.store.tables.outbox import BatchRow
from tuimail.ui import app


def send_as_karim() -> None:
    (account,) = accounts.accounts()
    outbox.acquire(account.id, KARIM, datetime.now(UTC), lambda _owner: True)


async def test_a_sender_that_died_beside_an_open_screen_is_noticed(sit: Sit, office: Office) -> None:
    interrupted(office)
    send_as_karim()
    async with sit(office) as hand:
        await hand.see("karim envoie depuis")
        LeaseRow.delete().execute()
        hand.app.watch_journal()
        await hand.see("Un envoi interrompu a laissé 1 message en file", "R les envoyer maintenant")


async def test_another_sessions_send_is_paused_and_stopped_from_here(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "WATCH_SECONDS", 0.1)
    interrupted(office)
    async with sit(office) as hand:
        send_as_karim()
        hand.app.watch_journal()
        await hand.see("karim envoie depuis", "p pause  c arrêter")
        await hand.press("p")
        await hand.see("en pause", "p reprendre")
        assert BatchRow.select().where(BatchRow.state == BatchState.PAUSED).count() == 1
        await hand.press("p")
        await hand.see("p pause")
        await hand.press("c")
        await hand.see("1 message qui n’est pas parti ne partira pas.")
        await hand.press("enter")
        await hand.until(
            lambda: BatchRow.select().where(BatchRow.state == BatchState.CANCELLED).count() == 1, "it was not stopped"
        )


async def test_with_nothing_left_to_go_on_with_it_is_said(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("R")
        await hand.see("Rien n’attend d’être envoyé.")


async def test_a_paused_account_is_told_with_who_paused_it_and_goes_on_by_key(sit: Sit, office: Office) -> None:
    (account,) = accounts.accounts()
    pausing.pause(account.id, KARIM, datetime.now(UTC))
    async with sit(office) as hand:
        await hand.see("En pause depuis", "par karim", "rien ne part", "R reprendre")
        await hand.press("R")
        await hand.see_no("rien ne part")
        assert halts.halt(account.id) is None
