"""The pages of a document, top to bottom: letterhead, lines, totals, payment, legal text.

Written in French, for families read it, whatever the operator's language.
"""

from __future__ import annotations

from tuimail.documents.letterhead import addressee, draw_top, foot, name_of
from tuimail.documents.printable import Group, Printable, groups, rates
from tuimail.documents.sheet import ACCENT, BOTTOM, LEFT, LINE, QUIET, RIGHT, TINT, TOP, Box, Page, Rule, Sheet
from tuimail.documents.typeface import width_of, wrapped
from tuimail.domain.billing import DocumentKind, DocumentLine
from tuimail.domain.money import format_cents, format_rate, format_scaled
from tuimail.domain.periods import format_day

_LABEL_WIDTH = 82.0
_QUANTITY = 121.0
_PRICE = 144.0
_RATE = 159.0
_AMOUNT = RIGHT - 2
"""Where each column of figures ends on the right."""

_AMOUNT_WIDTH = 27.0
_TOTALS = 112.0
_SIZE = 9.0
_STEP = 4.4
_SMALL = 7.5
_SMALL_STEP = 3.6
_SUBTOTAL = 8.0
"""Height of a sub-total, which never stands alone on a page."""


def lay_out(item: Printable) -> tuple[Page, ...]:
    """The pages of an item whose texts were `cleaned`; raises DocumentError for totals that disagree with the lines."""
    return _Layout(item).pages()


class _Layout:
    """One document on its way down the pages; each step begins where the one before ended."""

    def __init__(self, item: Printable) -> None:
        self._item = item
        self._structure, self._document = item.structure, item.document
        self._in_table = False
        self._sheet = Sheet(self._continue)

    def pages(self) -> tuple[Page, ...]:
        """Everything, top to bottom; the feet last, when the number of pages is known."""
        draw_top(self._sheet, self._item)
        self._sheet.y += 9
        self._lines()
        self._totals()
        self._payment()
        self._legal_text()
        drawn = self._sheet.pages
        return tuple((*marks, *foot(self._item, page, len(drawn))) for page, marks in enumerate(drawn, 1))

    def _continue(self) -> None:
        sheet = self._sheet
        reminder = f"{name_of(self._item)} · {addressee(self._item)} (suite)"
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
        for x, text in ((_QUANTITY, "Quantité"), (_PRICE, "Prix unitaire"), (_RATE, "TVA"), (_AMOUNT, "Montant HT")):
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
        for position, text in enumerate(wrapped(line.label, _LABEL_WIDTH, _SIZE)):
            sheet.need(_STEP + 1.2 + followed_by)
            y = sheet.y + 3.6
            sheet.left(LEFT + 2, y, text, _SIZE)
            if position == 0:
                sheet.right(_QUANTITY, y, format_scaled(line.quantity, lang="fr"), _SIZE, room=16)
                sheet.right(_PRICE, y, format_scaled(line.unit_price, 2, lang="fr"), _SIZE, room=22)
                sheet.right(_RATE, y, format_rate(line.vat_bp, lang="fr"), _SIZE, room=14)
                sheet.right(_AMOUNT, y, _figures(line.amount), _SIZE, room=_AMOUNT_WIDTH)
            sheet.y += _STEP
        sheet.add(Rule(LEFT, sheet.y + 0.7, RIGHT - LEFT, 0.1, LINE))
        sheet.y += 1.2

    def _totals(self) -> None:
        sheet, document = self._sheet, self._document
        taxes = [
            (f"TVA {format_rate(tax.vat_bp, lang='fr')}", f"sur {_figures(tax.net)}", tax.vat)
            for tax in rates(document)
        ]
        rows = [("Total HT", "", document.net), *(taxes or [("TVA", "", document.vat)])]
        rows.append(("Total TTC", "", document.gross))
        sheet.need(min(len(rows) * 5.4 + 22, BOTTOM - TOP - 30))
        sheet.y += 3
        for label, base, amount in rows:
            total = label.startswith("Total")
            # The total never parts from the amount due below it.
            sheet.need(5.4 + 16 if label == "Total TTC" else 5.4)
            size, y = 9.5 if total else _SIZE, sheet.y + 3.8
            sheet.left(_TOTALS + 4, y, label, size, total)
            sheet.right(_RATE, y, base, _SIZE, colour=QUIET, room=25)
            sheet.right(_AMOUNT, y, _figures(amount), size, total, room=_AMOUNT_WIDTH)
            sheet.y += 5.4
        self._amount_due()

    def _amount_due(self) -> None:
        sheet, gross = self._sheet, self._document.gross
        label, shown = {
            DocumentKind.INVOICE: ("Net à payer" if gross >= 0 else "Solde en votre faveur", abs(gross)),
            DocumentKind.CREDIT_NOTE: ("Montant de l’avoir", abs(gross)),
        }.get(self._document.kind, ("Total TTC", gross))
        sheet.y += 1.6
        sheet.add(Box(_TOTALS, sheet.y, RIGHT - _TOTALS, 12, TINT))
        sheet.add(Box(_TOTALS, sheet.y, 1, 12, ACCENT))
        sheet.left(_TOTALS + 4, sheet.y + 7.6, label, 10, bold=True, colour=ACCENT)
        amount = format_cents(shown, currency=True, lang="fr")
        room = _AMOUNT - (_TOTALS + 4 + width_of(label, 10, bold=True)) - 3
        sheet.right(_AMOUNT, sheet.y + 7.9, amount, 15, bold=True, colour=ACCENT, room=room)
        sheet.y += 17

    def _payment(self) -> None:
        document, structure = self._document, self._structure
        account = [f"IBAN {_in_fours(structure.iban)}"] if structure.iban else []
        account += [f"BIC {structure.bic}"] if structure.bic else []
        texts = [f"À régler au plus tard le {format_day(document.due_on)}."] if document.due_on else []
        texts += [structure.payment_terms] if structure.payment_terms else []
        texts += ["   ".join(account), f"Référence à rappeler : {document.number}"] if account else []
        if not self._item.owed or not texts:
            return
        sheet = self._sheet
        sheet.need(20)
        sheet.left(LEFT, sheet.y + 4, "Règlement", 9.5, bold=True, colour=ACCENT)
        sheet.y += 6
        for text in texts:
            for line in wrapped(text, RIGHT - LEFT, _SIZE):
                sheet.need(_STEP)
                sheet.left(LEFT, sheet.y + 3.6, line, _SIZE)
                sheet.y += _STEP

    def _legal_text(self) -> None:
        if not self._structure.legal_text:
            return
        sheet = self._sheet
        lines = wrapped(self._structure.legal_text, RIGHT - LEFT, _SMALL)
        sheet.y = max(sheet.y + 5, BOTTOM - len(lines) * _SMALL_STEP)
        for line in lines:
            sheet.need(_SMALL_STEP)
            sheet.left(LEFT, sheet.y + 2.8, line, _SMALL, colour=QUIET)
            sheet.y += _SMALL_STEP


def _figures(cents: int) -> str:
    return format_cents(cents, lang="fr")


def _in_fours(text: str) -> str:
    bare = "".join(text.split()).upper()
    return "\u00a0".join(bare[start : start + 4] for start in range(0, len(bare), 4))
