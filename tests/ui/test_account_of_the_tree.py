"""The mail account of the place under the cursor, and two operators who change the same account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hand import Hand, Sit
from office_data import NOW

from tuimail.domain.account import Account, Security
from tuimail.office import Office
from tuimail.store import accounts, journal, structures
from tuimail.store.settings import change_account
from tuimail.store.tree import add_structure
from tuimail.ui.screens.account import AccountDialog


@pytest.fixture(autouse=True)
def _config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "config"))


async def shown(hand: Hand) -> AccountDialog:
    await hand.until(lambda: isinstance(hand.app.screen, AccountDialog), "no dialog")
    dialog = hand.app.screen
    assert isinstance(dialog, AccountDialog)
    await hand.until(lambda: dialog.is_mounted, "not there yet")
    return dialog


async def test_s_opens_the_account_of_the_association_under_the_cursor(sit: Sit, office: Office) -> None:
    other = structures.add_association("Zénith")
    add_structure("Foyer du Parc", other.id, None, office.owner, NOW)
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("3", "end")
        await hand.see("Foyer du Parc")
        await hand.press("S")
        await shown(hand)
        await hand.see("Compte SMTP : Zénith")
        await hand.press("escape", "home", "S")
        await shown(hand)
        await hand.see(f"Compte SMTP : {structures.associations()[0].name}")
        await hand.press("escape", "end", "up", "S")
        await shown(hand)
        await hand.fill("host", "smtp.erables.example")
        await hand.fill("user", "compta@erables.example")
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé", "smtp.erables.example")
    kept = accounts.account_of(other.id)
    assert kept is not None
    assert (kept.host, kept.user) == ("smtp.erables.example", "compta@erables.example")


async def test_the_second_to_save_is_told_and_loses_nothing_typed(sit: Sit, office: Office) -> None:
    known = accounts.save_account(replace(accounts.accounts()[0], user="compta"))
    paul = replace(office.owner, operator="paul")
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("S")
        dialog = await shown(hand)
        await hand.fill("user", "virginie")
        await hand.fill("password", "motdepasse-1")
        change_account(replace(known, port=2526, gap=7.0), paul, NOW)
        await hand.press("enter")
        await hand.see("paul a modifié", "port", "2526", "Rien de votre saisie n’est perdu")
        assert dialog.query_one("#port").value == "2526"  # type: ignore[attr-defined]
        assert dialog.query_one("#gap").value == "7"  # type: ignore[attr-defined]
        assert dialog.query_one("#user").value == "virginie"  # type: ignore[attr-defined]
        assert dialog.query_one("#password").value == "motdepasse-1"  # type: ignore[attr-defined]
        (unchanged,) = accounts.accounts()
        assert unchanged.user == known.user
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé")
    (saved,) = accounts.accounts()
    assert (saved.port, saved.gap, saved.user) == (2526, 7.0, "virginie")
    told = [(event.operator, event.detail) for event in journal.events() if event.detail.startswith("Compte SMTP")][-2:]
    assert [who for who, _detail in told] == ["paul", "virginie"]
    assert not any("motdepasse" in detail for _who, detail in told)


async def test_two_who_codify_the_first_account_at_once_do_not_make_two(sit: Sit, empty_office: Office) -> None:
    paul = replace(empty_office.owner, operator="paul")
    async with sit(empty_office, size=(80, 24)) as hand:
        await hand.press("S")
        await shown(hand)
        await hand.fill("host", "smtp.elles.example")
        association = structures.add_association("Les Tilleuls")
        change_account(Account(association.id, "smtp.lui.example", 587, Security.STARTTLS, user="paul"), paul, NOW)
        await hand.fill("user", "virginie")
        await hand.press("enter")
        await hand.see("paul a modifié", "smtp.lui.example")
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé")
    assert [each.name for each in structures.associations()] == ["Les Tilleuls"]
    (saved,) = accounts.accounts()
    assert (saved.association_id, saved.host, saved.user) == (association.id, "smtp.elles.example", "virginie")
