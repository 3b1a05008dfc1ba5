"""What came back, by keys."""

from __future__ import annotations

import pytest
from hand import Sit
from office_data import NOW
from scenes import SCENES

from tuimail.config import secrets
from tuimail.domain.errors import NotSettled
from tuimail.domain.events import EventKind
from tuimail.domain.returns import Harvest
from tuimail.office import Office
from tuimail.office.returns import Returns
from tuimail.store import imap, journal, outbox, returns
from tuimail.store.tables.outbox import DeliveryRow


def came_back(office: Office) -> None:
    """As in the pictures."""
    prepare = SCENES["returns"].prepare
    assert prepare is not None
    prepare(office)


EMILE = "emile.boucher@orange.example"


async def test_what_came_back_is_listed_marked_and_opened(sit: Sit, office: Office) -> None:
    came_back(office)
    async with sit(office, size=(80, 24)) as hand:
        await hand.see("revenu")
        await hand.press("y")
        await hand.see("1 revenu", "1 retardé", "1 lu", "1 non rattaché", "Filtre : tous")
        await hand.press("f")
        await hand.see("Filtre : revenus", EMILE[:10], "User unknown", "rapport de mailer-daemon@orange.example")
        await hand.press("enter")
        await hand.see("Facture 022", "revenu 5.1.1")
        await hand.press("escape", "f", "f")
        await hand.see("Filtre : non rattachés", "aucun message parti d’ici")
        await hand.press("escape")
        await hand.press("4")
        await hand.press("y")
        await hand.see("Filtre : tous")


async def test_a_key_reads_the_mailbox_and_says_what_it_brought(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_back(office)
    secrets.remember(imap.imap_accounts()[0], "secret")
    monkeypatch.setattr(Returns, "read", lambda _returns: Harvest(12))
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("y", "y")
        await hand.see("12 nouveaux messages regardés")


def failing(_account: object) -> str:
    raise NotSettled("The keyring is locked.", "Unlock it.")


@pytest.mark.parametrize("reached", ["y", "U"])
async def test_a_source_of_passwords_that_fails_is_told_and_the_program_goes_on(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch, reached: str
) -> None:
    came_back(office)
    monkeypatch.setattr(secrets, "password", failing)
    async with sit(office, size=(80, 24)) as hand:
        for _again in range(2):
            await hand.press(reached, "y" if reached == "y" else "l")
            await hand.see("The keyring is locked.")
            await hand.press("escape")
            await hand.see("y relever" if reached == "y" else "Incertains")
            await hand.press("escape")


async def test_without_a_mailbox_reading_asks_for_one(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("y")
        await hand.see("Rien n’est encore revenu")
        await hand.press("y")
        await hand.see("Compte IMAP de Les Tilleuls", "Retours rangés")


def test_a_later_send_takes_the_mark_away_and_nothing_changes_what_was_sent(office: Office) -> None:
    before = [(row.id, row.state) for row in DeliveryRow.select()]
    came_back(office)
    assert [(row.id, row.state) for row in DeliveryRow.select()] == before
    (bounce,) = [one for one in returns.returns() if one.matched and one.address == EMILE]
    assert set(returns.bounces([bounce.document_id])) == {bounce.document_id}
    original = next(d for d in outbox.deliveries(document_id=bounce.document_id) if d.address == EMILE)
    row = DeliveryRow.get_by_id(original.id)
    from tuimail.store.tables.outbox import BatchRow

    batch = BatchRow.get_by_id(row.batch_id)
    data = {**batch.__data__}
    del data["id"]
    later = {**row.__data__, "batch": BatchRow.create(**data).id, "message_id": "<later@st-eloi.example>"}
    del later["id"]
    DeliveryRow.create(**later)
    assert returns.bounces([bounce.document_id]) == {}
    assert [event.at for event in journal.events(kinds=[EventKind.BOUNCED])] == [NOW]
