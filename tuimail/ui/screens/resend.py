"""One invoice to be sent, again or for the first time, to addresses chosen one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.billing import Document
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import LIVE_STATES, Delivery, DeliveryState
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_moment
from tuimail.domain.recipients import Reason, Recipient, decide
from tuimail.store import documents, outbox, residents
from tuimail.ui.commands import bindings
from tuimail.ui.commands.invoices import RESEND
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.send_dialog import SendDialog
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow, RowList
from tuimail.ui.widgets.sentences import delivery_words
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

_UNUSABLE = (Reason.NO_ADDRESS, Reason.INVALID, Reason.DUPLICATE)
_COLOURS = {
    DeliveryState.SENT: Style(color="green"),
    DeliveryState.FAILED: Style(color="red"),
    DeliveryState.UNCERTAIN: Style(color="yellow"),
}


@dataclass(slots=True)
class Choice:
    """An address the invoice could go to."""

    recipient: Recipient
    last: Delivery | None
    ticked: bool = False

    @property
    def on_the_way(self) -> bool:
        """A message to it has not left yet: no second one is made."""
        return self.last is not None and self.last.state in LIVE_STATES

    @property
    def received(self) -> bool:
        """Whether the last message to it was accepted, or may have been."""
        return self.last is not None and self.last.state in (DeliveryState.SENT, DeliveryState.UNCERTAIN)


def choices(resident: Resident, deliveries: Iterable[Delivery]) -> list[Choice]:
    """Every address known for the invoice: those of the rule first, then who is left out, then what was typed once.

    Ticked are those of the rule that have not received it; all of the rule, if all have.
    """
    last = {
        delivery.address.casefold(): delivery
        for delivery in deliveries
        if delivery.state is not DeliveryState.CANCELLED
    }
    decision = decide(resident)
    found = [Choice(recipient, last.get(recipient.address.casefold())) for recipient in decision.recipients]
    missing = [choice for choice in found if not (choice.last and choice.last.state is DeliveryState.SENT)]
    for choice in missing or found:
        choice.ticked = not choice.on_the_way
    known = {choice.recipient.address.casefold() for choice in found}
    for person in decision.left_out:
        if person.reason not in _UNUSABLE and person.address.casefold() not in known:
            known.add(person.address.casefold())
            found.append(Choice(person, last.get(person.address.casefold())))
    for address, delivery in last.items():
        if address not in known:
            other = Recipient(delivery.address, delivery.role, delivery.recipient_name, Reason.OWN)
            found.append(Choice(other, delivery))
    return found


class Resend(SendDialog):
    """The addresses of one invoice, with how the last message to each ended; Enter sends to the ticked ones."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(RESEND)

    def __init__(self, desk: Desk, document_id: int) -> None:
        self._document: Document = documents.document(document_id)
        self._resident = residents.resident(self._document.resident_id)
        self._choices = choices(self._resident, outbox.deliveries(document_id=document_id))
        what = _("{number} {resident}").format(number=self._document.number, resident=self._resident.name)
        self._label = _("{invoice}, {period}").format(invoice=what, period=self._document.period.label())
        super().__init__(_("Send: {what}").format(what=self._label), desk)

    def content(self) -> ComposeResult:
        """The addresses, a field for another one, a sentence."""
        table = RowList(id="addresses", cell_padding=0)
        table.styles.height = min(max(len(self._choices), 1) + 2, 9)
        yield table
        label = Lines(id="other-label")
        label.set_line(_("Another address, for this send alone:"))
        yield label
        yield Field(id="other", placeholder=_("name@example.org"))
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """The list, or the field where there is no address at all."""
        self._show(0)
        self._ask_other(not self._choices)

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def _show(self, row: int | None = None) -> None:
        table = self.query_one(RowList)
        width = max([len(choice.recipient.address) for choice in self._choices], default=20)
        last = max([len(self._last_words(choice)) for choice in self._choices], default=15)
        table.set_columns(
            (
                TableColumn("box", "", 4, gap=1),
                TableColumn("address", _("Address"), min(width, 34) + 1, gap=1),
                TableColumn("who", _("Who"), 14, gap=1, flexible=True),
                TableColumn("last", _("Last message"), max(last, 15)),
            )
        )
        table.show_rows([self._row(choice) for choice in self._choices], row)
        self._say_what_enter_does()

    @staticmethod
    def _last_words(choice: Choice) -> str:
        return delivery_words(choice.last) if choice.last else _("never")

    def _row(self, choice: Choice) -> KnownRow:
        last, words = choice.last, self._last_words(choice)
        colour = _COLOURS.get(last.state) if last else None
        cells: Mapping[str, Cell] = {
            "box": " - " if choice.on_the_way else "[x]" if choice.ticked else "[ ]",
            "address": choice.recipient.address,
            "who": choice.recipient.sentence(),
            "last": Styled(words, colour) if colour else words,
        }
        return choice.recipient.address.casefold(), cells

    @property
    def _ticked(self) -> list[Choice]:
        return [choice for choice in self._choices if choice.ticked]

    def _say_what_enter_does(self) -> None:
        ticked = self._ticked
        if not ticked:
            self.say(_("Tick an address, or type another one."))
            return
        again = [choice for choice in ticked if choice.received]
        text = Text(ngettext("Enter sends {n} message.", "Enter sends {n} messages.", len(ticked)), style="bold")
        for choice in again:
            if choice.last is not None and choice.last.updated_at is not None:
                sentence = (
                    _("{address} already received it on {moment}.")
                    if choice.last.state is DeliveryState.SENT
                    else _("{address} has perhaps received it on {moment}.")
                )
                moment = format_moment(choice.last.updated_at)
                text.append("\n" + sentence.format(address=choice.recipient.address, moment=moment), "yellow")
        for enclosure in self.desk.going_with([self._document.id]):
            text.append("\n" + _("Attached: {file}").format(file=enclosure.attachment.name), "not bold")
        self.say(text)

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
        self.query_one("#other" if asked else "#addresses").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While an address is typed, letters and Space are text."""
        if action in ("tick", "other"):
            return not isinstance(self.focused, Field)
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Add the address that was typed, or send to the ticked ones."""
        if self.busy:
            return
        if isinstance(self.focused, Field):
            self._add(self.focused.value)
        elif self._ticked:
            self._work = self.run_worker(self._check_and_send(), exclusive=True)

    def _add(self, text: str) -> None:
        from tuimail.sending.control import other_address

        if text.strip():
            try:
                recipient = other_address(text)
            except TuimailError as error:
                self.say(told(error))
                return
            known = {choice.recipient.address.casefold(): choice for choice in self._choices}
            choice = known.get(recipient.address.casefold())
            if choice is None:
                choice = Choice(recipient, None)
                self._choices.append(choice)
            choice.ticked = not choice.on_the_way
            self.query_one("#other", Field).value = ""
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
        await self.send(control)
