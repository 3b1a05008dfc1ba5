"""What stands around the lines of a document: who writes, to whom, about what; and the foot of each page."""

from __future__ import annotations

from tuimail.documents.printable import KINDS, Printable
from tuimail.documents.sheet import ACCENT, LEFT, LINE, PAGE_HEIGHT, QUIET, RIGHT, TOP, Page, Rule, Sheet
from tuimail.documents.typeface import MM_PER_PT, fitted, width_of, wrapped
from tuimail.domain.periods import format_day

WINDOW = (110.0, 55.0, 190.0, 79.0)
"""Left, top, right and bottom of what shows in a DL window envelope, in mm."""

_ASCENT = 1.069
"""Of Noto Sans, in ems: an accented capital reaches that high above its baseline."""

_FIRST_BASELINE = TOP + 7
_WIDTH = 84.0
"""Of what stands on the left of the window."""

_VALUES = LEFT + 22
_SIZE = 9.0
_QUIET_SIZE = 8.5
_FOOT_SIZE = 7.5


def addressee(item: Printable) -> str:
    """`M. BERNARD Paul`."""
    return f"{item.resident.title} {item.resident.name}".strip()


def name_of(item: Printable) -> str:
    """`Facture n° 020`."""
    return f"{KINDS[item.document.kind]} n°\u00a0{item.document.number}"


def draw_top(sheet: Sheet, item: Printable) -> None:
    """Letterhead, title, address in the window and the facts, on the first page; `sheet.y` ends below them."""
    _title(sheet, item)
    _address(sheet, item)
    sheet.y = max(_facts(sheet, item, _letterhead(sheet, item)), WINDOW[3])


def foot(item: Printable, page: int, count: int) -> Page:
    """The foot of page `page` (from 1) of `count`."""
    sheet = Sheet(lambda: None)
    sheet.add(Rule(LEFT, PAGE_HEIGHT - 17, RIGHT - LEFT, 0.2, LINE))
    structure = item.structure
    who = " · ".join(filter(None, (structure.legal_name or structure.name, _siret(structure.siret))))
    size, lines = fitted([who], 130, 8, (_FOOT_SIZE, 6.5, 6), 1.3)
    for position, line in enumerate(lines):
        sheet.left(LEFT, PAGE_HEIGHT - 13 + position * size * 1.3 * MM_PER_PT, line, size, colour=QUIET)
    if count > 1:
        sheet.right(RIGHT, PAGE_HEIGHT - 13, f"Page {page} sur {count}", _FOOT_SIZE, colour=QUIET)
    return tuple(sheet.pages[0])


def _title(sheet: Sheet, item: Printable) -> None:
    size, lines = fitted([name_of(item)], 78, 16, (18, 16, 14, 12, 10, 8, 6), 1.25, bold=True)
    y = _big(sheet, WINDOW[0] + 2, size, lines)
    sheet.left(WINDOW[0] + 2, y + 6, f"Période : {item.document.period.label('fr')}", 10, colour=QUIET)


def _big(sheet: Sheet, x: float, size: float, lines: list[str]) -> float:
    y = _FIRST_BASELINE
    for position, line in enumerate(lines):
        y = _FIRST_BASELINE + position * size * 1.25 * MM_PER_PT
        sheet.left(x, y, line, size, bold=True, colour=ACCENT)
    return y


def _address(sheet: Sheet, item: Printable) -> None:
    room = f"Chambre {item.resident.room}" if item.resident.room else ""
    texts = [addressee(item), room, item.structure.name, *item.structure.address.block()]
    left, top, right, bottom = WINDOW
    sizes = (10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6)
    size, lines = fitted([text for text in texts if text], right - left - 4, bottom - top - 0.8, sizes, 1.22)
    y = top + 0.1 + _ASCENT * size * MM_PER_PT
    for line in lines:
        sheet.left(left + 2, y, line, size)
        y += 1.22 * size * MM_PER_PT


def _letterhead(sheet: Sheet, item: Printable) -> float:
    structure = item.structure
    size, lines = fitted([structure.name], _WIDTH, 14, (15, 14, 13, 12, 11, 10, 9), 1.25, bold=True)
    y = _big(sheet, LEFT, size, lines) + 1
    details = [
        structure.legal_name if structure.legal_name != structure.name else "",
        *structure.address.block(),
        *_on_one_line(f"Tél. {structure.phone}" if structure.phone else "", structure.email),
        *_on_one_line(_siret(structure.siret), f"FINESS {structure.finess}" if structure.finess else ""),
    ]
    for detail in filter(None, details):
        for line in wrapped(detail, _WIDTH, _QUIET_SIZE):
            y += 3.9
            sheet.left(LEFT, y, line, _QUIET_SIZE, colour=QUIET)
    return y


def _facts(sheet: Sheet, item: Printable, above: float) -> float:
    document = item.document
    facts = [
        ("Date", format_day(document.issued_on)),
        ("Échéance", format_day(document.due_on) if document.due_on and item.owed else ""),
        ("Résident", addressee(item)),
        ("Chambre", item.resident.room),
        ("Dossier", item.resident.code),
    ]
    y = max(above + 4, WINDOW[1] - 1)
    for label, value in facts:
        for position, line in enumerate(wrapped(value, LEFT + _WIDTH - _VALUES, _SIZE) if value else ()):
            y += 4.4
            sheet.left(LEFT, y, "" if position else label, _QUIET_SIZE, colour=QUIET)
            sheet.left(_VALUES, y, line, _SIZE)
    return y


def _siret(text: str) -> str:
    digits = text.replace(" ", "").replace("\u00a0", "")
    if len(digits) == 14 and digits.isdigit():
        text = f"{digits[:3]}\u00a0{digits[3:6]}\u00a0{digits[6:9]}\u00a0{digits[9:]}"
    return f"SIRET {text}" if text else ""


def _on_one_line(*texts: str) -> list[str]:
    present = [text for text in texts if text]
    together = " · ".join(present)
    return [together] if width_of(together, _QUIET_SIZE) <= _WIDTH else present
