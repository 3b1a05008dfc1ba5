"""The pages of a document, top to bottom: letterhead, lines, totals, payment, legal text.

Written in French, for families read it, whatever the operator's language.
"""

from __future__ import annotations

from tuimail.documents.addressee import resident_name
from tuimail.documents.closing import draw_closing, draw_legal_text, draw_signature
from tuimail.documents.letterhead import draw_top, foot
from tuimail.documents.printable import Group, Printable, groups
from tuimail.documents.sheet import ACCENT, LEFT, LINE, QUIET, RIGHT, TINT, Box, Page, Rule, Sheet
from tuimail.documents.typeface import width_of, wrapped
from tuimail.documents.wording import name_of
from tuimail.domain.billing import DocumentLine
from tuimail.domain.money import format_cents, format_rate, format_scaled

LABEL_WIDTH = 82.0
"""Of a line of a label, at 9 points."""

_QUANTITY = 121.0
_PRICE = 144.0
_RATE = 159.0
_AMOUNT = RIGHT - 2
"""Where each column of figures ends on the right."""

_AMOUNT_WIDTH = 27.0
_SIZE = 9.0
_STEP = 4.4
_SUBTOTAL = 8.0
"""Height of a sub-total, which never stands alone on a page."""


def lay_out(item: Printable) -> tuple[Page, ...]:
    """The pages of an item whose texts were `cleaned`; raises DocumentError for totals that disagree with the lines."""
    return _Layout(item).pages()


class _Layout:
    """One document on its way down the pages; each step begins where the one before ended."""

    def __init__(self, item: Printable) -> None:
        self._item = item
        self._document = item.document
        self._in_table = False
        self._sheet = Sheet(self._continue)

    def pages(self) -> tuple[Page, ...]:
        """Everything, top to bottom; the feet last, when the number of pages is known."""
        draw_top(self._sheet, self._item)
        self._sheet.y += 6
        self._lines()
        draw_closing(self._sheet, self._item)
        draw_signature(self._sheet, self._item)
        draw_legal_text(self._sheet, [self._item.structure.legal_text])
        drawn = self._sheet.pages
        return tuple((*marks, *foot(self._item, page, len(drawn))) for page, marks in enumerate(drawn, 1))

    def _continue(self) -> None:
        sheet = self._sheet
        reminder = f"{name_of(self._item)} · {resident_name(self._item)} (suite)"
        for line in wrapped(reminder, RIGHT - LEFT, 8.5):
            sheet.left(LEFT, sheet.y, line, 8.5, colour=QUIET)
            sheet.y += 4
        sheet.y += 2
        if self._in_table:
            self._table_head()

    def _table_head(self) -> None:
        sheet = self._sheet
        sheet.add(Box(LEFT, sheet.y, RIGHT - LEFT, 7, TINT))
        y = sheet.y + 4.7
        sheet.left(LEFT + 2, y, "Désignation", 8.5, bold=True, colour=ACCENT)
        heads = [(_QUANTITY, "Quantité"), (_PRICE, "Prix unitaire")]
        heads += [(_RATE, "TVA"), (_AMOUNT, "Montant HT")] if self._item.taxed else [(_AMOUNT, "Montant")]
        for x, text in heads:
            sheet.right(x, y, text, 8.5, bold=True, colour=ACCENT)
        sheet.y += 8

    def _lines(self) -> None:
        if not self._document.lines:
            return
        self._sheet.need(30)
        self._in_table = True
        self._table_head()
        found = groups(self._document)
        for group in found:
            self._group(group, subtotal=len(found) > 1)
        self._in_table = False

    def _group(self, group: Group, subtotal: bool) -> None:
        sheet = self._sheet
        if group.heading:
            lines = wrapped(group.heading, RIGHT - LEFT - 4, 9.5, bold=True)
            sheet.need(min(len(lines), 4) * _STEP + 12)
            for text in lines:
                sheet.need(_STEP + 1)
                sheet.left(LEFT + 2, sheet.y + 4, text, 9.5, bold=True)
                sheet.y += _STEP
            sheet.y += 1.2
        for line in group.lines:
            self._line(line, followed_by=_SUBTOTAL if subtotal and line is group.lines[-1] else 0)
        if subtotal:
            label = f"Sous-total {group.heading}".strip()
            if width_of(label, _SIZE, bold=True) > _RATE - LEFT - 2:
                label = "Sous-total"
            sheet.right(_RATE, sheet.y + 4, label, _SIZE, bold=True)
            sheet.right(_AMOUNT, sheet.y + 4, _figures(group.net), _SIZE, bold=True, room=_AMOUNT_WIDTH)
            sheet.y += _SUBTOTAL

    def _line(self, line: DocumentLine, followed_by: float) -> None:
        sheet = self._sheet
        for position, text in enumerate(wrapped(line.label, LABEL_WIDTH, _SIZE)):
            sheet.need(_STEP + 1.2 + followed_by)
            y = sheet.y + 3.6
            sheet.left(LEFT + 2, y, text, _SIZE)
            if position == 0:
                sheet.right(_QUANTITY, y, format_scaled(line.quantity, lang="fr"), _SIZE, room=16)
                sheet.right(_PRICE, y, format_scaled(line.unit_price, 2, lang="fr"), _SIZE, room=22)
                if self._item.taxed:
                    sheet.right(_RATE, y, format_rate(line.vat_bp, lang="fr"), _SIZE, room=14)
                sheet.right(_AMOUNT, y, _figures(line.amount), _SIZE, room=_AMOUNT_WIDTH)
            sheet.y += _STEP
        sheet.add(Rule(LEFT, sheet.y + 0.7, RIGHT - LEFT, 0.1, LINE))
        sheet.y += 1.2


def _figures(cents: int) -> str:
    return format_cents(cents, lang="fr")
