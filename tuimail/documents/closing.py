"""What follows a document's lines: totals with the amount in large figures, where to sign, the legal text."""

from __future__ import annotations

from tuimail.documents.payment import Payment, payment_of
from tuimail.documents.printable import Printable, rates
from tuimail.documents.sheet import ACCENT, BOTTOM, LEFT, LINE, QUIET, RIGHT, TINT, TOP, Box, Rule, Sheet
from tuimail.documents.typeface import width_of, wrapped
from tuimail.documents.wording import WORDS, amount, nothing_to_pay
from tuimail.domain.money import format_cents, format_rate

_TOTALS = 112.0
"""Where the totals begin on the left."""

_RATE = 159.0
_AMOUNT = RIGHT - 2
_AMOUNT_WIDTH = 27.0
_ROW = 5.4
_SIZE = 9.0
_STEP = 4.4
_SMALL = 7.5
_SMALL_STEP = 3.6
_AMOUNT_HEIGHT = 18.6


def draw_closing(sheet: Sheet, item: Printable) -> None:
    """The totals on the right and how to pay beside them, or below them where one of the two is very long.

    Raises DocumentError for sums that disagree with the lines, and for an account whose check digits are wrong.
    """
    rows = _rows(item)
    payment = payment_of(item, _TOTALS - LEFT - 8)
    totals = 3 + len(rows) * _ROW + _AMOUNT_HEIGHT + (_SMALL_STEP if item.exemption else 0)
    height = max(totals, 3 + payment.height if payment else 0)
    if payment is None or height > BOTTOM - TOP - 30:
        _totals(sheet, item, rows)
        _payment(sheet, payment or nothing_to_pay(item))
        return
    sheet.need(height)
    top = sheet.y
    _totals(sheet, item, rows)
    below, sheet.y = sheet.y, top + 3
    _payment(sheet, payment)
    sheet.y = max(sheet.y, below)


def _payment(sheet: Sheet, payment: Payment | str) -> None:
    if isinstance(payment, Payment):
        payment.draw(sheet)
        return
    for line in wrapped(payment, RIGHT - LEFT, _SIZE) if payment else ():
        sheet.need(_STEP)
        sheet.left(LEFT, sheet.y + 3.6, line, _SIZE)
        sheet.y += _STEP


def _totals(sheet: Sheet, item: Printable, rows: list[tuple[str, str, int, bool]]) -> None:
    sheet.need(min(len(rows) * _ROW + 22, BOTTOM - TOP - 30))
    sheet.y += 3
    for position, (label, base, cents, strong) in enumerate(rows):
        # The last sum never parts from the amount below it.
        sheet.need(_ROW + 16 if position == len(rows) - 1 else _ROW)
        size, y = 9.5 if strong else _SIZE, sheet.y + 3.8
        sheet.left(_TOTALS + 4, y, label, size, strong)
        sheet.right(_RATE, y, base, _SIZE, colour=QUIET, room=25)
        sheet.right(_AMOUNT, y, format_cents(cents, lang="fr"), size, strong, room=_AMOUNT_WIDTH)
        sheet.y += _ROW
    _amount(sheet, item)


def _rows(item: Printable) -> list[tuple[str, str, int, bool]]:
    """Name, what it bears on, cents, and whether it is a sum of those above."""
    document, rows = item.document, []
    taken_off = sum(line.amount for line in document.lines if line.amount < 0)
    given = sum(line.amount for line in document.lines if line.amount > 0)
    if taken_off and given:
        rows += [("Prestations", "", given, False), ("Déductions", "", taken_off, False)]
    taxes = rates(document)
    if item.taxed:
        rows.append(("Total HT", "", document.net, True))
        rows += [
            (f"TVA {format_rate(t.vat_bp, lang='fr')}", f"sur {format_cents(t.net, lang='fr')}", t.vat, False)
            for t in taxes
        ] or [("TVA", "", document.vat, False)]
    if item.taxed or rows or document.paid:
        rows.append(("Total TTC" if item.taxed else "Total", "", document.gross, True))
    if document.paid:
        rows.append(("Déjà réglé", "", -document.paid, False))
    return rows


def _amount(sheet: Sheet, item: Printable) -> None:
    label, cents = amount(item)
    sheet.need(14 + _SMALL_STEP)
    sheet.y += 1.6
    sheet.add(Box(_TOTALS, sheet.y, RIGHT - _TOTALS, 12, TINT))
    sheet.add(Box(_TOTALS, sheet.y, 1, 12, ACCENT))
    sheet.left(_TOTALS + 4, sheet.y + 7.6, label, 10, bold=True, colour=ACCENT)
    figures = format_cents(cents, currency=True, lang="fr")
    room = _AMOUNT - (_TOTALS + 4 + width_of(label, 10, bold=True)) - 3
    sheet.right(_AMOUNT, sheet.y + 7.9, figures, 15, bold=True, colour=ACCENT, room=room)
    sheet.y += 17
    sheet.right(RIGHT, sheet.y - 1.4, item.exemption, _SMALL, colour=QUIET)
    sheet.y += _SMALL_STEP if item.exemption else 0


def draw_signature(sheet: Sheet, item: Printable) -> None:
    """Room to sign, where the document is one that is signed."""
    text = WORDS[item.document.kind].signature
    if not text:
        return
    sheet.need(32)
    sheet.left(_TOTALS + 4, sheet.y + 4, text, _SIZE, colour=QUIET)
    for y in (sheet.y, sheet.y + 28):
        sheet.add(Rule(_TOTALS, y, RIGHT - _TOTALS, 0.2, LINE))
    sheet.y += 30


def draw_legal_text(sheet: Sheet, texts: list[str]) -> None:
    """The small text that stands at the foot of the last page."""
    lines = [line for text in texts if text for line in wrapped(text, RIGHT - LEFT, _SMALL)]
    if not lines:
        return
    sheet.y = max(sheet.y + 5, BOTTOM - len(lines) * _SMALL_STEP)
    for line in lines:
        sheet.need(_SMALL_STEP)
        sheet.left(LEFT, sheet.y + 2.8, line, _SMALL, colour=QUIET)
        sheet.y += _SMALL_STEP
