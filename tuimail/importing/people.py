"""Rows of residents to records: what each row says, and what it says nothing about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tuimail.domain.i18n import _
from tuimail.importing import cells
from tuimail.importing.cells import folded
from tuimail.importing.fields import NUMBERED, Field
from tuimail.importing.mapping import Table
from tuimail.importing.refusals import Problem, Refusal, RowReader, problem_at
from tuimail.importing.source import Row

_PLAIN = (
    (Field.TITLE, "title", cells.text, ""),
    (Field.BIRTH_DATE, "birth_date", cells.birth_day, None),
    (Field.ROOM, "room", cells.text, ""),
    (Field.UNIT, "unit", cells.text, ""),
    (Field.ENTRY_DATE, "entry_date", cells.day, None),
    (Field.DEPARTURE_DATE, "departure_date", cells.day, None),
)
_GUARDIAN = (
    (Field.GUARDIAN_KIND, "kind", cells.text, ""),
    (Field.GUARDIAN_NAME, "delegate", cells.text, ""),
    (Field.GUARDIAN_EMAIL, "email", cells.address, ""),
    (Field.GUARDIAN_RECEIVES, "receives", cells.flag, False),
)
_RELATIVE = (
    (Field.RELATIVE_NAME, "name", cells.text, ""),
    (Field.RELATIVE_LINK, "link", cells.text, ""),
    (Field.RELATIVE_EMAIL, "email", cells.address, ""),
    (Field.RELATIVE_RECEIVES, "receives", cells.flag, False),
)
_TITLES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "mrs", "ms", "miss", "m et mme"}
_PARTICLES = {"de", "du", "des", "d", "la", "le", "les", "van", "von", "der", "den", "el", "al", "ben", "da", "dos"}


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What one row says of a resident. A mapping has the keys of the columns that are there, and no others."""

    row: Row
    structure: str | None
    """None: the file has no such column."""
    code: str
    last_name: str
    first_name: str
    split: bool
    """Last and first name stood in one cell and were taken apart here."""
    plain: Mapping[str, Any]
    """Fields of `Resident` as they are kept."""
    emails: tuple[str, ...] | None
    guardian: Mapping[str, Any] | None
    """Fields of `Guardian`; empty if there is no guardian; None: no such columns."""
    relatives: tuple[Mapping[str, Any], ...] | None
    """Fields of `Relative`, each relative that is there; None: no such columns."""
    email_slots: int
    relative_slots: int
    """How many the file has room for."""

    @property
    def name(self) -> str:
        """`BERNARD Paul`."""
        return f"{self.last_name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class People:
    """What a file of residents says."""

    records: tuple[PersonRecord, ...]
    refused: tuple[Refusal, ...]
    totals: int
    """Rows that only add up others."""
    repeated: int
    """Rows that say again, word for word, what another row says."""


def read_people(table: Table) -> People:
    """The residents of a table, each in one row; rows that cannot be one are refused, totals and repeats left out."""
    records: list[PersonRecord] = []
    refused: list[Refusal] = []
    seen: set[tuple[Any, ...]] = set()
    totals = repeated = 0
    reader = RowReader(table)
    relatives = sorted({n for field, n in table.columns if field in NUMBERED and field is not Field.EMAIL})
    for row in table.rows:
        if is_total(row):
            totals += 1
        elif row.cells in seen:
            repeated += 1
        else:
            seen.add(row.cells)
            reader.load(row)
            record = _record(reader, relatives)
            if refusal := reader.refusal():
                refused.append(refusal)
            else:
                records.append(record)
    return _without_clashes(table, records, refused, totals, repeated)


