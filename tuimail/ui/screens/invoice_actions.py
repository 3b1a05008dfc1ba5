"""What can be done with the invoices of the list: send, resend, read, attach, export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.account import Account
from tuimail.domain.away import Away
from tuimail.domain.billing import DocumentKind
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.kind_words import kinds_name
from tuimail.domain.listing import InvoiceFilter, InvoiceRow
from tuimail.domain.mail import Batch
from tuimail.domain.periods import Period
from tuimail.store import accounts, batches, halts, listing, pausing, structures, waiting
from tuimail.store.database import in_writer
from tuimail.ui.desk import TO_ALL
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.view import InvoiceView
from tuimail.ui.waiting import Notice, notice
from tuimail.ui.widgets.frame import BOLD, REVERSE, Lines, Part
from tuimail.ui.work import start

if TYPE_CHECKING:
    from tuimail.ui.screens.confirm import Confirm
    from tuimail.ui.widgets.invoice_table import InvoiceTable

# The dialogs are imported where they are opened: the list is on screen before they are read.


class InvoiceActions(PlaceScreen):
    """The commands of the invoice list that open something."""

    view: InvoiceView
    notice: Notice | None = None
    """What waits while this process sends nothing."""

    @property
    def table(self) -> InvoiceTable:
        """The list."""
        raise NotImplementedError

    def show_row(self) -> None:
        """Spell out the row under the cursor."""
        raise NotImplementedError

    def show_all(self, document_id: int | None = None) -> None:
        """Show the view as it is now."""
        raise NotImplementedError

    def current(self) -> InvoiceRow | None:
        """The invoice under the cursor; on a heading, says what is missing."""
        row = self.table.current
        if row is None:
            self.say(_("Put the cursor on an invoice first."))
        return row

    def action_card(self) -> None:
        """Open the card of the invoice under the cursor."""
        from tuimail.ui.screens.card import Card

        if row := self.current():
            with self.telling():
                path = self.desk.path(row.structure_id)
                self.app.push_screen(Card(path, row.id, self.resend, self.preview, self.desk))

    def action_send(self) -> None:
        """Check what is ticked, or everything not sent, then ask."""
        from tuimail.ui.screens.confirm import Confirm, Wanted

        with self.telling():
            ids, why = self.view.sendable()
            if not ids:
                self.say(_("Nothing to send: tick invoices first."))
                return
            self._confirm(Confirm(self.desk, Wanted(tuple(ids), self.view.label(), why)))

    def _confirm(self, dialog: Confirm) -> None:
        def closed(begun: bool | None) -> None:
            if begun:
                self.view.selection.none()
                self.show_all()
                self.say(dialog.ended)

        self.app.push_screen(dialog, closed)

    def action_resend(self) -> None:
        """Send the invoice under the cursor, to chosen addresses."""
        if row := self.current():
            self.resend(row.id)

    def resend(self, document_id: int) -> None:
        """Send that invoice, to chosen addresses."""
        from tuimail.ui.screens.resend import Resend

        with self.telling():
            dialog = Resend(self.desk, document_id)
            self.app.push_screen(dialog, lambda _begun: self.say(dialog.ended))

    def action_preview(self) -> None:
        """Read the PDF of the invoice under the cursor."""
        if row := self.current():
            self.preview(row.id)

    def preview(self, document_id: int) -> None:
        """Read the PDF of that invoice, then those of its neighbours in the list."""
        from tuimail.ui.screens.look import Look

        ids = self.view.shown.ids
        place = self.view.shown.position(document_id)
        if place is None:
            self.app.push_screen(Look(self.desk, [document_id]))
        else:
            self.app.push_screen(Look(self.desk, ids, place, self.table.go_to))

    def action_choose_kind(self) -> None:
        """Choose which kind of document is listed: each has its own numbers and its own send."""
        from tuimail.ui.screens.choose import Choose

        view = self.view
        if view.period is None:
            return
        rows = []
        with self.telling():
            for kind in DocumentKind:
                total = listing.counts(view.period, view.structure_id, kind).total
                rows.append((str(kind), kinds_name(kind), str(total)))
        self.app.push_screen(Choose(_("Documents"), rows, str(view.kind)), self._chose_kind)

    def _chose_kind(self, key: str | None) -> None:
        if key is not None:
            with self.telling():
                self.view.kind = DocumentKind(key)
                self.view.load()
            self.show_all()

    def action_new_document(self) -> None:
        """Make a document of the kind that is listed, for the resident under the cursor or another one."""
        from tuimail.ui.screens.drafts import begin_document

        with self.telling():
            row = self.table.current if self.table.display else None
            begin_document(self, self.view.kind, self.view.period, row)

    def action_prepare_month(self) -> None:
        """Propose the invoices of the month after the newest, or of the one that is shown."""
        from tuimail.ui.screens.month import Month

        if self.view.period is not None:
            self.app.push_screen(Month(self.desk, self.view.period, self.view.structure_id), self.made)

    def made(self, period: Period | None) -> None:
        """Documents of that month were made: show them, unless the operator has left meanwhile."""
        if period is not None and self.is_attached:
            with self.telling():
                self.view.load()
                self.view.period = period
                self.view.load()
            self.show_all()

    def action_brought(self) -> None:
        """The PDFs of the month that another program made."""
        from tuimail.ui.screens.brought import BroughtScreen

        if self.view.period is not None:
            self.app.push_screen(BroughtScreen(self.desk, self.view.period))

    def action_print_out(self) -> None:
        """Print what is ticked, or the invoice under the cursor."""
        row = self.table.current
        ids = list(self.view.selection.ids()) or ([row.id] if row is not None else [])
        if not ids:
            self.say(_("Tick the invoices to be printed first."))
            return
        self._print(ids, ngettext("Print {n} invoice", "Print {n} invoices", len(ids)), None)

    def action_accounting_copy(self) -> None:
        """All of the month once, for accounting: to a printer or to a file."""
        if self.view.period is None:
            return
        ids = list(self.view.whole.ids)
        if not ids:
            self.say(_("There is no document this month."))
            return
        out = Path.home() / _("accounting-{period}.pdf").format(period=self.view.period)
        title = _("Copy for accounting: {what}").format(what=self.view.label())
        self._print(ids, title, out)

    def _print(self, ids: list[int], title: str, out: Path | None) -> None:
        from tuimail.ui.screens.printing import Print

        with self.telling():
            self.app.push_screen(Print(self.desk, ids, title, out), lambda sentence: self.say(sentence or ""))

    def action_attach(self) -> None:
        """Attach a file to the invoice under the cursor."""
        if row := self.current():
            kept_back = row.problem if row.decided or not row.reachable else ""
            self._ask_for_file(row.id, f"{row.number} {row.resident}", kept_back)

    def action_attach_all(self) -> None:
        """Attach a file to every message."""
        self._ask_for_file(TO_ALL, "")

    def _ask_for_file(self, document_id: int, invoice: str, kept_back: str = "") -> None:
        from tuimail.ui.screens.paths import Attach

        def closed(sentence: str | None) -> None:
            self.say()
            self.say(sentence or "")
            self.show_row()

        self.app.push_screen(Attach(self.desk, document_id, invoice, kept_back), closed)

    def action_export(self) -> None:
        """Write the ticked invoices, or the one under the cursor, as PDF."""
        from tuimail.ui.screens.paths import invoices_out

        row = self.table.current
        ids = list(self.view.selection.ids()) or ([row.id] if row is not None else [])
        if not ids:
            self.say(_("Tick the invoices to be written first."))
            return
        name = _("invoices-{period}.pdf").format(period=self.view.period)
        if len(ids) == 1 and row is not None and ids == [row.id]:
            name = _("invoice-{number}-{period}.pdf").format(number=row.number, period=self.view.period)
        self.app.push_screen(invoices_out(self.desk, ids, Path.home() / name), lambda said: self.say(said or ""))

    def action_choose_structure(self) -> None:
        """Choose whose invoices are shown."""
        from tuimail.ui.screens.choose import Choose

        view = self.view
        if view.period is None:
            return
        rows = []
        with self.telling():
            counts = listing.counts(view.period)
            rows.append(("", _("All homes"), self._unsent(counts.unsent)))
            for place in structures.structures():
                unsent = listing.counts(view.period, place.id).unsent
                rows.append((str(place.id), place.name, self._unsent(unsent)))
        if rows:
            self.app.push_screen(Choose(_("Homes"), rows, str(view.structure_id or "")), self._chosen)

    @staticmethod
    def _unsent(number: int) -> str:
        return ngettext("{n} not sent", "{n} not sent", number)

    def _chosen(self, key: str | None) -> None:
        if key is not None:
            current = self.table.current
            self.view.structure_id = int(key) if key else None
            with self.telling():
                self.view.load()
            self.show_all(current.id if current else None)

    def action_mails(self) -> None:
        """Read what the demonstration received."""
        from tuimail.ui.screens.mails import Mails

        if self.desk.demo is not None:
            self.app.push_screen(Mails(self.desk.path(), self.desk.demo))

    # What an earlier send left

    def look_for_interrupted(self) -> None:
        """Say in a line of its own what waits, or who else is sending."""
        with self.telling():
            self.watch_others()

    def watch_others(self) -> None:
        """The same, as it is now; another session tells nobody when it ends."""
        line = next(iter(self.query("#notice").results(Lines)), None)
        if line is None:
            # The application is being left.
            return
        found = None if self.desk.sending.active else notice(self.desk.now(), self.desk.office.owner.operator)
        line.display = found is not None
        if found != self.notice:
            self.notice = found
            self.refresh_bindings()
        if found is not None:
            line.set_line((f" {found.sentence} ", REVERSE), "  ", *self._keys_of(found))

    @staticmethod
    def _keys_of(found: Notice) -> list[Part]:
        return [("R", BOLD), f" {found.offer}"] if found.offer else []

    def action_resume(self) -> None:
        """Send what an interrupted send left queued."""
        if self.desk.sending.active:
            self.say(_("A send is under way: what waits goes with it."))
        elif self.notice is None:
            self.say(_("Nothing waits to be sent."))
        elif self.notice.offer:
            start(self, partial(self._resume, self.notice), exclusive=True)
        else:
            self.say(self.notice.sentence)

    def look_again(self) -> None:
        """Somebody's send was paused or stopped from here."""
        self.look_for_interrupted()

    async def _resume(self, what: Notice) -> None:
        if what.halted and not await in_writer(batches.open_batches, what.account.id):
            with self.telling():
                await in_writer(pausing.unpause, what.account.id, self.desk.office.owner, self.desk.now())
        elif await self.go_on(what.account, at_once=what.at_once):
            self.say()
        self.look_for_interrupted()

    async def go_on(self, account: Account, *, at_once: bool = False) -> bool:
        """Send all that waits on the account, `at_once` what was put off too; False, told, if that cannot be."""
        from tuimail.ui.screens.send_dialog import ask_password

        self.say(_("Connecting to {host}…").format(host=account.host))
        try:
            if not await ask_password(self.app, account):
                self.say()
                return False
            await in_writer(halts.end, account.id, self.desk.office.owner, self.desk.now())
            if at_once:
                await in_writer(waiting.retry_now, account.id, self.desk.office.owner, self.desk.now())
            await self.desk.sending.resume(account, _("messages left queued"))
        except TuimailError as error:
            self.say()
            self.app.push_screen(BadNews(error))
            return False
        return True

    # What is uncertain or waits, what was refused, what happened while away

    def action_unsettled(self) -> None:
        """Decide about uncertain messages, and see those that wait."""
        from tuimail.ui.screens.unsettled import Unsettled

        self.app.push_screen(Unsettled(self.desk, self._go_on_with_all), lambda _nothing: self.look_for_interrupted())

    async def _go_on_with_all(self, at_once: bool) -> None:
        with self.telling():
            await self._with_all(at_once)

    async def _with_all(self, at_once: bool) -> None:
        if self.desk.sending.active:
            for batch in await in_writer(self._queued_elsewhere):
                await self.desk.sending.take_along(batch)
            return
        for account in await in_writer(self._usable):
            if await in_writer(batches.open_batches, account.id) and await self.go_on(account, at_once=at_once):
                return

    def _usable(self) -> list[Account]:
        return accounts.usable_by(self.desk.office.owner.operator)

    def _queued_elsewhere(self) -> list[Batch]:
        known = self.desk.sending.batch_ids
        found = [batch for account in self._usable() for batch in batches.open_batches(account.id)]
        return [batch for batch in found if batch.id not in known]

    def action_send_failed(self) -> None:
        """Check what was refused or sent in part, then ask."""
        from tuimail.ui.screens.confirm import Confirm, Wanted

        view = self.view
        if view.period is None:
            return
        with self.telling():
            ids = listing.index(view.period, view.structure_id, InvoiceFilter.PROBLEMS).ids
            if not len(ids):
                self.say(_("Nothing was refused in this month."))
                return
            why = _("What was refused, or never left, goes again; what is uncertain does not.")
            self._confirm(Confirm(self.desk, Wanted(tuple(ids), view.label(), why)))

    def action_away(self) -> None:
        """Say again what happened while the operator was away."""
        self.tell_away(lambda: None)

    def tell_away(self, closed: Callable[[], None]) -> None:
        """Say what happened while the operator was away, then do what the key that closes it asks."""
        from tuimail.ui.screens.away import AwayDialog

        def answered(action: str | None) -> None:
            closed()
            if action == "resume":
                self.action_resume()
            elif action == "unsettled":
                self.action_unsettled()
            elif action == "problems":
                self.show_problems()

        self.app.push_screen(AwayDialog(self.desk.away or Away(None)), answered)

    def show_problems(self) -> None:
        """Show only the problems."""
        raise NotImplementedError
