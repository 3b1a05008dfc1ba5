"""Sending a letter again to whoever did not get it, while the server takes its time or somebody else sends."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime

from hand import Hand, Mailbox, Sit, karim_sends, silent_server

from tuimail.domain.letters import Letter
from tuimail.domain.mail import DeliveryState
from tuimail.office import Office
from tuimail.store import accounts, audience, batches, letters, outbox
from tuimail.store.tables.outbox import BatchRow, DeliveryRow
from tuimail.ui.screens.mailing_result import MailingResult

SIZE = (80, 24)


def failed(office: Office) -> int:
    """A mailing of two letters that no server took; how many messages there are."""
    people = [person for person in audience.people() if person.address][:2]
    control = office.mailings.control(Letter("Fête", "Bonjour &nom,\n"), people, "tous")
    batch = control.queue((), office.owner, datetime.now(UTC))
    DeliveryRow.update(state=DeliveryState.FAILED).where(DeliveryRow.batch == batch.id).execute()
    BatchRow.update(state="done").where(BatchRow.id == batch.id).execute()
    return DeliveryRow.select().count()


async def at_result(hand: Hand) -> None:
    await hand.press("5")
    await hand.see("trouvées")
    await hand.press("h")
    await hand.see("Fête")
    await hand.press("enter")
    await hand.see("2 non")


async def test_giving_up_while_the_server_is_awaited_queues_nothing(sit: Sit, office: Office) -> None:
    before = failed(office)
    async with silent_server(), sit(office, SIZE) as hand:
        await at_result(hand)
        await hand.press("r")
        await hand.see("2 messages repartent")
        await hand.press("enter")
        await hand.see("Connexion à")
        await hand.press("escape")
        await hand.see("Abandonné : rien n’est parti.")
        assert isinstance(hand.app.screen, MailingResult)
        await hand.press("escape")
        await hand.see("Lettres envoyées")
    assert DeliveryRow.select().count() == before


async def test_where_the_server_is_not_there_nothing_is_queued(sit: Sit, office: Office) -> None:
    before = failed(office)
    (account,) = accounts.accounts()
    with socket.socket() as taken:
        # Nobody listens on it, and nobody else can.
        taken.bind(("127.0.0.1", 0))
        accounts.save_account(replace(account, port=taken.getsockname()[1]))
        async with sit(office, SIZE) as hand:
            await refused(hand)
    assert DeliveryRow.select().count() == before


async def refused(hand: Hand) -> None:
    await at_result(hand)
    await hand.press("r")
    await hand.see("2 messages repartent")
    await hand.press("enter")
    await hand.see("127.0.0.1 refuse les connexions")
    assert "2 non" in hand.text


async def test_while_this_session_sends_from_another_account_it_leaves_once_that_has_ended(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    failed(office)
    (account,) = accounts.accounts()
    # The operator's own, from which the invoices go; the letter went by the association's.
    accounts.save_account(replace(account, id=0, operator="virginie"))
    mailbox.close()
    async with sit(office, SIZE) as hand:
        await hand.press("a", "s")
        await hand.see("9 messages")
        await hand.press("enter")
        await hand.until(lambda: hand.app.desk.sending.active, "not sending")
        await at_result(hand)
        await hand.press("r")
        await hand.see("2 messages repartent")
        await hand.press("enter")
        await hand.see("2 messages en file ; ils partiront quand l’autre envoi sera terminé.")
        mailbox.open()
        await hand.until(lambda: not hand.app.desk.sending.active, "it goes on for ever")
        await hand.app.desk.continuing.look(frozenset(), hand.app.desk.now(), "virginie")
        await hand.until(lambda: hand.app.desk.sending.active, "the letters do not leave")
        await hand.until(lambda: not hand.app.desk.sending.active, "it goes on for ever")
    assert len(mailbox.envelopes) == 9 + 2


async def test_behind_the_send_of_another_session_it_leaves_once_that_has_ended(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    failed(office)
    async with sit(office, SIZE) as hand:
        lease = karim_sends()
        await at_result(hand)
        await hand.press("r")
        await hand.see("2 messages repartent")
        await hand.press("enter")
        await hand.see("Un autre envoi est en cours", "karim")
        assert len(letters.deliveries(letters.past()[0].mailing.id)) == 2
        await hand.press("enter")
        await hand.see("2 messages en file ; ils partiront quand l’autre envoi sera terminé.")
        outbox.release(lease)
        await hand.app.desk.continuing.look(frozenset(), hand.app.desk.now(), "virginie")
        await hand.see_end()
    assert len(mailbox.envelopes) == 2
    again = max(delivery.batch_id for delivery in letters.deliveries(letters.past()[0].mailing.id))
    assert batches.summary([again]).sent == 2
