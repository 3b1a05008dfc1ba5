"""One invoice to be sent, again or for the first time, to addresses chosen one by one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import Document
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.handing import Method
from tuimail.domain.i18n import _
from tuimail.domain.known_addresses import Choice, choices
from tuimail.domain.lookalikes import lookalike
from tuimail.domain.people import Role
from tuimail.domain.recipients import Recipient
from tuimail.store import documents, habits, history, outbox, residents
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.invoices import RESEND, RESEND_ADDRESS, RESEND_DRAFT, RESEND_OTHERWISE
from tuimail.ui.desk import TO_ALL, Desk, Enclosure
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.meant import meant_address
from tuimail.ui.screens.resend_ways import HandedOver, keep_on_card, methods, next_method
from tuimail.ui.screens.resend_words import doubts_about, found_in_pdf, last_words, row, said
from tuimail.ui.screens.send_dialog import SendDialog
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start, to_the_end

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_ENTER = {
    Method.SMTP: "accept",
    Method.EML: "write_draft",
    Method.SENDMAIL: "hand_over",
    Method.XDG_EMAIL: "hand_over",
}
"""What Enter is called, by the way in which the invoice leaves."""


class Resend(SendDialog):
    """The addresses of one invoice, with how the last message to each ended; Enter sends to the ticked ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # What Enter does is one of these at a time: see `check_action`.
        *(each for scope in (RESEND, RESEND_DRAFT, RESEND_OTHERWISE, RESEND_ADDRESS) for each in bindings(scope))
    ]

    def __init__(self, desk: Desk, document_id: int) -> None:
        self._document: Document = documents.document(document_id)
        self._resident = residents.resident(self._document.resident_id)
        self._choices = self._known()
        operator = desk.office.owner.operator
        # What was chosen on another machine may be missing on this one.
        kept = habits.method(operator)
        self._doubts: dict[str, tuple[str, ...]] = {}
        """What is worth a look of each address."""
        self._of_pdf: tuple[str, ...] = ()
        """What its PDF shows, as far as it was told."""
        self._typing = False
        """Whether an address is being typed."""
        self._method = kept if kept in methods(desk) else Method.SMTP
        what = _("{number} {resident}").format(number=self._document.number, resident=self._resident.name)
        self._label = _("{invoice}, {period}").format(invoice=what, period=self._document.period.label())
        super().__init__(_("Send: {what}").format(what=self._label), desk)

    def _known(self) -> list[Choice]:
        deliveries = outbox.deliveries(document_id=self._document.id)
        return choices(self._resident, deliveries, history.last_successes(self._resident.id))

    def content(self) -> ComposeResult:
        """The addresses, what is known of one, a field for another one, by which way, a sentence."""
        table = RowList(id="addresses", cell_padding=0)
        table.styles.height = min(max(len(self._choices), 1) + 2, 9)
        yield table
        yield Lines(id="about")
        label = Lines(id="other-label")
        label.set_line(_("Another address, for this send alone:"))
        yield label
        yield Field(id="other", placeholder=_("name@example.org"))
        yield Lines(id="method")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """The list, or the field where there is no address at all."""
        self._show(0)
        self._ask_other(not self._choices)
        start(self, self._look_at_pdf, group="pdf", exclusive=True)

    async def _look_at_pdf(self) -> None:
        """See beforehand whether the PDF is the one that others have got, and whether there is one."""
        every = [choice.recipient for choice in self._choices if not choice.on_the_way]
        if not every:
            return
        try:
            control = await self.check([self._document.id], self._label, resend=True, to=every)
            found = found_in_pdf(control, await self._prepared(control)) if control.ready else ()
        except TuimailError:
            # Told when Enter is pressed, which does the same once more.
            return
        # While something is under way its own words stand there: what was not seen does not count as told.
        if self.is_attached and found != self._of_pdf and not self.busy:
            self._of_pdf = found
            self._say_what_enter_does()

    async def _prepared(self, control: Control) -> Control:
        files = [(e.document_id, e.attachment) for e in self.going(control)]
        return await in_background(self.desk.office.prepare, control, None, files)

    def going(self, control: Control) -> list[Enclosure]:
        """Its own files; what is attached for all waits for the next send to all."""
        return [each for candidate in control.ready for each in self.desk.going_alone(candidate.document.id)]

    def surprised(self, before: Control, prepared: Control) -> bool:
        """Whether its PDF shows more than was told when Enter was pressed."""
        found = found_in_pdf(before, prepared)
        if not prepared.ready or set(found) <= set(self._of_pdf):
            return False
        self._of_pdf = found
        self._say_what_enter_does()
        return True

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def _show(self, at: int | None = None) -> None:
        self._doubts = doubts_about(self._resident, self._choices)
        table = self.query_one(RowList)
        width = max([len(choice.recipient.address) for choice in self._choices], default=20)
        last = max([len(last_words(choice)) for choice in self._choices], default=15)
        table.set_columns(
            (
                TableColumn("box", "", 4, gap=1),
                TableColumn("address", _("Address"), min(width, 34) + 1, gap=1),
                TableColumn("who", _("Who"), 14, gap=1, flexible=True),
                TableColumn("last", _("Last message"), max(last, 15)),
            )
        )
        table.show_rows([row(c, self._doubts.get(c.recipient.address, ())) for c in self._choices], at)
        self._show_about()
        self._say_what_enter_does()

    def on_data_table_row_highlighted(self) -> None:
        """Another address."""
        self._show_about()

    def _show_about(self) -> None:
        row = self.query_one(RowList).cursor_row
        choice = self._choices[row] if 0 <= row < len(self._choices) else None
        known = choice.sentence() if choice else ""
        if choice and not choice.ticked and (doubts := self._doubts.get(choice.recipient.address)):
            known = " ; ".join(doubts)
        if self._stranger is not None:
            known = _("{known}; k keeps it").format(known=known)
        self.query_one("#about", Lines).set_line(known)

    @property
    def _ticked(self) -> list[Choice]:
        return [choice for choice in self._choices if choice.ticked]

    def _say_what_enter_does(self) -> None:
        # What is chosen anew is not queued behind another send unasked.
        self._behind = None
        ticked = self._ticked
        self.query_one("#method", Lines).set_line(_("By: {method}").format(method=self._method.label))
        if self._typing:
            self.say(_("Enter adds the address to the list; nothing is sent yet."))
            return
        if not ticked:
            self.say(_("Tick an address, or type another one."))
            return
        enclosed = [e for e in self.desk.enclosed if e.document_id in (TO_ALL, self._document.id)]
        self.say(said(self._method, ticked, self._doubts, self._of_pdf, enclosed))

    def action_tick(self) -> None:
        """Tick the address under the cursor, or untick it, and move on."""
        table = self.query_one(RowList)
        if self.busy or not self._choices:
            return
        choice = self._choices[table.cursor_row]
        if choice.on_the_way:
            self.say(_("A message to this address is already on the way."))
            return
        choice.ticked = not choice.ticked
        self._show(min(table.cursor_row + 1, len(self._choices) - 1))

    def action_other(self) -> None:
        """Ask for another address."""
        self._ask_other(True)

    def _ask_other(self, asked: bool) -> None:
        for widget in (self.query_one("#other-label"), self.query_one("#other")):
            widget.display = asked
        self._typing = asked
        self._say_what_enter_does()
        self.query_one("#other" if asked else "#addresses").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While an address is typed, letters and Space are text; what Enter does depends on the way."""
        typing = isinstance(self.focused, Field)
        if action in ("tick", "other", "turn_method", "keep_address"):
            return not typing and (action != "keep_address" or self._stranger is not None)
        if action == "add":
            return typing
        if action in _ENTER.values():
            return not typing and action == _ENTER[self._method]
        return super().check_action(action, parameters)

    @property
    def _stranger(self) -> Choice | None:
        """What is under the cursor, if the card does not hold it."""
        row = self.query_one(RowList).cursor_row if self.is_mounted else -1
        choice = self._choices[row] if 0 <= row < len(self._choices) else None
        return choice if choice is not None and choice.recipient.role is Role.OTHER else None

    def action_turn_method(self) -> None:
        """By another way from now on."""
        if not self.busy:
            self._work = start(self, self._turn_method, exclusive=True)

    async def _turn_method(self) -> None:
        try:
            self._method = await next_method(self.desk, self._method)
        except TuimailError as error:
            self.say(told(error))
            return
        self._say_what_enter_does()
        self.refresh_bindings()

    def action_keep_address(self) -> None:
        """Keep the address under the cursor on the resident's card."""
        if not self.busy and (choice := self._stranger):
            self._work = start(self, partial(self._keep_address, choice), exclusive=True)

    async def _keep_address(self, choice: Choice) -> None:
        address = choice.recipient.address
        try:
            if not await keep_on_card(self, self.desk, self._resident.id, address):
                return
        except TuimailError as error:
            self.say(told(error))
            return
        ticked = {each.recipient.address.casefold() for each in self._ticked}
        self._resident = residents.resident(self._document.resident_id)
        strangers = [each for each in self._choices if each.recipient.role is Role.OTHER]
        self._choices = self._known()
        known = {each.recipient.address.casefold() for each in self._choices}
        self._choices += [each for each in strangers if each.recipient.address.casefold() not in known]
        for each in self._choices:
            each.ticked = each.recipient.address.casefold() in ticked and not each.on_the_way
        self._show()
        self.say(_("{address} is on the card of {resident} now.").format(address=address, resident=self._resident.name))
        self.refresh_bindings()

    def action_add(self) -> None:
        """Add the address that was typed."""
        if not self.busy:
            self._add(self.query_one("#other", Field).value)

    def action_accept(self) -> None:
        """Send to the ticked ones."""
        if not self.busy and self._ticked:
            self._work = start(self, self._check_and_send, exclusive=True)

    def action_write_draft(self) -> None:
        """Write a draft for each of the ticked ones."""
        self.action_accept()

    def action_hand_over(self) -> None:
        """Give it to another program."""
        self.action_accept()

    def _add(self, text: str) -> None:
        from tuimail.sending.control import other_address

        if text.strip():
            try:
                recipient = other_address(text)
            except TuimailError as error:
                self.say(told(error))
                return
            known = {choice.recipient.address.casefold() for choice in self._choices}
            if recipient.address.casefold() not in known and lookalike(recipient.address, self._resident.addresses):
                self._work = start(self, partial(self._ask_meant, recipient.address), exclusive=True)
                return
            self._take(recipient)
        self._to_list()

    async def _ask_meant(self, typed: str) -> None:
        from tuimail.sending.control import other_address

        meant = await meant_address(self.app, typed, self._resident.addresses)
        if meant is not None:
            self._take(other_address(meant))
            self._to_list()

    def _take(self, recipient: Recipient) -> None:
        known = {choice.recipient.address.casefold(): choice for choice in self._choices}
        choice = known.get(recipient.address.casefold())
        if choice is None:
            choice = Choice(recipient, None)
            self._choices.append(choice)
        choice.ticked = not choice.on_the_way
        self.query_one("#other", Field).value = ""

    def _to_list(self) -> None:
        table = self.query_one(RowList)
        table.styles.height = min(len(self._choices) + 2, 9)
        self._show(len(self._choices) - 1)
        self._ask_other(not self._choices)

    def action_back(self) -> None:
        """Leave the field, or close."""
        if isinstance(self.focused, Field) and self._choices and not self.busy:
            self._ask_other(False)
        else:
            super().action_back()

    async def _check_and_send(self) -> None:
        to = [choice.recipient for choice in self._ticked]
        try:
            control = await self.check([self._document.id], self._label, resend=True, to=to)
            if not control.ready:
                kept_back = (*control.blocked, *control.set_aside)
                raise BadInput(
                    kept_back[0].reason if kept_back else _("A message is already on the way."),
                    _("Nothing was sent."),
                )
        except TuimailError as error:
            self.say(told(error))
            return
        if self._method is Method.SMTP:
            await self.send(control)
        else:
            await self._hand_over(control)

    async def _hand_over(self, control: Control) -> None:
        self.say(_("Making the PDFs…"))
        going = self.going(control)
        try:
            prepared = await self._prepared(control)
            if self.surprised(control, prepared):
                return
            if not prepared.ready:
                raise BadInput(prepared.blocked[-1].reason, _("Nothing was handed over."))
            files = [(e.document_id, e.attachment) for e in going]
            self._commit()
            # What another program has taken is told in the journal, whatever becomes of this screen.
            handed = await to_the_end(self, self.desk.office.handing.hand_over(prepared, self._method, files))
        except TuimailError as error:
            self._committed = False
            self.say(told(error))
            return
        if any(each.done for each in handed):
            self.desk.forget(going)
        end(self, False)
        self.app.push_screen(HandedOver(handed))
