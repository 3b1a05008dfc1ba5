"""Saving a card so that two operators never overwrite each other unawares, with its journal line.

A card keeps the state it was opened with and hands both to `save`:

    subject = Subject("structure", place.id, place.name, labels, read=lambda: …, write=lambda state: …)
    saved = save(subject, opened, typed, office.owner, now)          # in the writer: await in_writer(save, …)

In one transaction the state in the database is read anew. Where it is still `opened`, `typed` is written, the journal
gets a line with the Unix account (`setting-changed`: `Title: phone 02 40 → 02 41`), and `revision` remembers who saved
last. Where it is not, nothing is written and `Changed` says what was changed and by whom, and carries the state of the
database (`theirs`): the card then goes on with `merged(opened, typed, theirs, labels)` on screen and `theirs` as what
it was opened with, so that nothing typed is lost and the next save goes through.

States are compared by the fields of `labels`, so whatever else writes the same rows (an import, the command line) is
noticed too, without a version to be kept by each of them. A field that is not in `labels` is neither compared nor told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Generic, TypeVar

from tuimail.domain.account import Owner
from tuimail.domain.changes import Changed, Difference, Labels, differences, sentence, value_at
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _
from tuimail.store import journal
from tuimail.store.database import transaction
from tuimail.store.tables.revision import RevisionRow

State = TypeVar("State")


@dataclass(frozen=True)
class Subject(Generic[State]):
    """What a card is about, and how its state is read and written."""

    kind: str
    """Names the sort of card in `revision`: `structure`, `association`, `resident`…"""
    id: int
    """The row's id; unique within `kind`."""
    title: str
    """What the journal calls it, such as the structure's name."""
    labels: Labels = field(hash=False)
    """The fields that are compared and told, by path, with their label in the interface's language."""
    read: Callable[[], State | None] = field(compare=False)
    """The state in the database; None once there is no such row any more."""
    write: Callable[[State], None] = field(compare=False)
    """Writes it; called inside the transaction. What it raises undoes everything."""


def save(subject: Subject[State], opened: State, typed: State, owner: Owner, now: datetime) -> State:
    """Write `typed` over `opened`, with its journal line; returns the state as it is now in the database.

    Raises Changed where somebody else saved meanwhile, BadInput where the card is gone. What changes nothing is
    neither written nor told.
    """
    with transaction():
        found = subject.read()
        if found is None:
            raise BadInput(
                _("“{title}” was removed meanwhile.").format(title=subject.title), _("Nothing of it can be saved.")
            )
        by_others = differences(opened, found, subject.labels)
        if by_others and differences(found, typed, subject.labels):
            raise _changed(subject, found, by_others)
        changes = differences(found, typed, subject.labels)
        if not changes:
            return found
        subject.write(typed)
        tell(_("{title}: {changes}").format(title=subject.title, changes=sentence(changes)), owner, now)
        saved = subject.read()
        if saved is not None:
            _remember(subject, saved, owner, now)
        return saved if saved is not None else typed


def tell(detail: str, owner: Owner, now: datetime) -> None:
    """Write a change of a setting to the journal, with who made it; inside the transaction of the change."""
    with transaction():
        journal.append([Event(EventKind.SETTING_CHANGED, now, operator=owner.operator, host=owner.host, detail=detail)])


def _changed(subject: Subject[State], found: State, by_others: Sequence[Difference]) -> Changed:
    row = RevisionRow.get_or_none((RevisionRow.kind == subject.kind) & (RevisionRow.ref == subject.id))
    if row is None or row.digest != _digest(subject, found):
        # What was saved last as a card is not what stands there: an import has written since.
        return Changed(subject.title, found, by_others)
    return Changed(subject.title, found, by_others, row.operator, row.at)


def _remember(subject: Subject[State], saved: State, owner: Owner, now: datetime) -> None:
    values = {"operator": owner.operator, "host": owner.host, "at": now, "digest": _digest(subject, saved)}
    here = (RevisionRow.kind == subject.kind) & (RevisionRow.ref == subject.id)
    if not RevisionRow.update(**values).where(here).execute():
        RevisionRow.create(kind=subject.kind, ref=subject.id, **values)


def _digest(subject: Subject[State], state: State) -> str:
    return sha256("\0".join(repr(value_at(state, path)) for path in subject.labels).encode()).hexdigest()
