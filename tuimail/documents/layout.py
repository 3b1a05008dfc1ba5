"""The page of a document: letterhead, address in the envelope's window, lines, totals, payment, legal text.

Written in French, for families read it, whatever the operator's language.
"""

from __future__ import annotations

from tuimail.documents.printable import KINDS, Group, Printable, groups, rates
from tuimail.documents.sheet import (
    ACCENT,
    BOTTOM,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    QUIET,
    RIGHT,
    TINT,
    TOP,
    Box,
    Page,
    Rule,
    Sheet,
)
from tuimail.documents.typeface import MM_PER_PT, fitted, width_of, wrapped
from tuimail.domain.models import DocumentKind, DocumentLine
from tuimail.domain.money import format_cents, format_rate, format_scaled
from tuimail.domain.periods import format_day

WINDOW = (110.0, 55.0, 190.0, 79.0)
"""Left, top, right and bottom of what shows in a DL window envelope, in mm."""

_ASCENT = 1.069
"""Of Noto Sans, in ems: an accented capital reaches that high above its baseline."""

_FIRST_BASELINE = TOP + 7
_LEFT_WIDTH = 84.0
_LABEL_WIDTH = 82.0
_QUANTITY = 121.0
_PRICE = 144.0
_RATE = 159.0
_TOTALS = 112.0
_SIZE = 9.0
_STEP = 4.4
_SMALL = 7.5
_SMALL_STEP = 3.6


def lay_out(item: Printable) -> tuple[Page, ...]:
    """The pages of an item whose texts were `cleaned`; raises DocumentError for totals that disagree with the lines."""
    return _Layout(item).pages()