def is_total(row: Row) -> bool:
    """Whether a row only counts or adds up others: it begins with “Total” and has few cells."""
    filled = [cell for cell in row.cells if not isinstance(cell, str) or cell.strip()]
    if len(filled) > max(3, len(row.cells) // 3) or not isinstance(filled[0], str):
        return False
    return says_total(filled[0]) or folded(filled[0]).startswith("nombre de ")


@lru_cache(maxsize=1 << 14)
def says_total(text: str) -> bool:
    """Whether a cell announces a sum."""
    if text[:1] not in "TtGgSsCc":
        return False
    return bool(re.match(r"(grand |sous[- ]?|sub[- ]?)?tota(l|ux)\b|somme\b|cumul\b", folded(text)))


def _record(reader: RowReader, relatives: list[int]) -> PersonRecord:
    structure = reader.field(Field.STRUCTURE, cells.text, "") if reader.has((Field.STRUCTURE, 0)) else None
    if structure == "":
        reader.require((Field.STRUCTURE, 0), _("the structure is missing"))
    plain = {name: reader.field(f, parse, empty) for f, name, parse, empty in _PLAIN if reader.has((f, 0))}
    last_name = reader.field(Field.LAST_NAME, cells.text, "")
    first_name = reader.field(Field.FIRST_NAME, cells.text, "")
    split = not reader.has((Field.LAST_NAME, 0))
    if split:
        title, last_name, first_name = split_name(reader.field(Field.NAME, cells.text, ""))
        if title:
            plain.setdefault("title", title)
    if not last_name:
        reader.require((Field.NAME if split else Field.LAST_NAME, 0), _("the name is missing"))
    slots = [n for n in range(1, NUMBERED[Field.EMAIL] + 1) if reader.has((Field.EMAIL, n))]
    return PersonRecord(
        row=reader.row,
        structure=structure,
        code=reader.field(Field.CODE, cells.number, ""),
        last_name=last_name,
        first_name=first_name,
        split=split,
        plain=plain,
        emails=_emails(reader, slots) if slots else None,
        guardian=_guardian(reader),
        relatives=_relatives(reader, relatives) if relatives else None,
        email_slots=len(slots),
        relative_slots=len(relatives),
    )


def _emails(reader: RowReader, slots: list[int]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for n in slots:
        for address in reader.get((Field.EMAIL, n), cells.addresses, ()):
            found.setdefault(address.casefold(), address)
    if len(found) > NUMBERED[Field.EMAIL]:
        reader.refuse(
            _("a resident has at most two addresses; the others belong to relatives"), (Field.EMAIL, slots[0])
        )
    return tuple(found.values())


def _guardian(reader: RowReader) -> Mapping[str, Any] | None:
    if not any(reader.has((field, 0)) for field, *_rest in _GUARDIAN):
        return None
    found = {name: reader.field(f, parse, empty) for f, name, parse, empty in _GUARDIAN if reader.has((f, 0))}
    return found if any(found.get(name) for name in ("kind", "delegate", "email")) else {}


def _relatives(reader: RowReader, numbers: list[int]) -> tuple[Mapping[str, Any], ...]:
    relatives: list[Mapping[str, Any]] = []
    for n in numbers:
        found = {name: reader.get((f, n), parse, empty) for f, name, parse, empty in _RELATIVE if reader.has((f, n))}
        if found.get("name") or found.get("email"):
            relatives.append(found | {"name": found.get("name") or found.get("email", "")})
    return tuple(relatives)


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> tuple[str, ...]:
    """A name for comparing: its words whatever their order, without accents, case, hyphens or title."""
    found = sorted(re.findall(r"\w+", folded(name)))
    return tuple(word for word in found if word not in _TITLES) or tuple(found)


def split_name(name: str) -> tuple[str, str, str]:
    """Title, last name and first name of `Mme DE LA TOUR Jeanne` or `Jeanne DE LA TOUR`: capitals are the last name.

    Where capitals tell nothing, the last name comes first, with its particles.
    """
    words = name.split()
    title = words.pop(0) if len(words) > 1 and folded(words[0]).strip(".") in _TITLES else ""
    capitals = [n for n, word in enumerate(words) if len(word.strip(".")) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        first, last = capitals[0], capitals[-1] + 1
        if first == 0:
            return title, " ".join(words[:last]), " ".join(words[last:])
        return title, " ".join(words[first:]), " ".join(words[:first])
    last = next((n for n, word in enumerate(words, 1) if folded(word).strip("'’") not in _PARTICLES), len(words))
    return title, " ".join(words[:last]), " ".join(words[last:])


def _without_clashes(
    table: Table, records: list[PersonRecord], refused: list[Refusal], totals: int, repeated: int
) -> People:
    """Refuse every row of a resident that several rows tell differently; none of them is more right."""
    groups: dict[tuple[Any, ...], list[PersonRecord]] = {}
    for record in records:
        who = (record.code,) if record.code else (name_key(record.name), record.plain.get("birth_date"))
        groups.setdefault((folded(record.structure or ""), *who), []).append(record)
    clashing: dict[int, Problem] = {}
    for group in groups.values():
        if len(group) > 1:
            lines = ", ".join(str(record.row.line) for record in group)
            names = " / ".join(dict.fromkeys(record.name for record in group))
            if group[0].code:
                reason = _("the code {code} stands on lines {lines}, with different contents ({names})")
            else:
                reason = _("{names} stands on lines {lines}, and no code tells whether it is one person")
            reason = reason.format(code=group[0].code, lines=lines, names=names)
            clashing |= {r.row.line: problem_at(table, r.row, reason, (Field.CODE, 0)) for r in group}
    refused += [Refusal(r.row, (clashing[r.row.line],)) for r in records if r.row.line in clashing]
    kept = tuple(record for record in records if record.row.line not in clashing)
    return People(kept, tuple(sorted(refused, key=lambda refusal: refusal.line)), totals, repeated)
