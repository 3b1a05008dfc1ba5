"""What is done with lists of people, and with letters before and after they are sent."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.account import Account, Owner
from tuimail.domain.addresses import domain_of
from tuimail.domain.audience import Person, role_label
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.letters import LeftOut, Letter
from tuimail.domain.mail import Batch, Delivery
from tuimail.domain.outgoing import Outgoing
from tuimail.domain.periods import format_moment
from tuimail.domain.personal import harmless
from tuimail.domain.words import delivery_word
from tuimail.store import letters, letters_again
from tuimail.store.database import in_background, in_writer

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

    def rehearse(self, control: LetterControl, folder: Path) -> int:
        """Write every message that would leave into a new folder as .eml, and send nothing; how many there are.

        Raises BadInput where the folder is there already or cannot be written, DocumentError for an attached file.
        """
        from tuimail.sending.letters import rehearsed

        control.check_ready()
        if folder.exists():
            raise BadInput(
                _("{path} is there already.").format(path=folder), _("Name a folder that does not exist yet.")
            )
        count, beside = 0, folder.parent
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(prefix=".tuimail-", dir=folder.parent))
            for name, content in rehearsed(control, self._office):
                (beside / name).write_bytes(content)
                count += 1
            beside.rename(folder)
        except OSError as error:
            raise BadInput(
                _("{path} cannot be written: {reason}.").format(path=folder, reason=os_reason(error)),
                _("Choose another folder."),
            ) from error
        finally:
            if beside != folder.parent and beside.exists():
                shutil.rmtree(beside, ignore_errors=True)
        return count

    async def send_test(self, control: LetterControl, addressed: Addressed, to: str) -> str:
        """Send what that person would get to the writer's own address, with a journal line; what the server answered.

        It stands in no outbox and nobody else gets it. Raises a TuimailError.
        """
        from tuimail.sending.letters import as_test

        composed = await in_background(as_test, control, addressed, self._office, to)
        tested = await self._office.rehearsals.send(control.account, composed)
        return tested.reply.text

    async def queue(self, control: LetterControl) -> Batch:
        """Write it to the outbox; see `sending.letters.LetterControl.queue`."""
        return await in_writer(control.queue, (), self._office.owner, datetime.now(UTC))

    def to_failed(self, mailing_id: int, account: Account) -> Outgoing:
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
    """UTF-8 with its mark, semicolons, and nothing that a spreadsheet takes for a formula."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    titles = (_("Full name"), _("Quality"), _("Address"), _("Resident"), _("Relation"), _("Home"), _("Room"))
    rows.writerow([*titles, _("Billing family")])
    for person in people:
        values = (
            person.name,
            role_label(person.role),
            person.address,
            person.resident,
            person.link,
            person.structure,
            person.room,
            person.family,
        )
        rows.writerow([harmless(value) for value in values])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def result_csv(deliveries: Sequence[Delivery], left_out: Sequence[LeftOut]) -> bytes:
    """As `people_csv`: each message with its state, then who got none."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    titles = (_("Full name"), _("Quality"), _("Address"), _("Resident"), _("State"), _("When"), _("Why"), "Message-ID")
    rows.writerow(titles)
    for each in deliveries:
        values = (
            each.recipient_name,
            role_label(each.role),
            each.address,
            each.resident,
            delivery_word(each.state),
            format_moment(each.updated_at, year=True) if each.updated_at else "",
            each.detail or each.reply,
            each.message_id,
        )
        rows.writerow([harmless(value) for value in values])
    for one in left_out:
        values = (one.name, role_label(one.key.role), one.address, "", _("left out"), "", one.reason, "")
        rows.writerow([harmless(value) for value in values])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")
