from __future__ import annotations

from dataclasses import replace

import pytest
from builders import NOW, home, owner

from tuimail.domain.account import Account, Security
from tuimail.domain.events import EventKind
from tuimail.domain.places import Sender
from tuimail.store import accounts, journal, structures
from tuimail.store.settings import change_account, change_sender
from tuimail.store.structures import add_association

pytestmark = pytest.mark.usefixtures("store", "english")


def told() -> list[str]:
    return [event.detail for event in journal.events(kinds=[EventKind.SETTING_CHANGED])]


def test_a_new_account_is_kept_and_journalled() -> None:
    association = add_association("A")
    saved = change_account(Account(association.id, "smtp.example", 587, Security.STARTTLS), owner(), NOW)
    assert accounts.accounts() == [saved]
    (line,) = journal.events()
    assert (line.event, line.operator, line.host, line.at) == ("setting-changed", "virginie", "bureau", NOW)
    assert line.detail.startswith("Mail account (A): server smtp.example, port 587")


def test_a_change_is_journalled_and_the_same_again_is_not() -> None:
    account = home(0).account
    changed = replace(account, port=465)
    assert change_account(changed, owner(), NOW) == changed
    change_account(changed, owner(), NOW)
    assert told() == ["Mail account (Association 1): port 25 → 465"]


def test_a_sender_is_kept_and_journalled_without_touching_the_rest() -> None:
    structure = home(0).structure
    body = "Bonjour &personne,\n" + "Voici votre facture du mois.\n" * 200
    sender = Sender("Virginie", "compta@x.example", body=body)
    assert change_sender(structure.id, sender, owner(), NOW) == replace(structure, sender=sender)
    assert change_sender(structure.id, sender, owner(), NOW) == structures.structure(structure.id)
    (line,) = told()
    assert line == f"{structure.name}: sender's name Virginie, sender's address compta@x.example, text"
    assert "Voici votre facture" not in line


def test_a_setting_does_not_change_without_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    house = home(0)

    def refuse(events: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(journal, "append", refuse)
    with pytest.raises(RuntimeError):
        change_account(replace(house.account, port=465), owner(), NOW)
    with pytest.raises(RuntimeError):
        change_sender(house.structure.id, Sender("A", "a@x.example"), owner(), NOW)
    assert accounts.accounts() == [house.account]
    assert structures.structure(house.structure.id) == house.structure
