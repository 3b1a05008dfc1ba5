"""Changing the tree of associations and structures, each change with its journal line; and the cards of its places.

Nothing that has invoices or residents is ever removed: it is archived, and then no more offered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tuimail.domain.account import Owner
from tuimail.domain.cards import association_labels, structure_labels
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.places import Association, Structure
from tuimail.domain.text import clean, fold, has_control
from tuimail.store import structures
from tuimail.store.changes import Subject, tell
from tuimail.store.database import transaction
from tuimail.store.tables.account import AccountRow
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import WordingRow
from tuimail.store.tables.people import ResidentRow
from tuimail.store.tables.places import AssociationRow, StructureRow

LONGEST_NAME = 120


def checked_name(text: str) -> str:
    """The name of a place as it is kept; raises BadInput."""
    name = clean(text)
    if not name:
        raise BadInput(_("The name is empty."), _("Give the name that families know."))
    if has_control(name) or len(name) > LONGEST_NAME:
        raise BadInput(
            _("The name holds a line break or is too long."), _("Write it in {n} characters.").format(n=LONGEST_NAME)
        )
    return name


def association_card(association_id: int, title: str) -> Subject[Association]:
    """The card of an association."""

    def write(association: Association) -> None:
        _check_association_name(association.name, association.id)
        structures.save_association(association)

    def read() -> Association | None:
        return structures.association(association_id)

    return Subject("association", association_id, title, association_labels(), read, write)


def structure_card(structure: Structure) -> Subject[Structure]:
    """The card of a structure. Where it stands in the tree is not part of it: see `move`."""

    def write(typed: Structure) -> None:
        now = structures.structure(typed.id)
        _check_structure_name(typed.name, now.association_id, typed.id)
        structures.save_structure(replace(typed, association_id=now.association_id, parent_id=now.parent_id))

    def read() -> Structure | None:
        return structures.structure_if_there(structure.id)

    return Subject("structure", structure.id, structure.name, structure_labels(), read, write)


def add_association(name: str, owner: Owner, now: datetime) -> Association:
    """A new association; raises BadInput for a name that cannot be."""
    name = checked_name(name)
    with transaction():
        _check_association_name(name, 0)
        added = structures.add_association(name)
        tell(_("{title}: added").format(title=name), owner, now)
    return added


def add_structure(name: str, association_id: int, parent_id: int | None, owner: Owner, now: datetime) -> Structure:
    """A new structure below an association, or below another structure; raises BadInput for a name that cannot be."""
    name = checked_name(name)
    with transaction():
        _check_structure_name(name, association_id, 0)
        added = structures.save_structure(Structure(name, association_id, parent_id))
        tell(_("{title}: added below {place}").format(title=name, place=_place(association_id, parent_id)), owner, now)
    return added


def move(structure_id: int, association_id: int, parent_id: int | None, owner: Owner, now: datetime) -> None:
    """Put a structure, with all that is below it, below another place; raises BadInput where it cannot stand there."""
    with transaction():
        moved = structures.structure(structure_id)
        below = branch(structure_id)
        if parent_id in {place.id for place in below}:
            raise BadInput(
                _("“{name}” cannot stand below itself.").format(name=moved.name), _("Choose a place outside of it.")
            )
        if (association_id, parent_id) == (moved.association_id, moved.parent_id):
            return
        if association_id != moved.association_id:
            for place in below:
                _check_structure_name(place.name, association_id, place.id)
        before = _place(moved.association_id, moved.parent_id)
        StructureRow.update(association=association_id).where(StructureRow.id.in_([p.id for p in below])).execute()
        StructureRow.update(parent=parent_id).where(StructureRow.id == structure_id).execute()
        detail = _("{title}: moved from {before} to {after}")
        tell(detail.format(title=moved.name, before=before, after=_place(association_id, parent_id)), owner, now)


def archive(structure_id: int, owner: Owner, now: datetime) -> list[Structure]:
    """Offer a structure, and all that is below it, no more; its invoices stay. Returns what was archived."""
    with transaction():
        found = [place for place in branch(structure_id) if not place.archived]
        StructureRow.update(archived_at=now).where(StructureRow.id.in_([place.id for place in found])).execute()
        for place in found:
            tell(_("{title}: archived").format(title=place.name), owner, now)
    return found


def unarchive(structure_id: int, owner: Owner, now: datetime) -> list[Structure]:
    """Offer a structure again, and what it stands below; returns what was archived."""
    with transaction():
        found, at = [], structures.structure_if_there(structure_id)
        while at is not None:
            found += [at] if at.archived else []
            at = structures.structure_if_there(at.parent_id) if at.parent_id else None
        StructureRow.update(archived_at=None).where(StructureRow.id.in_([place.id for place in found])).execute()
        for place in found:
            tell(_("{title}: taken out of the archive").format(title=place.name), owner, now)
    return found


def remove_structure(structure_id: int, owner: Owner, now: datetime) -> None:
    """Remove a structure that nothing was ever done with; raises BadInput that says what stands below it."""
    with transaction():
        place = structures.structure(structure_id)
        _refuse_if_used(
            place.name, (*_kept_by(structure_id), (_structures_word, _count(StructureRow.parent, place.id)))
        )
        StructureRow.delete().where(StructureRow.id == structure_id).execute()
        tell(_("{title}: removed").format(title=place.name), owner, now)


def remove_association(association_id: int, owner: Owner, now: datetime) -> None:
    """Remove an association that has no structure and no mail account; raises BadInput otherwise."""
    with transaction():
        row = AssociationRow.get_by_id(association_id)
        uses = (
            (_structures_word, _count(StructureRow.association, association_id)),
            (_accounts_word, _count(AccountRow.association, association_id)),
        )
        _refuse_if_used(row.name, uses)
        AssociationRow.delete().where(AssociationRow.id == association_id).execute()
        tell(_("{title}: removed").format(title=row.name), owner, now)


def branch(structure_id: int) -> list[Structure]:
    """A structure and all that is below it, archived or not, each after what it stands below."""
    places = structures.structures(archived=True)
    found = [place for place in places if place.id == structure_id]
    for place in found:
        found += [below for below in places if below.parent_id == place.id]
    return found


Use = tuple[Callable[[int], str], int]


def _kept_by(structure_id: int) -> Sequence[Use]:
    return (
        (_invoices_word, _count(DocumentRow.structure, structure_id)),
        (_residents_word, _count(ResidentRow.structure, structure_id)),
        (_sends_word, _count(WordingRow.structure, structure_id)),
    )


def _count(column: Any, value: int) -> int:
    return int(column.model.select().where(column == value).count())


def _refuse_if_used(name: str, uses: Sequence[Use]) -> None:
    found = [words(count) for words, count in uses if count]
    if found:
        raise BadInput(
            _("“{name}” cannot be removed: it has {uses}.").format(name=name, uses=", ".join(found)),
            _("Archive it: it is no longer offered, and nothing is lost."),
        )


def _invoices_word(count: int) -> str:
    return ngettext("{n} invoice", "{n} invoices", count)


def _residents_word(count: int) -> str:
    return ngettext("{n} resident", "{n} residents", count)


def _sends_word(count: int) -> str:
    return ngettext("{n} send", "{n} sends", count)


def _structures_word(count: int) -> str:
    return ngettext("{n} home below it", "{n} homes below it", count)


def _accounts_word(count: int) -> str:
    return ngettext("{n} mail account", "{n} mail accounts", count)


def _place(association_id: int, parent_id: int | None) -> str:
    if parent_id:
        return structures.structure(parent_id).name
    return str(AssociationRow.get_by_id(association_id).name)


def _check_association_name(name: str, own_id: int) -> None:
    if any(fold(other.name) == fold(name) and other.id != own_id for other in structures.associations()):
        raise _taken(name)


def _check_structure_name(name: str, association_id: int, own_id: int) -> None:
    places = structures.structures(association_id, archived=True)
    taken = next((other for other in places if fold(other.name) == fold(name) and other.id != own_id), None)
    if taken is not None and taken.archived:
        raise BadInput(
            _("There is an archived home “{name}” already.").format(name=taken.name),
            _("Take it out of the archive, or choose another name."),
        )
    if taken is not None:
        raise _taken(taken.name)


def _taken(name: str) -> BadInput:
    return BadInput(_("There is a place “{name}” already.").format(name=name), _("Choose another name."))
