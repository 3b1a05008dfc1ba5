"""The card of an invoice: what it says, who receives it and why, and all that ever happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.binding import BindingType

from tuimail.domain.billing import Document, DocumentKind, DocumentLine
from tuimail.domain.i18n import _
from tuimail.domain.kind_words import kind_name
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.domain.money import format_cents, format_rate, format_scaled
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_day, format_moment
from tuimail.domain.places import Structure
from tuimail.domain.recipients import decide
from tuimail.domain.words import event_word
from tuimail.store import documents, drafting, journal, outbox, related, residents, returns, structures
from tuimail.store.dispositions import dispositions
from tuimail.ui.commands import bindings
from tuimail.ui.commands.invoices import CARD
from tuimail.ui.desk import Desk
from tuimail.ui.look import signs
from tuimail.ui.messages import JournalGrew
from tuimail.ui.screens.page import Page
from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.journal_words import event_colour
from tuimail.ui.widgets.sentences import delivery_words

_AMOUNT = 12
_RATE = 8
_QUANTITY = 10
_MOST_EVENTS = 200


class Card(Page):
    """One invoice; what happens to it while it is read is shown."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CARD)

    def __init__(
        self,
        path: list[str],
        document_id: int,
        resend: Callable[[int], object],
        preview: Callable[[int], object],
        desk: Desk,
    ) -> None:
        self.document_id = document_id
        self._resend, self._preview, self._desk = resend, preview, desk
        super().__init__([*path, documents.document(document_id).number], Text())

    def begin(self) -> None:
        """Write the card for this width."""
        self.refresh_card()

    def on_resize(self) -> None:
        """Lines are laid out for the width."""
        self.refresh_card()

    def refresh_card(self) -> None:
        """Read the invoice again and show it."""
        if self.text_width > 0:
            self.show(card_text(self.document_id, self.text_width))

    def on_journal_grew(self, news: JournalGrew) -> None:
        """Something happened, perhaps to this invoice."""
        if self.document_id in news.document_ids:
            self.refresh_card()

    def action_resend(self) -> None:
        """Choose addresses and send."""
        self._resend(self.document_id)

    def action_preview(self) -> None:
        """Read the PDF."""
        self._preview(self.document_id)

    def action_sendings(self) -> None:
        """See each message that was sent."""
        from tuimail.ui.screens.sendings import Sendings

        self.app.push_screen(Sendings(self._desk, self._path, document_id=self.document_id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was sent is only corrected by another document."""
        if action in ("edit", "credit", "statement"):
            if not self.is_mounted:
                return False
            invoice = documents.document(self.document_id).kind is DocumentKind.INVOICE
            return invoice if action != "edit" else not drafting.can_change(self.document_id)
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Change lines and dates."""
        from tuimail.ui.screens.drafts import open_document

        open_document(self, self._desk, documents.document(self.document_id), self._edited)

    def action_credit(self) -> None:
        """Make a credit note that takes the invoice back."""
        from tuimail.ui.screens.drafts import open_credit_note

        open_credit_note(self, self._desk, self.document_id, self._edited)

    def action_statement(self) -> None:
        """Make a disbursement statement that goes with the invoice."""
        from tuimail.ui.screens.drafts import open_statement

        open_statement(self, self._desk, self.document_id, self._edited)

    def action_exclude(self) -> None:
        """Say that it is not to be sent, and why, or take that back."""
        from tuimail.ui.screens.disposing import ask_to_exclude

        ask_to_exclude(self, self._desk, [self.document_id], lambda _sentence: self.refresh_card())

    def _edited(self, saved: Document | None) -> None:
        if saved is not None and saved.id == self.document_id:
            self.refresh_card()
        elif saved is not None:
            self.document_id = saved.id
            self.retitle([*self._path[:-1], saved.number])
            self.refresh_card()
        self.refresh_bindings()


def card_text(document_id: int, width: int) -> Text:
    """All that is known of an invoice, for lines of `width` cells."""
    document = documents.document(document_id)
    resident = residents.resident(document.resident_id)
    structure = structures.structure(document.structure_id)
    sent = outbox.deliveries(document_id=document_id)
    text = Text()
    for line in (
        *_head(document, resident, structure),
        Text(),
        *_lines(document, width),
        Text(),
        *_addresses(resident, sent),
        Text(),
        *_history(document_id),
    ):
        text.append_text(line)
        text.append("\n")
    return text


def _head(document: Document, resident: Resident, structure: Structure) -> Iterator[Text]:
    dot = f" {signs().dot} "
    yield Text(
        dot.join((f"{kind_name(document.kind)} {document.number}", resident.name, document.period.label())), "bold"
    )
    facts = [structure.name]
    if resident.room:
        facts.append(_("room {room}").format(room=resident.room))
    facts.append(_("issued on {day}").format(day=format_day(document.issued_on)))
    if document.related_id:
        invoice = documents.document(document.related_id)
        facts.append(_("for invoice {number}").format(number=invoice.number))
    if document.due_on:
        facts.append(_("due on {day}").format(day=format_day(document.due_on)))
    yield Text(dot.join(facts))
    for note in related.credit_notes([document.id]).get(document.id, ()):
        words = _("credit note {number} of {day}: {amount}")
        yield Text(
            words.format(number=note.number, day=format_day(note.issued_on), amount=format_cents(note.gross, True)),
            "bold yellow",
        )
    for decision in dispositions([document.id]).values():
        yield Text(f"{decision.sentence} ({decision.operator})", "bold yellow")


def _lines(document: Document, width: int) -> Iterator[Text]:
    label = max(20, width - _QUANTITY - 2 * _AMOUNT - _RATE)
    yield _row(label, (_("Line"), _("Quantity"), _("Unit price"), _("VAT"), _("Net")), "bold")
    heading = None
    for line in document.lines:
        if line.heading != heading:
            heading = line.heading
            yield Text(heading)
        yield _row(label, _cells(line))
    yield Text()
    for word, cents in ((_("Net total"), document.net), (_("VAT"), document.vat), (_("Total"), document.gross)):
        yield Text(
            fit(word, label + _QUANTITY + _AMOUNT + _RATE) + fit(format_cents(cents, True), _AMOUNT, "right"), "bold"
        )


def _cells(line: DocumentLine) -> tuple[str, str, str, str, str]:
    return (
        f"  {line.label}",
        format_scaled(line.quantity),
        format_scaled(line.unit_price, 2),
        format_rate(line.vat_bp),
        format_cents(line.amount),
    )


def _row(label: int, cells: tuple[str, str, str, str, str], style: str = "") -> Text:
    first, quantity, price, rate, amount = cells
    figures = ((quantity, _QUANTITY), (price, _AMOUNT), (rate, _RATE), (amount, _AMOUNT))
    return Text(fit(first, label) + "".join(fit(text, size, "right") for text, size in figures), style)


def _addresses(resident: Resident, sent: list[Delivery]) -> Iterator[Text]:
    decision = decide(resident)
    last = {d.address.casefold(): d for d in sent if d.state is not DeliveryState.CANCELLED}
    came_back = returns.of_deliveries(d.id for d in last.values())
    rows = []
    for recipient in decision.recipients:
        delivery = last.get(recipient.address.casefold())
        words = delivery_words(delivery, came_back.get(delivery.id, ())) if delivery else _("never sent")
        rows.append((recipient.address, recipient.sentence(), words))
    yield Text(_("Who receives it, and why"), "bold")
    yield from _aligned(rows)
    if not decision.recipients:
        yield Text("  " + _("Nobody: no address receives this resident's invoices."), "bold yellow")
    if decision.left_out:
        yield Text()
        yield Text(_("Who does not, and why"), "bold")
        yield from _aligned([(person.address or person.name or "-", person.sentence()) for person in decision.left_out])


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[Text]:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [_at_least(cell, width) for cell, width in zip(row, widths, strict=True)]
        yield Text(f"  {'  '.join(cells)}".rstrip())


def _at_least(text: str, width: int) -> str:
    return text if cell_len(text) >= width else set_cell_size(text, width)


def _history(document_id: int) -> Iterator[Text]:
    yield Text(_("What happened"), "bold")
    found = list(journal.events(document_id=document_id, last=_MOST_EVENTS))
    if not found:
        yield Text("  " + _("Nothing yet: it was never sent."))
    width = max((cell_len(event_word(event.event)) for event in found), default=0)
    for event in found:
        line = Text(f"  {format_moment(event.at, year=True)}  ")
        line.append(_at_least(event_word(event.event), width), event_colour(event.event))
        line.append("  " + "  ".join(part for part in (event.recipient, event.operator) if part))
        yield line
        for said in filter(None, (event.detail, event.reply)):
            yield Text(" " * 6 + said)
