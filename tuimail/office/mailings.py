"""What is done with lists of people, and with letters before and after they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.account import Account, Owner
from tuimail.domain.addresses import domain_of
from tuimail.domain.audience import Person, role_label
from tuimail.domain.billing import Attachment
from tuimail.domain.csv_text import csv_table
from tuimail.domain.i18n import _
from tuimail.domain.letters import LeftOut, Letter
from tuimail.domain.mail import Batch, Delivery
from tuimail.domain.outgoing import Outgoing
from tuimail.domain.periods import format_moment
from tuimail.domain.words import delivery_word
from tuimail.store import letters, letters_again
from tuimail.store.database import in_background

if TYPE_CHECKING:
    from tuimail.office import Office
    from tuimail.sending.letters import Addressed, LetterControl


class Mailings:
    """Lists and letters of the open database."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def write_list(self, people: Sequence[Person], target: Path) -> None:
        """Write people as CSV for a spreadsheet, over a file that is there; raises BadInput if that cannot be done."""
        self._office.people.write(people_csv(people), target, force=True)

    def control(
        self, letter: Letter, people: Sequence[Person], criteria: str, now: datetime | None = None
    ) -> LetterControl:
        """What a send of that letter would do; see `sending.letters.check_letter`."""
        from tuimail.sending.letters import check_letter

        operator = self._office.owner.operator
        return check_letter(letter, people, criteria, operator=operator, now=now or datetime.now(UTC))

    def rehearse(self, control: LetterControl, folder: Path) -> tuple[int, int]:
        """Write every message that would leave, and send nothing; see `Rehearsals.write`.

        Raises BadInput as well where something has to be decided first, or nobody would get it.
        """
        from tuimail.sending.letters import rehearsed

        control.check_ready()
        return self._office.rehearsals.write(rehearsed(control, self._office), folder)

    async def send_test(self, control: LetterControl, addressed: Addressed, to: str) -> str:
        """Send what that person would get to the writer's own address, with a journal line; what the server answered.

        It stands in no outbox and nobody else gets it. Raises a TuimailError.
        """
        from tuimail.sending.letters import as_test

        composed = await in_background(as_test, control, addressed, self._office, to)
        tested = await self._office.rehearsals.send(control.account, composed)
        return tested.reply.text

    def to_failed(self, mailing_id: int, account: Account) -> Outgoing[Batch]:
        """What failed of a mailing, to be sent once more from the account it was sent from."""
        return _ToFailed(mailing_id, account)

    def write_result(self, mailing_id: int, target: Path) -> None:
        """Write who got a mailing, and who did not and why, as CSV over a file that is there; raises BadInput."""
        content = result_csv(letters.deliveries(mailing_id), letters.left_out(mailing_id))
        self._office.people.write(content, target, force=True)


@dataclass(frozen=True, slots=True)
class _ToFailed:
    mailing_id: int
    account: Account

    def queue(self, attachments: Sequence[tuple[int, Attachment]], owner: Owner, now: datetime) -> Batch:  # noqa: ARG002
        """With the files of the first time; raises BadInput where nobody would get it."""
        from tuimail.sending.message import make_message_id

        def new_message_id(sender: str) -> str:
            return make_message_id(domain_of(sender))

        return letters_again.send_to_failed(self.mailing_id, owner, now, new_message_id)


def people_csv(people: Sequence[Person]) -> bytes:
    """People as a table for a spreadsheet."""
    titles = (_("Full name"), _("Quality"), _("Address"), _("Resident"), _("Relation"), _("Home"), _("Room"))
    rows = (
        (
            person.name,
            role_label(person.role),
            person.address,
            person.resident,
            person.link,
            person.structure,
            person.room,
            person.family,
        )
        for person in people
    )
    return b"".join(csv_table((*titles, _("Billing family")), rows))


def result_csv(deliveries: Sequence[Delivery], left_out: Sequence[LeftOut]) -> bytes:
    """Each message with its state, then who got none, as a table for a spreadsheet."""
    titles = (_("Full name"), _("Quality"), _("Address"), _("Resident"), _("State"), _("When"), _("Why"), "Message-ID")
    sent = (
        (
            each.recipient_name,
            role_label(each.role),
            each.address,
            each.resident,
            delivery_word(each.state),
            format_moment(each.updated_at, year=True) if each.updated_at else "",
            each.detail or each.reply,
            each.message_id,
        )
        for each in deliveries
    )
    not_sent = (
        (one.name, role_label(one.key.role), one.address, "", _("left out"), "", one.reason, "") for one in left_out
    )
    return b"".join(csv_table(titles, chain(sent, not_sent)))