class _Layout:
    """One document on its way down the pages; each step begins where the one before ended."""

    def __init__(self, item: Printable) -> None:
        self._item = item
        self._structure, self._resident, self._document = item.structure, item.resident, item.document
        self._kind = KINDS[item.document.kind]
        self._in_table = False
        self._sheet = Sheet(self._continue)

    def pages(self) -> tuple[Page, ...]:
        """Everything, top to bottom; the feet last, when the number of pages is known."""
        self._title()
        self._address()
        self._sheet.y = max(self._facts(self._letterhead()), WINDOW[3]) + 9
        self._lines()
        self._totals()
        self._payment()
        self._legal_text()
        return tuple((*marks, *self._foot(page)) for page, marks in enumerate(self._sheet.pages, 1))

    def _title(self) -> None:
        size, lines = fitted(
            [f"{self._kind} n°\u00a0{self._document.number}"], 80, 16, (18, 16, 14, 12, 10, 8, 6), 1.25, bold=True
        )
        y = self._big(WINDOW[0] + 2, size, lines)
        self._sheet.left(WINDOW[0] + 2, y + 6, f"Période : {self._document.period.label('fr')}", 10, colour=QUIET)

    def _big(self, x: float, size: float, lines: list[str]) -> float:
        y = _FIRST_BASELINE - size * 1.25 * MM_PER_PT
        for line in lines:
            y += size * 1.25 * MM_PER_PT
            self._sheet.left(x, y, line, size, bold=True, colour=ACCENT)
        return y

    def _addressee(self) -> str:
        return f"{self._resident.title} {self._resident.name}".strip()

    def _address(self) -> None:
        room = f"Chambre {self._resident.room}" if self._resident.room else ""
        texts = [self._addressee(), room, self._structure.name, *self._structure.address.block()]
        left, top, right, bottom = WINDOW
        sizes = (10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6)
        size, lines = fitted([t for t in texts if t], right - left - 4, bottom - top - 0.8, sizes, 1.22)
        y = top + 0.1 + _ASCENT * size * MM_PER_PT
        for line in lines:
            self._sheet.left(left + 2, y, line, size)
            y += 1.22 * size * MM_PER_PT

    def _letterhead(self) -> float:
        structure = self._structure
        size, lines = fitted([structure.name], _LEFT_WIDTH, 14, (15, 14, 13, 12, 11, 10, 9), 1.25, bold=True)
        y = self._big(LEFT, size, lines) + 1
        details = [
            structure.legal_name if structure.legal_name != structure.name else "",
            *structure.address.block(),
            *_on_one_line(f"Tél. {structure.phone}" if structure.phone else "", structure.email),
            *_on_one_line(_siret(structure.siret), f"FINESS {structure.finess}" if structure.finess else ""),
        ]
        for detail in filter(None, details):
            for line in wrapped(detail, _LEFT_WIDTH, 8.5):
                y += 3.9
                self._sheet.left(LEFT, y, line, 8.5, colour=QUIET)
        return y

    def _facts(self, above: float) -> float:
        document, resident = self._document, self._resident
        facts = [
            ("Date", format_day(document.issued_on)),
            ("Échéance", format_day(document.due_on) if document.due_on else ""),
            ("Résident", self._addressee()),
            ("Chambre", resident.room),
            ("Dossier", resident.code),
        ]
        y = max(above + 4, WINDOW[1] - 1)
        for label, value in facts:
            for position, line in enumerate(wrapped(value, _LEFT_WIDTH - 22, _SIZE) if value else ()):
                y += _STEP
                self._sheet.left(LEFT, y, "" if position else label, 8.5, colour=QUIET)
                self._sheet.left(LEFT + 22, y, line, _SIZE)
        return y

    def _continue(self) -> None:
        sheet = self._sheet
        reminder = f"{self._kind} n°\u00a0{self._document.number} · {self._addressee()} (suite)"
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
        for x, text in (
            (_QUANTITY, "Quantité"),
            (_PRICE, "Prix unitaire"),
            (_RATE, "TVA"),
            (RIGHT - 2, "Montant HT"),
        ):
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
            self._line(line, followed_by=8 if subtotal and line is group.lines[-1] else 0)
        if subtotal:
            label = f"Sous-total {group.heading}".strip()
            if width_of(label, _SIZE, bold=True) > _RATE - LEFT - 2:
                label = "Sous-total"
            sheet.right(_RATE, sheet.y + 4, label, _SIZE, bold=True)
            sheet.right(RIGHT - 2, sheet.y + 4, _euros(group.net), _SIZE, bold=True, room=27)
            sheet.y += 8

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
                sheet.right(RIGHT - 2, y, _euros(line.amount), _SIZE, room=27)
            sheet.y += _STEP
        sheet.add(Rule(LEFT, sheet.y + 0.7, RIGHT - LEFT, 0.1, LINE))
        sheet.y += 1.2

    def _totals(self) -> None:
        sheet, document = self._sheet, self._document
        taxes = rates(document)
        rows = [("Total HT", "", document.net)]
        rows += [(f"TVA {format_rate(tax.vat_bp, lang='fr')}", f"sur {_euros(tax.net)}", tax.vat) for tax in taxes]
        if not taxes:
            rows.append(("TVA", "", document.vat))
        rows.append(("Total TTC", "", document.gross))
        sheet.need(min(len(rows) * 5.4 + 22, BOTTOM - TOP - 30))
        sheet.y += 3
        for position, (label, base, amount) in enumerate(rows):
            sheet.need(5.4 + 16 if position == len(rows) - 1 else 5.4)
            bold = label.startswith("Total")
            y = sheet.y + 3.8
            sheet.left(_TOTALS + 4, y, label, 9.5 if bold else _SIZE, bold)
            sheet.right(_RATE, y, base, _SIZE, colour=QUIET, room=27)
            sheet.right(RIGHT - 2, y, _euros(amount), 9.5 if bold else _SIZE, bold, room=27)
            sheet.y += 5.4
        self._amount_due()

    def _amount_due(self) -> None:
        sheet, gross = self._sheet, self._document.gross
        label = {
            DocumentKind.INVOICE: "Net à payer" if gross >= 0 else "Solde en votre faveur",
            DocumentKind.CREDIT_NOTE: "Montant de l’avoir",
        }.get(self._document.kind, "Total TTC")
        in_favour = self._document.kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
        sheet.y += 1.6
        sheet.add(Box(_TOTALS, sheet.y, RIGHT - _TOTALS, 12, TINT))
        sheet.add(Box(_TOTALS, sheet.y, 1, 12, ACCENT))
        sheet.left(_TOTALS + 4, sheet.y + 7.6, label, 10, bold=True, colour=ACCENT)
        amount = format_cents(abs(gross) if in_favour else gross, currency=True, lang="fr")
        sheet.right(RIGHT - 2, sheet.y + 7.9, amount, 15, bold=True, colour=ACCENT, room=36)
        sheet.y += 17

    def _payment(self) -> None:
        document, structure = self._document, self._structure
        asked = document.kind in (DocumentKind.INVOICE, DocumentKind.DISBURSEMENTS) and document.gross > 0
        if not asked:
            return
        texts = []
        if document.due_on:
            texts.append(f"À régler au plus tard le {format_day(document.due_on)}.")
        if structure.payment_terms:
            texts.append(structure.payment_terms)
        account = []
        if structure.iban:
            account.append(f"IBAN {_in_fours(structure.iban)}")
        if structure.bic:
            account.append(f"BIC {structure.bic}")
        if account:
            texts += ["   ".join(account), f"Référence à rappeler : {document.number}"]
        if not texts:
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

    def _foot(self, page: int) -> Page:
        structure = self._structure
        foot = Sheet(lambda: None)
        foot.add(Rule(LEFT, PAGE_HEIGHT - 17, RIGHT - LEFT, 0.2, LINE))
        who = " · ".join(filter(None, (structure.legal_name or structure.name, _siret(structure.siret))))
        size, lines = fitted([who], 130, 8, (_SMALL, 6.5, 6), 1.3)
        for position, line in enumerate(lines):
            foot.left(LEFT, PAGE_HEIGHT - 13 + position * size * 1.3 * MM_PER_PT, line, size, colour=QUIET)
        count = len(self._sheet.pages)
        if count > 1:
            foot.right(RIGHT, PAGE_HEIGHT - 13, f"Page {page} sur {count}", _SMALL, colour=QUIET)
        return tuple(foot.pages[0])


def _euros(cents: int) -> str:
    return format_cents(cents, lang="fr")


def _siret(text: str) -> str:
    digits = text.replace(" ", "").replace("\u00a0", "")
    if len(digits) == 14 and digits.isdigit():
        text = f"{digits[:3]}\u00a0{digits[3:6]}\u00a0{digits[6:9]}\u00a0{digits[9:]}"
    return f"SIRET {text}" if text else ""


def _on_one_line(*texts: str) -> list[str]:
    present = [text for text in texts if text]
    together = " · ".join(present)
    return [together] if width_of(together, 8.5) <= _LEFT_WIDTH else present


def _in_fours(text: str) -> str:
    bare = "".join(text.split()).upper()
    return "\u00a0".join(bare[start : start + 4] for start in range(0, len(bare), 4))
