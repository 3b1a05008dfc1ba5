"""What stands around the lines of a document: who writes, to whom, about what; and the foot of each page."""

from __future__ import annotations

from tuimail.documents.addressee import addressee, resident_name
from tuimail.documents.logo import prepared
from tuimail.documents.printable import Printable
from tuimail.documents.sheet import ACCENT, LEFT, LINE, PAGE_HEIGHT, QUIET, RIGHT, TOP, Page, Picture, Rule, Sheet
from tuimail.documents.typeface import MM_PER_PT, fitted, width_of, wrapped
from tuimail.documents.wording import name_of, relation, until
from tuimail.domain.periods import format_day

WINDOW = (110.0, 55.0, 190.0, 79.0)
"""Left, top, right and bottom of what shows in a DL window envelope, in mm."""

_ASCENT = 1.069
"""Of Noto Sans, in ems: an accented capital reaches that high above its baseline."""

_FIRST_BASELINE = TOP + 7
_WIDTH = 84.0
"""Of what stands on the left of the window."""

_LOGO = (46.0, 18.0)
"""Room for a logo, width and height."""

_FACT_GAP = 4.0
_SIZE = 9.0
_QUIET_SIZE = 8.5
_LABEL_SIZE = 7.5
_FOOT_SIZE = 7.5


def draw_top(sheet: Sheet, item: Printable) -> None:
    """Letterhead, title, address in the window and the facts, on the first page; `sheet.y` ends below them."""
    _title(sheet, item)
    _address(sheet, item)
    sheet.y = _facts(sheet, item, max(_letterhead(sheet, item), WINDOW[3]) + 6)


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
    x, width = WINDOW[0] + 2, WINDOW[2] - WINDOW[0] - 2
    size, lines = fitted([name_of(item)], width, 14, (18, 16, 14, 12, 10, 8, 6), 1.25, bold=True)
    y = _big(sheet, x, _FIRST_BASELINE, size, lines) + 6
    sheet.left(x, y, f"Période : {item.document.period.label('fr')}", 10, colour=QUIET)
    if text := relation(item):
        size, lines = fitted([text], width, 7, (9.5, 9, 8, 7, 6), 1.25, bold=True)
        for position, line in enumerate(lines):
            sheet.left(x, y + 5 + position * size * 1.25 * MM_PER_PT, line, size, bold=True)


def _big(sheet: Sheet, x: float, first: float, size: float, lines: list[str]) -> float:
    y = first
    for position, line in enumerate(lines):
        y = first + position * size * 1.25 * MM_PER_PT
        sheet.left(x, y, line, size, bold=True, colour=ACCENT)
    return y


def _address(sheet: Sheet, item: Printable) -> None:
    _role, texts = addressee(item)
    left, top, right, bottom = WINDOW
    sizes = (10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6)
    size, lines = fitted(texts, right - left - 4, bottom - top - 0.8, sizes, 1.22)
    spare = (bottom - top) - len(lines) * 1.22 * size * MM_PER_PT
    y = top + max(0.1, spare / 2 - 0.5) + _ASCENT * size * MM_PER_PT
    for line in lines:
        sheet.left(left + 2, y, line, size)
        y += 1.22 * size * MM_PER_PT


def _letterhead(sheet: Sheet, item: Printable) -> float:
    structure = item.structure
    first = _FIRST_BASELINE
    if item.logo:
        first = TOP - 3 + _logo(sheet, item.logo) + 8
    size, lines = fitted([structure.name], _WIDTH, 14, (15, 14, 13, 12, 11, 10, 9), 1.25, bold=True)
    y = _big(sheet, LEFT, first, size, lines) + 1
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


def _logo(sheet: Sheet, content: bytes) -> float:
    """Its height."""
    logo = prepared(content)
    scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
    width, height = logo.width * scale, logo.height * scale
    sheet.add(Picture(LEFT, TOP - 3, width, height, content))
    return height


def _facts(sheet: Sheet, item: Printable, top: float) -> float:
    """One row of small headings with their values below; where it ends."""
    second, day = until(item)
    facts = [
        ("Résident", resident_name(item), 62.0),
        ("Chambre", item.resident.room, 18.0),
        ("Dossier", item.resident.code, 24.0),
        ("Date", format_day(item.document.issued_on), 22.0),
        (second, day, 28.0),
    ]
    x, deepest = LEFT, top
    sheet.add(Rule(LEFT, top, RIGHT - LEFT, 0.2, LINE))
    for position, (label, value, width) in enumerate(facts):
        if not value:
            continue
        sheet.left(x, top + 4.4, label, _LABEL_SIZE, colour=QUIET)
        y = top + 4.6
        for line in wrapped(value, width, _SIZE, bold=position == 0):
            y += 4.2
            sheet.left(x, y, line, _SIZE, bold=position == 0)
        x += width + _FACT_GAP
        deepest = max(deepest, y)
    return deepest


def _siret(text: str) -> str:
    digits = text.replace(" ", "").replace("\u00a0", "")
    if len(digits) == 14 and digits.isdigit():
        text = f"{digits[:3]}\u00a0{digits[3:6]}\u00a0{digits[6:9]}\u00a0{digits[9:]}"
    return f"SIRET {text}" if text else ""


def _on_one_line(*texts: str) -> list[str]:
    present = [text for text in texts if text]
    together = " · ".join(present)
    return [together] if width_of(together, _QUIET_SIZE) <= _WIDTH else present
