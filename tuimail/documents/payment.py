"""How to pay, in a column: when, on what terms, to which account, and the code for banking applications."""

from __future__ import annotations

from dataclasses import dataclass

from tuimail.documents.payment_code import Modules, checked_iban, payment_code, payment_text
from tuimail.documents.printable import Printable
from tuimail.documents.sheet import ACCENT, INK, LEFT, QUIET, Code, Sheet
from tuimail.documents.typeface import wrapped
from tuimail.domain.periods import format_day

_SIZE = 9.0
_STEP = 4.4
_FACT = 8.0
"""Such that an IBAN stands on one line beside the code."""

_SMALL = 7.5
_SMALL_STEP = 3.2
_FACT_STEP = 4.1
_HEAD = 7.0
_CODE = 28.0
"""Side of the code: a module is 0.6 mm, which telephones read from paper and from screens."""

_BESIDE = _CODE + 4.5
"""Where the account stands beside the code: four modules of white and a little more."""

_NOTE = "À lire avec l’application de votre banque : le virement est prêt."


@dataclass(frozen=True, slots=True)
class Payment:
    """Lines ready to draw, and their height in mm together."""

    sentences: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    code: Modules
    note: tuple[str, ...]

    @property
    def height(self) -> float:
        """What `draw` takes on one page."""
        facts = sum(_SMALL_STEP + len(lines) * _FACT_STEP for _label, lines in self.facts)
        account = max(facts, _CODE) + 2 if self.code else facts
        return _HEAD + len(self.sentences) * _STEP + 2 + account + len(self.note) * _SMALL_STEP

    def draw(self, sheet: Sheet) -> None:
        """From `sheet.y` down, on further pages where the terms are very long."""
        sheet.need(_HEAD + _STEP)
        sheet.left(LEFT, sheet.y + 4, "Règlement", 9.5, bold=True, colour=ACCENT)
        sheet.y += _HEAD
        for line in self.sentences:
            sheet.need(_STEP)
            sheet.left(LEFT, sheet.y + 3, line, _SIZE)
            sheet.y += _STEP
        if not self.facts:
            return
        facts = sum(_SMALL_STEP + len(lines) * _FACT_STEP for _label, lines in self.facts)
        sheet.need(max(facts, _CODE) + 4 + len(self.note) * _SMALL_STEP)
        top = sheet.y + 2
        x = LEFT
        if self.code:
            sheet.add(Code(LEFT, top, _CODE, self.code, INK))
            x += _BESIDE
        y = top
        for label, lines in self.facts:
            sheet.left(x, y + 2.4, label, _SMALL, colour=QUIET)
            y += _SMALL_STEP
            for line in lines:
                sheet.left(x, y + 2.9, line, _FACT, bold=label == "IBAN")
                y += _FACT_STEP
        sheet.y = max(y, top + _CODE + 2) if self.code else y
        for line in self.note:
            sheet.left(LEFT, sheet.y + 2.4, line, _SMALL, colour=QUIET)
            sheet.y += _SMALL_STEP


def payment_of(item: Printable, width: float) -> Payment | None:
    """How to pay `item`, in a column of `width` mm; None where nothing is to be paid or nothing is known about it.

    Raises DocumentError for an account whose check digits are wrong.
    """
    if not item.owed:
        return None
    document, structure = item.document, item.structure
    iban = checked_iban(structure.iban, structure.name) if structure.iban else ""
    holder = structure.legal_name or structure.name
    said = [f"À régler au plus tard le {format_day(document.due_on)}."] if document.due_on else []
    said += [structure.payment_terms] if structure.payment_terms else []
    if not said and not iban:
        return None
    text = payment_text(holder, iban, structure.bic, item.due, f"{document.number} {structure.name}")
    beside = width - _BESIDE if text else width
    account = (
        ("Titulaire", holder),
        ("IBAN", "\u00a0".join(iban[start : start + 4] for start in range(0, len(iban), 4))),
        ("BIC", structure.bic),
        ("Référence à rappeler", document.number),
    )
    return Payment(
        sentences=tuple(line for text in said for line in wrapped(text, width, _SIZE)),
        facts=tuple(
            (label, tuple(wrapped(value, beside, _FACT, bold=label == "IBAN"))) for label, value in account if value
        )
        if iban
        else (),
        code=payment_code(text) if text else (),
        note=tuple(wrapped(_NOTE, width, _SMALL)) if text else (),
    )
