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
from tuimail.domain.mail import Delivery
from tuimail.domain.outgoing import Outgoing, Queued
from tuimail.office import pages
from tuimail.office.lost import BEING_MADE, emptied_file
from tuimail.store import accounts, decisions, documents, ongoing
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
    from tuimail.office.handing import Handing
    from tuimail.office.history import History
    from tuimail.office.import_desk import Imports
    from tuimail.office.mail import MailAccounts
    from tuimail.office.mailings import Mailings
    from tuimail.office.month_end import MonthEnds
    from tuimail.office.own_settings import OwnSettings
    from tuimail.office.people import People
    from tuimail.office.prints import Prints
    from tuimail.office.recovery import Recovery
    from tuimail.office.rehearsals import Rehearsals
    from tuimail.office.returns import Returns
    from tuimail.sending.control import Control
    from tuimail.sending.engine import Engine
    from tuimail.sending.wordings import Typed
    from tuimail.store.decisions import Decided

# The trades are imported where they are first used: the list is on screen before fpdf2 and the mail stack are read.


class Office:
    """The open database with what can be done on it. Use as a context manager, or call `close`."""

    def __init__(self, paths: Paths, *, to_read: bool = False) -> None:
        """Open (and if need be make) the database; see `open_store`. Raises StoreError."""
        if emptied := emptied_file(paths, BEING_MADE):
            raise emptied
        self.paths = paths
        self.owner = process.this_owner()
        open_store(paths.database, to_read=to_read)
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
    def month_ends(self) -> MonthEnds:
        """The month-end sheet, and what goes by post."""
        from tuimail.office.month_end import MonthEnds

        return MonthEnds(self)

    @property
    def people(self) -> People:
        """The residents: lists, a person's data, erasing."""
        from tuimail.office.people import People

        return People(self.paths, self.owner)

    @property
    def own_settings(self) -> OwnSettings:
        """What the operator settles in a file of their own."""
        from tuimail.office.own_settings import OwnSettings

        return OwnSettings(self.owner)

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

        return Imports(self.paths, self.owner, lambda: self.prints)

    def control(
        self,
        document_ids: Sequence[int],
        label: str,
        *,
        resend: bool = False,
        to: Sequence[Recipient] | None = None,
        typed: Typed | None = None,
        refused_again: bool = True,
    ) -> Control:
        """What a send of these documents would do; see `sending.control.check`."""
        from tuimail.sending.control import check

        who = self.owner.operator
        return check(document_ids, label, resend=resend, to=to, operator=who, typed=typed, refused_again=refused_again)

    def prepare(
        self,
        control: Control,
        progress: Callable[[int, int], None] | None = None,
        attachments: Sequence[tuple[int, Attachment]] = (),
    ) -> Control:
        """Make and keep the PDF of each ready document; those that cannot be made are blocked with the reason.

        The disbursement statements joined to them are made too, and go along. So are blocked those whose PDF is not
        the one that others have got, and those whose message, with its `attachments` (as `queue` takes them), is
        larger than the server takes.

        `progress` is told how many of how many are done. Raises DocumentError if the folder cannot be written.
        """
        self.library.check_writable()
        brought, failed = self.prints.kept(candidate.document.id for candidate in control.ready)
        ids = [c.document.id for c in control.ready if c.document.id not in brought and c.document.id not in failed]
        made, not_made = pages.make_and_keep(self, ids, progress)
        files = brought | made
        joined, without = pages.statements(self, list(files))
        from tuimail.office.looked_over import looked_over

        prepared = control.with_files(files, failed | not_made | without, joined)
        return looked_over(prepared, self.library.folder, attachments)

    async def queue(self, outgoing: Outgoing[Queued], attachments: Sequence[tuple[int, Attachment]] = ()) -> Queued:
        """Write the batch to the outbox; see `domain.outgoing.Outgoing`."""
        return await in_writer(outgoing.queue, attachments, self.owner, datetime.now(UTC))

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
    def history(self) -> History:
        """What was sent, and each message as it went."""
        from tuimail.office.history import History

        return History(self)

    @property
    def handing(self) -> Handing:
        """Single invoices by other ways than the mail account."""
        from tuimail.office.handing import Handing

        return Handing(self)

    @property
    def recovery(self) -> Recovery:
        """What was left behind, what happened meanwhile, and the association's own mail."""
        from tuimail.office.recovery import Recovery

        return Recovery(self.owner)

    @property
    def returns(self) -> Returns:
        """What comes back, and what goes into the Sent folder."""
        from tuimail.office.returns import Returns

        return Returns(self)

    def backup(self, target: Path, *, force: bool = False) -> Head:
        """Copy the database to a file while it is used; see `store.backup.backup`."""
        from tuimail.store.backup import backup

        return backup(target, force=force)

    def engine(self, account: Account) -> Engine:
        """The sender for that account, not yet connected. Raises NotSettled if its password is not known."""
        from tuimail.sending.engine import Engine
        from tuimail.sending.link import timeouts_of

        credentials = self.mail.known_credentials(account)
        return Engine(account, credentials, self.owner, self, process.is_alive, timeouts=timeouts_of(account))

    @property
    def mail(self) -> MailAccounts:
        """Who signs in where, and whether that works."""
        from tuimail.office.mail import MailAccounts

        return MailAccounts(self.owner)

    @property
    def rehearsals(self) -> Rehearsals:
        """Messages that are looked at, written to a folder or sent to the operator alone."""
        from tuimail.office.rehearsals import Rehearsals

        return Rehearsals(self)

    async def mail_counts(self, batch_ids: Sequence[int]) -> str:
        """Mail the counts of these sends to the operator, if that is settled; see `office.summary_mail`."""
        from tuimail.office.summary_mail import mail_counts

        return await mail_counts(self, batch_ids)

    def mail_logo(self, name: str) -> bytes:
        """A kept logo as messages carry it; raises DocumentError or BadFile."""
        return pages.mail_logo(self.paths.logos, name)

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

    def render(self, document_ids: Sequence[int], out: Path, progress: Callable[[int, int], None] | None = None) -> int:
        """Write these documents as one PDF (`out` ends in .pdf) or as a folder of PDFs; how many there were.

        For the home's own use: those made here are without the residents' passwords. `progress` is told how many of
        how many are done.
        """
        return self.prints.export(document_ids, out, progress)
