"""The composition root: opens the database and hands the three trades to the screens and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.config import process
from tuimail.domain.account import Account
from tuimail.domain.addresses import domain_of
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import NotSettled
from tuimail.domain.i18n import _
from tuimail.domain.mail import Batch, Delivery
from tuimail.office import pages
from tuimail.store import accounts, decisions, documents, imports, ongoing
from tuimail.store.database import close_store, in_writer, open_store

if TYPE_CHECKING:
    from tuimail.config.paths import Paths
    from tuimail.documents.enclosures import Enclosures
    from tuimail.documents.library import Library
    from tuimail.documents.logos import Logos
    from tuimail.documents.printable import Printable
    from tuimail.domain.ongoing import Ongoing
    from tuimail.domain.recipients import Recipient
    from tuimail.domain.seal import Head
    from tuimail.office.import_desk import Imports
    from tuimail.office.mail import MailAccounts
    from tuimail.office.mailings import Mailings
    from tuimail.office.people import People
    from tuimail.office.prints import Prints
    from tuimail.office.recovery import Recovery
    from tuimail.sending.control import Control
    from tuimail.sending.engine import Engine
    from tuimail.sending.letters import LetterControl
    from tuimail.store.decisions import Decided

# The trades are imported where they are first used: the list is on screen before fpdf2 and the mail stack are read.


class Office:
    """The open database with what can be done on it. Use as a context manager, or call `close`."""

    def __init__(self, paths: Paths) -> None:
        """Open (and if need be make) the database; raises StoreError."""
        self.paths = paths
        self.owner = process.this_owner()
        open_store(paths.database)
        self._library: Library | None = None

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        close_store()

    @property
    def enclosures(self) -> Enclosures:
        """The attached files of the data folder."""
        from tuimail.documents.enclosures import Enclosures

        return Enclosures(self.paths.attachments)

    @property
    def mailings(self) -> Mailings:
        """What is done with lists of people."""
        from tuimail.office.mailings import Mailings

        return Mailings(self)

    @property
    def people(self) -> People:
        """The residents: lists, a person's data, erasing."""
        from tuimail.office.people import People

        return People(self.paths, self.owner)

    @property
    def logos(self) -> Logos:
        """The structures' logos in the data folder."""
        from tuimail.documents.logos import Logos

        return Logos(self.paths.logos)

    @property
    def library(self) -> Library:
        """The PDFs of the data folder."""
        if self._library is None:
            from tuimail.documents.library import Library

            self._library = Library(self.paths.documents, documents.is_kept)
        return self._library

    @property
    def prints(self) -> Prints:
        """The PDFs that were brought from elsewhere, and those that go to paper."""
        from tuimail.office.prints import Prints

        return Prints(self)

    def printables(self, document_ids: Sequence[int]) -> Iterator[Printable]:
        """What the pages of these documents are made from, in their order; see `office.pages.printables`."""
        return pages.printables(document_ids, self.paths.logos)

    @property
    def imports(self) -> Imports:
        """The import desk."""
        from tuimail.office.import_desk import Imports

        return Imports(self.paths, self.owner)

    def control(
        self,
        document_ids: Sequence[int],
        label: str,
        *,
        resend: bool = False,
        to: Sequence[Recipient] | None = None,
    ) -> Control:
        """What a send of these documents would do; see `sending.control.check`."""
        from tuimail.sending.control import check

        return check(document_ids, label, resend=resend, to=to, operator=self.owner.operator)

    def prepare(self, control: Control, progress: Callable[[int, int], None] | None = None) -> Control:
        """Make and keep the PDF of each ready document; those that cannot be made are blocked with the reason.

        The disbursement statements joined to them are made too, and go along.

        `progress` is told how many of how many are done. Raises DocumentError if the folder cannot be written.
        """
        self.library.check_writable()
        brought, failed = self.prints.kept(candidate.document.id for candidate in control.ready)
        brought |= imports.pdfs([candidate.document.id for candidate in control.ready])
        ids = [c.document.id for c in control.ready if c.document.id not in brought and c.document.id not in failed]
        made, not_made = pages.make_and_keep(self, ids, progress)
        files = brought | made
        joined, without = pages.statements(self, list(files))
        return control.with_files(files, failed | not_made | without, joined)

    async def queue(
        self, control: Control | LetterControl, attachments: Sequence[tuple[int, Attachment]] = ()
    ) -> Batch | None:
        """Write the batch to the outbox; None if another send has taken all of it meanwhile.

        `attachments`: files that go along, each with the id of its document, or 0 for every message.
        """
        return await in_writer(control.queue, attachments, self.owner, datetime.now(UTC))

    def mark_sent(self, message_ids: Sequence[str], why: str = "") -> Decided:
        """An operator believes that these uncertain messages arrived; see `store.decisions.mark_sent`."""
        return decisions.mark_sent(message_ids, self.owner, datetime.now(UTC), why)

    def send_again(self, message_ids: Sequence[str], why: str = "") -> Decided:
        """An operator believes that these did not arrive: new ones are queued; see `store.decisions.send_again`."""
        from tuimail.sending.message import make_message_id

        def new_message_id(sender: str) -> str:
            return make_message_id(domain_of(sender))

        return decisions.send_again(message_ids, self.owner, datetime.now(UTC), new_message_id, why)

    def status(self) -> list[Ongoing]:
        """The sends that are going on, one an account at most; cheap enough to be asked every second."""
        now = datetime.now(UTC)
        found = (ongoing.ongoing(account, now, process.is_alive) for account in accounts.accounts())
        return [send for send in found if send is not None]

    @property
    def recovery(self) -> Recovery:
        """What was left behind, what happened meanwhile, and the association's own mail."""
        from tuimail.office.recovery import Recovery

        return Recovery(self.owner)

    def backup(self, target: Path, *, force: bool = False) -> Head:
        """Copy the database to a file while it is used; see `store.backup.backup`."""
        from tuimail.store.backup import backup

        return backup(target, force=force)

    def engine(self, account: Account) -> Engine:
        """The sender for that account, not yet connected. Raises NotSettled if its password is not known."""
        from tuimail.sending.engine import Engine
        from tuimail.sending.link import timeouts_of

        credentials = self.mail.credentials(account)
        if account.user and credentials is None:
            raise NotSettled(
                _("The password of {user} is not known on this machine.").format(user=account.user),
                _("Start the send from a terminal to be asked for it, or store it: tuimail smtp set --password-stdin."),
            )
        return Engine(account, credentials, self.owner, self, process.is_alive, timeouts=timeouts_of(account))

    @property
    def mail(self) -> MailAccounts:
        """Who signs in where, and whether that works."""
        from tuimail.office.mail import MailAccounts

        return MailAccounts(self.owner)

    def pdf(self, delivery: Delivery) -> bytes:
        """The PDF as it was when the delivery was queued; raises DocumentError if it is not there any more."""
        return self.library.read(delivery.pdf_path, delivery.pdf_sha256)

    def attached(self, attachment: Attachment) -> bytes:
        """The attached file as it was when the batch was queued; raises DocumentError likewise."""
        return self.enclosures.read(attachment)

    def preview(self, document_id: int, columns: int) -> list[str]:
        """The pages of a document's PDF as text laid out in about `columns` characters; raises DocumentError."""
        from tuimail.documents.preview import page_texts

        return page_texts(self.prints.content(document_id, held=True), columns)

    def render(self, document_ids: Sequence[int], out: Path) -> int:
        """Write these documents as one PDF (`out` ends in .pdf) or as a folder of PDFs; how many there were.

        For the home's own use: those made here are without the residents' passwords.
        """
        return self.prints.export(document_ids, out)
