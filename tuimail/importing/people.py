"""Rows of residents to records: what each row says, and what it says nothing about."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tuimail.domain.i18n import _
from tuimail.importing import cells
from tuimail.importing.cells import folded
from tuimail.importing.fields import NUMBERED, Field
from tuimail.importing.mapping import Table
from tuimail.importing.person_fields import BILLING, GUARDIAN, PLAIN, REACHED, RELATIVE, getters, told
from tuimail.importing.refusals import Problem, Refusal, RowReader, problem_at
from tuimail.importing.source import Row

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
    """Fields of `Guardian`; empty if nothing is said of one; None: no such columns. See `with_address`."""
    relatives: tuple[Mapping[str, Any], ...] | None
    """Fields of `Relative`, each relative that is there; None: no such columns. See `with_address`."""
    email_slots: int
    relative_slots: int
    """How many the file has room for."""
    email_gaps: frozenset[int] = frozenset()
    relative_gaps: frozenset[int] = frozenset()
    """Which of them are empty in this row, from 0."""
    billing: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `Billing`."""

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
    person = _PersonReader(reader)
    for row in table.rows:
        reader.load(row)
        if (announced := _announcement(row)) and not (_may_be_a_place(announced) and person.named()):
            totals += 1
        elif row.cells in seen:
            repeated += 1
        else:
            seen.add(row.cells)
            record = person.record()
            if refusal := reader.refusal():
                refused.append(refusal)
            else:
                records.append(record)
    return _without_clashes(table, records, refused, totals, repeated)


def _announcement(row: Row) -> str:
    """How a row begins that only counts or adds up others, with “Total” and few cells; empty for another row."""
    filled = [cell for cell in row.cells if not isinstance(cell, str) or cell.strip()]
    if len(filled) > max(3, len(row.cells) // 3) or not isinstance(filled[0], str):
        return ""
    return filled[0] if _announces(filled[0]) else ""


def _announces(text: str) -> bool:
    text = text.strip()
    return says_total(text) or folded(text).startswith("nombre de ")


def _may_be_a_place(announced: str) -> bool:
    """Whether a home may be called so, as Somme-Py is; “Total général” and “Nombre de résidents” say nothing else."""
    bare = r"nombre de .*|(grand |sous[- ]?|sub[- ]?)?tota(l|ux)( general| generaux)?\W*"
    return not re.fullmatch(bare, folded(announced.strip()))


def _is_name(text: str) -> bool:
    """Whether it may be somebody's: `12 résidents` is nobody's."""
    return next(filter(str.isalnum, text), "").isalpha()


@lru_cache(maxsize=1 << 14)
def says_total(text: str) -> bool:
    """Whether a cell announces a sum."""
    if text[:1] not in "TtGgSsCc":
        return False
    return bool(re.match(r"(grand |sous[- ]?|sub[- ]?)?tota(l|ux)\b|somme\b|cumul\b", folded(text)))


class _PersonReader:
    """Reads the row that is loaded. What the table has of a person is looked up once, not on each row."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        columns = reader.table.columns
        self._numbers = sorted({n for field, n in columns if field in NUMBERED and field is not Field.EMAIL})
        self._slots = [n for n in range(1, NUMBERED[Field.EMAIL] + 1) if reader.has((Field.EMAIL, n))]
        self._plain, self._billing = getters(reader, PLAIN), getters(reader, BILLING)
        self._guardian = getters(reader, GUARDIAN)
        self._relatives = [(n, getters(reader, RELATIVE, n)) for n in self._numbers]
        self._emails = [reader.getter((Field.EMAIL, n), cells.addresses, ()) for n in self._slots]
        names = (Field.STRUCTURE, Field.LAST_NAME, Field.FIRST_NAME, Field.NAME)
        self._names = {field: reader.getter((field, 0), cells.text, "") for field in names}
        self._code = reader.getter((Field.CODE, 0), cells.number, "")
        self._split = not reader.has((Field.LAST_NAME, 0))
        told = (Field.LAST_NAME, Field.FIRST_NAME, Field.NAME, Field.BIRTH_NAME)
        self._raw = [reader.getter((field, 0), cells.shown, "") for field in told]

    def named(self) -> bool:
        """Whether it has a last and a first name, or a full one: then it is somebody, whatever the home is called.

        A name that says “Total” itself is nobody's, whatever stands beside it.
        """
        last, first, full, birth = (get() for get in self._raw)
        if any(map(_announces, (last, first, full, birth))):
            return False
        return _is_name(full) or (_is_name(last) and _is_name(first))

    def record(self) -> PersonRecord:
        """What it says; what is wrong with it is noted."""
        reader = self._reader
        structure = self._names[Field.STRUCTURE]() if reader.has((Field.STRUCTURE, 0)) else None
        if structure == "":
            reader.require((Field.STRUCTURE, 0), _("the structure is missing"))
        plain = told(self._plain)
        last_name, first_name = self._names[Field.LAST_NAME](), self._names[Field.FIRST_NAME]()
        if self._split:
            title, last_name, first_name = split_name(self._names[Field.NAME]())
            if title:
                plain.setdefault("title", title)
        if not last_name:
            reader.require((Field.NAME if self._split else Field.LAST_NAME, 0), _("the name is missing"))
        emails = [get() for get in self._emails]
        family = self._family()
        return PersonRecord(
            row=reader.row,
            structure=structure,
            code=self._code(),
            last_name=last_name,
            first_name=first_name,
            split=self._split,
            plain=plain,
            emails=self._addresses(emails) if self._slots else None,
            guardian=self._protection() if self._guardian else None,
            relatives=tuple(filter(None, family)) if self._numbers else None,
            email_slots=len(self._slots),
            relative_slots=len(self._numbers),
            email_gaps=_gaps(emails),
            relative_gaps=_gaps(family),
            billing=told(self._billing),
        )

    def _addresses(self, cells: Sequence[Sequence[str]]) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for addresses in cells:
            for address in addresses:
                found.setdefault(address.casefold(), address)
        if len(found) > NUMBERED[Field.EMAIL]:
            self._reader.refuse(
                _("a resident has at most two addresses; the others belong to relatives"), (Field.EMAIL, self._slots[0])
            )
        return tuple(found.values())

    def _protection(self) -> Mapping[str, Any]:
        found = told(self._guardian)
        return found if any(found.values()) or "receives" in found else {}

    def _family(self) -> list[Mapping[str, Any]]:
        """One for each the file has room for; empty where the row has nobody there."""
        relatives: list[Mapping[str, Any]] = []
        for n, parts in self._relatives:
            found = told(parts)
            name = found.get("name") or found.get("email", "")
            if name:
                relatives.append(found | {"name": name})
                continue
            relatives.append({})
            if any(found.get(part) for part in REACHED):
                self._reader.refuse(_("the name of relative {n} is missing").format(n=n), (Field.RELATIVE_NAME, n))
        return relatives


def _gaps(places: Sequence[Collection[object]]) -> frozenset[int]:
    """Which of them are empty, from 0."""
    return frozenset(place for place, found in enumerate(places) if not found)


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
