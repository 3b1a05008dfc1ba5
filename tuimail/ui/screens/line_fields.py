"""Dialogs with a few fields: a line of a document, its dates, days present."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from tuimail.domain.billing import Document, DocumentLine
from tuimail.domain.drafting import line
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.money import format_rate, format_scaled, parse_decimal, to_scaled
from tuimail.domain.periods import format_day
from tuimail.domain.resident_card import parse_day
from tuimail.ui.commands import bindings
from tuimail.ui.commands.prints import LINE
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field, FigureField
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose

Result = TypeVar("Result")
_LABEL = 18


class Fields(Dialog[Result]):
    """Labels and fields; Enter takes them all, and says what is wrong with which."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LINE), Binding("up,shift+tab", "field_before", show=False)]
    TEXTS: ClassVar[int] = 0
    """How many of the first fields are for words; the others are for figures."""

    def __init__(self, title: str, fields: Sequence[tuple[str, str]]) -> None:
        """`fields`: label and what stands in the field."""
        super().__init__(title)
        self._fields = fields

    def content(self) -> ComposeResult:
        """A line a field, then a sentence."""
        for number, (label, value) in enumerate(self._fields):
            with Horizontal(classes="field-line"):
                words = Lines()
                words.styles.width = _LABEL
                words.set_line(label)
                yield words
                yield Field(value) if number < self.TEXTS else FigureField(value)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type in the first that is empty, else in the first."""
        fields = list(self.query(Field))
        next((field for field in fields if not field.value), fields[0]).focus()

    @property
    def values(self) -> list[str]:
        """What stands in the fields."""
        return [field.value.strip() for field in self.query(Field)]

    def taken(self) -> Result:
        """The answer; raises TuimailError for what cannot be."""
        raise NotImplementedError

    def action_next_field(self) -> None:
        """To the next field."""
        self.focus_next(Field)

    def action_field_before(self) -> None:
        """To the field before."""
        self.focus_previous(Field)

    def on_input_changed(self) -> None:
        """What was said is about something else."""
        self.query_one("#said", Prose).update("")

    def action_accept(self) -> None:
        """Take what is typed."""
        try:
            self.dismiss(self.taken())
        except TuimailError as error:
            self.query_one("#said", Prose).update(told(error))


class LineFields(Fields[DocumentLine]):
    """A line of a document."""

    TEXTS = 2

    def __init__(self, before: DocumentLine) -> None:
        title = _("Change the line") if before.label else _("New line")
        super().__init__(
            title,
            (
                (_("Heading"), before.heading),
                (_("Label"), before.label),
                (_("Quantity"), format_scaled(before.quantity)),
                (_("Unit price, net"), format_scaled(before.unit_price, 2) if before.label else ""),
                (_("VAT, %"), format_rate(before.vat_bp).rstrip("%\u00a0 ")),
            ),
        )

    def taken(self) -> DocumentLine:
        """The line with its amount."""
        heading, label, quantity, price, rate = self.values
        # A text that is missing is told before figures are.
        line(heading, label, 0, 0, 0)
        return line(
            heading,
            label,
            to_scaled(_number(quantity, _("Quantity"))),
            to_scaled(_number(price, _("Unit price, net"))),
            to_scaled(_number(rate or "0", _("VAT, %"))) // 100,
        )


class Dates(Fields[Document]):
    """Date and due date."""

    def __init__(self, document: Document) -> None:
        due = format_day(document.due_on) if document.due_on else ""
        super().__init__(_("Dates"), ((_("Date"), format_day(document.issued_on)), (_("Due date"), due)))
        self._document = document

    def taken(self) -> Document:
        """The document with these dates."""
        issued, due = self.values
        return replace(self._document, issued_on=_day(issued), due_on=parse_day(due, ahead=True))


class Days(Fields[int]):
    """Days present in a month."""

    def __init__(self, resident: str, days: int, most: int) -> None:
        super().__init__(_("Days present: {resident}").format(resident=resident), ((_("Days"), str(days)),))
        self._most = most

    def taken(self) -> int:
        """The number of days."""
        (text,) = self.values
        if not text.isdecimal() or int(text) > self._most:
            raise BadInput(
                _("“{text}” is no number of days of this month.").format(text=text),
                _("Write a number from 0 to {most}.").format(most=self._most),
            )
        return int(text)


def _day(text: str) -> date:
    found = parse_day(text, ahead=True)
    if found is None:
        raise BadInput(_("A document has a date."), _("Write it as 31/10/2026."))
    return found


def _number(text: str, label: str) -> Decimal:
    if not text:
        raise BadInput(_("{label}: nothing is written there.").format(label=label), _("Write it as 1 234,56."))
    try:
        return parse_decimal(text)
    except ValueError:
        raise BadInput(
            _("{label}: “{text}” is not a number.").format(label=label, text=text), _("Write it as 1 234,56.")
        ) from None
