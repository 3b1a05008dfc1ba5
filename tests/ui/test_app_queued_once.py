"""What was written to the outbox is told as that, whatever becomes of the send it was to follow."""

from __future__ import annotations

import pytest
from hand import Held, Mailbox, Sit, karim_sends

from tuimail.domain.letters import Letter
from tuimail.office import Office
from tuimail.sending.letters import LetterControl
from tuimail.store import audience, letters, outbox
from tuimail.ui.continuing import REST


async def test_a_letter_is_queued_once_where_the_send_it_was_to_follow_ends_and_somebody_else_begins(
    sit: Sit, office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters.keep_draft("virginie", Letter("Fête", "Bonjour &nom,\n"))
    people = len({person.address for person in audience.people() if person.address})
    held = Held(monkeypatch, LetterControl, "queue")
    mailbox.close()
    async with sit(office, (80, 24)) as hand:
        sending = hand.app.desk.sending
        await hand.press("a", "s")
        await hand.see("9 messages")
        await hand.press("enter")
        await hand.until(lambda: sending.active, "the invoices are not sent")
        await hand.press("5")
        await hand.see("trouvées")
        await hand.press(">", "s")
        await hand.see("Fête")
        await hand.press("s")
        await hand.see(f"{people} messages", "Entrée envoyer")
        await hand.press("enter")
        await hand.until(held.begun.is_set, "the letter is not queued")
        mailbox.open()
        await hand.until(lambda: not sending.active, "the invoices go on for ever")
        lease = karim_sends()
        held.go_on.set()
        await hand.see(f"{people} messages en file ; ils partiront quand l’autre envoi sera terminé.")
        assert len(letters.past()) == 1
        outbox.release(lease)
        # A try of its own may have come to nothing a moment ago.
        await hand.app.desk.continuing.look(frozenset(), hand.app.desk.now() + 2 * REST, "virginie")
        await hand.until(lambda: sending.active, "the letters do not leave")
        await hand.until(lambda: not sending.active, "the letters go on for ever")

    assert len(mailbox.envelopes) == 9 + people
