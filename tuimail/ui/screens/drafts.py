"""Ways into the editor: a new document, a credit note, a statement, or one that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from tuimail.domain import drafting
from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.kind_words import kind_name
from tuimail.domain.listing import InvoiceRow
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period, format_day
from tuimail.domain.text import fold
from tuimail.store import documents, related, residents, structures
from tuimail.ui.commands import bindings
from tuimail.ui.commands.prints import RESIDENT
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import BadNews, Dialog, Question
from tuimail.ui.screens.editor import Editor
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn

if TYPE_CHECKING:
    from tuimail.ui.screens.invoice_actions import InvoiceActions

Saved = Callable[[Document | None], None]
_MOST = 10
"""Residents shown at once."""


def open_document(screen: Screen[None], desk: Desk, document: Document, saved: Saved) -> None:
    """Change a document that is there."""
    screen.app.push_screen(Editor(desk, document), saved)


def open_credit_note(screen: Screen[None], desk: Desk, invoice_id: int, saved: Saved) -> None:
    """Make the credit note of an invoice: all of it is taken back, unless lines are changed or removed."""
    invoice = documents.document(invoice_id)
    today = desk.now().astimezone().date()

    def begin(yes: bool | None = True) -> None:
        if yes:
            screen.app.push_screen(Editor(desk, drafting.credit_note(invoice, today)), saved)

    notes = related.credit_notes([invoice_id]).get(invoice_id, [])
    left = drafting.left_to_credit(invoice, notes)
    there = [_there(note) for note in notes]
    if notes and not left:
        sentence = _("Invoice {number} was taken back already: {notes}.").format(
            number=invoice.number, notes=", ".join(there)
        )
        screen.app.push_screen(BadNews(BadInput(sentence, _("Open the credit note: k, then its list."))))
    elif notes:
        sentences = (
            _("There is a credit note of invoice {number} already:").format(number=invoice.number),
            *there,
            _("Of the invoice {left} are left: a credit note of more is not kept.").format(
                left=format_cents(left, True)
            ),
        )
        screen.app.push_screen(Question(_("Another credit note"), sentences), begin)
    else:
        begin()


def _there(note: Document) -> str:
    return f"{note.number} ({format_day(note.issued_on)}, {format_cents(note.gross, True)})"


def open_statement(screen: Screen[None], desk: Desk, invoice_id: int, saved: Saved) -> None:
    """Make a disbursement statement that goes with an invoice."""
    invoice = documents.document(invoice_id)
    new = _new(desk, DocumentKind.DISBURSEMENTS, invoice.resident_id, invoice.period, invoice.id)
    screen.app.push_screen(Editor(desk, new), saved)


def begin_document(screen: InvoiceActions, kind: DocumentKind, period: Period | None, row: InvoiceRow | None) -> None:
    """Ask for the resident, then make a document. Raises BadInput for a kind that belongs to an invoice."""
    if kind in drafting.JOINED:
        raise BadInput(
            _("A document of this kind ({kind}) belongs to an invoice.").format(kind=kind_name(kind)),
            _("Open the invoice's card with Enter, then A makes its credit note and D its statement."),
        )
    desk = screen.desk
    month = period or Period.of(desk.now())

    def chosen(key: str | None) -> None:
        if key:
            new = _new(desk, kind, int(key), month)
            screen.app.push_screen(Editor(desk, new), lambda saved: screen.made(saved.period if saved else None))

    screen.app.push_screen(ChooseResident(_("New: {kind}").format(kind=kind_name(kind)), row), chosen)


def _new(desk: Desk, kind: DocumentKind, resident_id: int, period: Period, related: int | None = None) -> Document:
    resident = residents.resident(resident_id)
    place = structures.structure(resident.structure_id)
    return drafting.new_document(kind, resident, place, period, desk.now().astimezone().date(), related)


class ChooseResident(Dialog[str]):
    """A resident by a few letters of the name; the answer is the id."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(RESIDENT)

    def __init__(self, title: str, row: InvoiceRow | None) -> None:
        super().__init__(title)
        self._people = residents.residents()
        self._typed = row.resident if row else ""

    def content(self) -> ComposeResult:
        """Field and list."""
        label = Lines()
        label.set_line(_("Resident: a few letters of the name, or the room"))
        yield label
        yield Field(self._typed)
        table = RowList(cell_padding=0)
        table.show_header = False
        table.can_focus = False
        table.styles.height = _MOST
        yield table

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(RowList).set_columns(
            (TableColumn("name", "", 30, gap=1, flexible=True), TableColumn("room", "", 10, gap=1))
        )
        self.query_one(Field).focus()
        self.on_input_changed()

    def on_input_changed(self) -> None:
        """Show who fits."""
        words = fold(self.query_one(Field).value).split()
        fitting = [p for p in self._people if all(word in fold(f"{p.name} {p.room}") for word in words)]
        rows = [(str(p.id), {"name": p.name, "room": p.room}) for p in fitting[:_MOST]]
        self.query_one(RowList).show_rows(rows, 0)

    def action_accept(self) -> None:
        """Take the first that fits."""
        key = self.query_one(RowList).current_key
        if key is not None:
            self.dismiss(key)
