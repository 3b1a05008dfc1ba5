"""Which structure and which resident a row means. An unclear one is said to be, never guessed."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher

from tuimail.domain.i18n import _
from tuimail.domain.people import Resident
from tuimail.domain.places import Structure
from tuimail.importing.cells import folded
from tuimail.importing.fields import Field
from tuimail.importing.invoices import InvoiceRecord
from tuimail.importing.people import PersonRecord, name_key
from tuimail.store import structures


class UnclearError(Exception):
    """A row that means nobody, or somebody among several: the reason, and the field it shows in."""

    def __init__(self, reason: str, field: Field = Field.CODE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class Homes:
    """The structures by name, and the making of those that a file names first."""

    def __init__(self) -> None:
        self.associations = structures.associations()
        self.made: list[str] = []
        self._by_key: dict[str, list[Structure]] = defaultdict(list)
        self.by_id: dict[int, Structure] = {}
        for structure in structures.structures(archived=True):
            self._add(structure)

    def _add(self, structure: Structure) -> None:
        self._by_key[folded(structure.name)].append(structure)
        self.by_id[structure.id] = structure

    def find(self, name: str | None) -> Structure | None:
        """The structure of that name; without a name the only one there is. None: there is none yet, or no name."""
        if name is None:
            found = [home for home in self.by_id.values() if not home.archived]
        else:
            found = self._by_key.get(folded(name), [])
        if name is not None and len(found) > 1:
            raise UnclearError(_("several associations have a structure of that name"), Field.STRUCTURE)
        return found[0] if len(found) == 1 else None

    def check(self, name: str) -> None:
        """Raise UnclearError if `obtain` could not make that structure."""
        if self.find(name) is None and len(self.associations) > 1:
            raise UnclearError(
                _("the structure is new, and there are several associations it may belong to; add it first"),
                Field.STRUCTURE,
            )

    def association_of(self, resident: Resident) -> int:
        """The association of a resident's structure."""
        return self.by_id[resident.structure_id].association_id

    def obtain(self, name: str) -> Structure:
        """The structure of that name, made below the only association if there is none; see `check`."""
        if known := self.find(name):
            return known
        if not self.associations:
            self.associations = [structures.add_association(_("Association"))]
        made = structures.save_structure(Structure(name, self.associations[0].id))
        self._add(made)
        self.made.append(name)
        return made


class Roster:
    """The known residents by code and by name."""

    def __init__(self, residents: list[Resident], homes: Homes) -> None:
        self.homes = homes
        self.by_id = {resident.id: resident for resident in residents}
        self.by_code: dict[tuple[int, str], Resident] = {}
        self.elsewhere: dict[str, list[Resident]] = defaultdict(list)
        self.by_name: dict[tuple[str, ...], list[Resident]] = defaultdict(list)
        for resident in residents:
            if resident.code:
                self.by_code[resident.structure_id, resident.code] = resident
                self.elsewhere[resident.code].append(resident)
            self.by_name[name_key(resident.name)].append(resident)

    def exact(self, home: Structure | None, code: str) -> Resident | None:
        """Who has that code in that structure."""
        return self.by_code.get((home.id, code)) if home and code else None

    def namesakes(self, home: Structure | None, name: str) -> list[Resident]:
        """Who has that name in that structure, or in all of them."""
        found = self.by_name.get(name_key(name), []) if name else []
        return [resident for resident in found if home is None or resident.structure_id == home.id]

    def moved(self, home: Structure | None, code: str, name: str) -> list[Resident]:
        """Who has that code and that name in another structure of the association."""
        association = home.association_id if home else None
        return [
            resident
            for resident in self.elsewhere.get(code, [])
            if name_key(resident.name) == name_key(name) and association in (None, self.homes.association_of(resident))
        ]

    def of_person(self, record: PersonRecord, home: Structure | None, claimed: set[int]) -> Resident | None:
        """Which known resident a row of residents is; None: a new one. `claimed`: those whose code stands in the file.

        Raises UnclearError.
        """
        if known := self.exact(home, record.code):
            if not _same_person(record, known):
                raise UnclearError(
                    _("the code {code} is that of {name}; another person needs another code").format(
                        code=record.code, name=known.name
                    )
                )
            return known
        if record.code:
            moved = [r for r in self.moved(home, record.code, record.name) if r.id not in claimed]
            if len(moved) == 1:
                return moved[0]
            if moved:
                raise UnclearError(_("several structures know that code and name"))
        if home is None:
            return None
        born = record.plain.get("birth_date")
        known_so = [
            resident
            for resident in self.namesakes(home, record.name)
            if resident.id not in claimed and not (born and resident.birth_date and resident.birth_date != born)
        ]
        if record.code:
            coded = [resident for resident in known_so if resident.code]
            if coded:
                raise UnclearError(
                    _("{name} is known under the code {code}; correct the code in the file or in tuimail").format(
                        name=record.name, code=coded[0].code
                    )
                )
        if len(known_so) > 1:
            raise UnclearError(_("several residents are called so; give the code"), _name_field(record))
        return known_so[0] if known_so else None

    def of_invoice(self, record: InvoiceRecord, home: Structure | None) -> Resident:
        """Whose invoice it is; raises UnclearError if that is nobody, somebody else, or one of several."""
        if record.code:
            found = [known] if (known := self.exact(home, record.code)) else []
            if record.structure is None and not found:
                found = self.elsewhere.get(record.code, [])
            strangers = [resident for resident in found if record.name and not alike(record.name, resident.name)]
            if strangers and len(strangers) == len(found):
                raise UnclearError(
                    _("the code {code} is that of {name}; correct the code or the name").format(
                        code=record.code, name=strangers[0].name
                    )
                )
            found = [resident for resident in found if resident not in strangers]
            found = found or (self.moved(home, record.code, record.name) if record.name else [])
            found = found or [resident for resident in self.namesakes(home, record.name) if not resident.code and home]
        else:
            found = self.namesakes(home, record.name) if home or record.structure is None else []
        if not found:
            raise UnclearError(
                _("no resident is known by that code or name; import the residents first"),
                Field.CODE if record.code else Field.NAME,
            )
        if len(found) > 1:
            raise UnclearError(
                _("several residents are meant; give structure and code"), Field.CODE if record.code else Field.NAME
            )
        return found[0]


def _name_field(record: PersonRecord) -> Field:
    return Field.NAME if record.split else Field.LAST_NAME


def _same_person(record: PersonRecord, known: Resident) -> bool:
    born = record.plain.get("birth_date")
    return (born is not None and born == known.birth_date) or alike(record.name, known.name)


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: one within the other, two words in common, or a slip of the pen."""
    if name_key(one) == name_key(other):
        return True
    first, second = set(name_key(one)), set(name_key(other))
    if first <= second or second <= first or len(first & second) > 1:
        return True
    return SequenceMatcher(None, " ".join(sorted(first)), " ".join(sorted(second))).ratio() >= 0.8
