"""Erasing a person: what names a resident goes, what was counted and proved stays.

Of the resident, guardian and relatives nothing stays but the structure and the year of departure, under a name that
says nothing. Invoices keep number, dates, lines and amounts; deliveries keep state, times, Message-ID and digests, with
an address that only tells one from another. The journal keeps every line, its kind, time, number and digests, and its
seal; names, addresses, sentences and the server's words in it are emptied (see `chain`). What is written elsewhere,
such as backups and exported files, is not reached from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tuimail.domain.account import Owner
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import LIVE_STATES
from tuimail.domain.people import Resident
from tuimail.store import chain, journal, letters, shared_letters
from tuimail.store.database import execute, transaction
from tuimail.store.residents import resident, save_resident
from tuimail.store.tables.base import proxy
from tuimail.store.tables.people import ResidentRow


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of one resident beside the card."""

    documents: int
    deliveries: int
    lines: tuple[int, ...]
    """Ids of the journal's lines that are about this resident and were not emptied yet."""
    pdfs: tuple[str, ...]
    """Paths of kept PDFs, below the folder of all PDFs."""
    files: tuple[str, ...]
    """Names of attached files that went along with this resident's invoices or letters alone."""


def gone_before(day: date) -> list[int]:
    """Ids of the residents who left before that day, have no invoice issued since, and were not erased yet; by name."""
    sql = (
        "SELECT id FROM resident WHERE erased_at IS NULL AND departure_date < ? AND NOT EXISTS"
        " (SELECT 1 FROM document WHERE document.resident_id = resident.id AND document.issued_on >= ?)"
        " ORDER BY sort_key, id"
    )
    return [resident_id for (resident_id,) in execute(sql, day.isoformat(), day.isoformat())]


def traces(resident_id: int) -> Traces:
    """What erasing that resident would reach."""
    documents = execute("SELECT count(*) FROM document WHERE resident_id = ?", resident_id).fetchone()[0]
    brought = execute(_OWN_BROUGHT, resident_id)
    pinned = execute(f"SELECT DISTINCT path FROM pinned_pdf WHERE {_THEIRS}", resident_id)  # noqa: S608
    deliveries = execute(f"SELECT count(*) FROM delivery WHERE {_ABOUT}", resident_id).fetchone()[0]  # noqa: S608
    pdfs = execute(f"SELECT DISTINCT pdf_path FROM delivery WHERE {_ABOUT} AND pdf_path <> ''", resident_id)  # noqa: S608
    return Traces(
        documents,
        deliveries,
        tuple(sorted(line for (line,) in execute(_LINES, resident_id))),
        tuple(dict.fromkeys(path for (path,) in (*pdfs, *brought, *pinned))),
        tuple(sorted(_own_files(resident_id))),
    )


def _own_files(resident_id: int) -> set[str]:
    """Paths of the attached files that nobody else's invoice, letter or draft has."""
    shared = {letter.id for letter in shared_letters.shared_with(resident_id)}
    found = [(path, bool(own)) for path, own in execute(_ATTACHED, resident_id)]
    found += [(path, own or delivery_id in shared) for delivery_id, path, own in execute(_IN_LETTERS, resident_id)]
    for draft in letters.drafts():
        found += [(file.path, False) for file in draft.attachments]
        found += [(file.path, key.resident_id == resident_id) for key, file in draft.own_files]
    return {path for path, own in found if own} - {path for path, own in found if not own}


def erase(resident_id: int, owner: Owner, now: datetime) -> Traces:
    """Empty whatever names that resident, in one transaction, with its journal line; returns what it reached.

    Raises BadInput for who was erased already, has not left, or still has a message that waits or is uncertain.
    """
    # What was deleted is overwritten, not only given free.
    proxy.execute_sql("PRAGMA secure_delete = ON")
    with transaction():
        person = resident(resident_id)
        check(person, now.date())
        found = traces(resident_id)
        _empty_card(person, now)
        # Before it goes who was left out of which letter, by which these are found.
        shared_letters.forget(resident_id)
        _empty_messages(resident_id)
        _empty_around(resident_id)
        for line in found.lines:
            _empty_line(line)
        journal.append([_line(found, owner, now)])
    # The log beside the database still holds what stood there.
    proxy.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


def check(person: Resident, today: date) -> None:
    """Raise BadInput if that resident cannot be erased now."""
    if ResidentRow.select(ResidentRow.erased_at).where(ResidentRow.id == person.id).scalar() is not None:
        raise BadInput(_("{name} was erased already.").format(name=person.name), _("There is nothing left to erase."))
    if not person.has_left(today):
        raise BadInput(
            _("{name} has not left.").format(name=person.name), _("Enter the departure on the resident's card first.")
        )
    states = [*map(str, LIVE_STATES), "uncertain"]
    marks = ", ".join("?" * len(states))
    open_ones = execute(f"SELECT count(*) FROM delivery WHERE {_ABOUT} AND state IN ({marks})", person.id, *states)  # noqa: S608
    shared = sum(letter.state in states for letter in shared_letters.shared_with(person.id))
    if count := open_ones.fetchone()[0] + shared:
        raise BadInput(
            ngettext(
                "{n} message for {name} still waits or is uncertain.",
                "{n} messages for {name} still wait or are uncertain.",
                count,
            ).format(n=count, name=person.name),
            _("Send, cancel or decide it first."),
        )


_THEIRS = "document_id IN (SELECT id FROM document WHERE resident_id = ?1)"
_ABOUT = f"({_THEIRS} OR resident_id = ?1 OR copy_of IN (SELECT id FROM delivery WHERE {_THEIRS}))"  # noqa: S608
"""A message about one of the resident's documents, its own copy, or a letter to the resident or somebody around."""
_OWN_BATCHES = f"SELECT batch_id FROM delivery GROUP BY batch_id HAVING min(coalesce({_ABOUT}, 0)) = 1"  # noqa: S608
"""Sends that were about this resident alone: their label names who it was."""
_LINES = (
    f"SELECT id FROM event WHERE personal = '' AND document_id <> 0 AND {_THEIRS}"  # noqa: S608
    " UNION SELECT event_id FROM event_about JOIN event ON event.id = event_id"
    "  WHERE personal = '' AND resident_id = ?1"
    f" UNION SELECT id FROM event WHERE personal = '' AND batch_id <> 0 AND document_id = 0 AND delivery_id = 0"
    f"  AND batch_id IN ({_OWN_BATCHES})"
    f" UNION SELECT id FROM event WHERE personal = '' AND delivery_id IN (SELECT id FROM delivery WHERE {_ABOUT})"
)
_ATTACHED = f"SELECT path, coalesce({_THEIRS}, 0) FROM attachment WHERE path <> ''"  # noqa: S608
_IN_LETTERS = (
    f"SELECT delivery.id, json_extract(value, '$.path'), coalesce({_ABOUT}, 0) FROM delivery, json_each(files)"  # noqa: S608
    " WHERE files <> ''"
)
_OWN_BROUGHT = (
    f"SELECT DISTINCT path FROM brought_pdf WHERE {_THEIRS} AND path NOT IN"  # noqa: S608
    f" (SELECT path FROM brought_pdf WHERE document_id IS NULL OR NOT {_THEIRS})"
)


def _empty_card(person: Resident, now: datetime) -> None:
    left = person.departure_date
    bare = Resident(
        structure_id=person.structure_id,
        code="",
        last_name=_("Erased {n}").format(n=person.id),
        first_name="",
        departure_date=left.replace(month=1, day=1) if left else None,
        id=person.id,
    )
    save_resident(bare, now)
    execute("DELETE FROM address_note WHERE resident_id = ?", person.id)
    execute("DELETE FROM revision WHERE kind = 'resident' AND ref = ?", person.id)
    ResidentRow.update(erased_at=now).where(ResidentRow.id == person.id).execute()


def _empty_messages(resident_id: int) -> None:
    """Addresses of one document stay apart: its state is told from what became of each of them."""
    name = _("Erased {n}").format(n=resident_id)
    known: dict[str, str] = {}
    sql = f"SELECT id, address FROM delivery WHERE {_ABOUT} ORDER BY id"  # noqa: S608
    rows: Sequence[Any] = execute(sql, resident_id).fetchall()
    for delivery_id, address in rows:
        alias = known.setdefault(address.casefold(), f"#{len(known) + 1}")
        execute(
            "UPDATE delivery SET address = ?, resident = ?, recipient_name = '', reply = '', detail = '',"
            " pdf_name = '', pdf_path = '', merge_values = '', files = '' WHERE id = ?",
            alias,
            name,
            delivery_id,
        )
        execute(
            "UPDATE return_report SET address = ?, why = '', sender = '', subject = '' WHERE delivery_id = ?",
            alias,
            delivery_id,
        )
    batches = execute(_OWN_BATCHES, resident_id).fetchall()
    for (batch_id,) in batches:
        execute("UPDATE batch SET label = '' WHERE id = ?", batch_id)
    execute(f"UPDATE attachment SET name = '', path = '' WHERE {_THEIRS}", resident_id)  # noqa: S608


def _empty_around(resident_id: int) -> None:
    """What other screens keep about the resident; that an invoice was posted or left out stays, the reason goes."""
    execute(f"DELETE FROM brought_pdf WHERE {_THEIRS}", resident_id)  # noqa: S608
    execute(f"UPDATE pinned_pdf SET path = '' WHERE {_THEIRS}", resident_id)  # noqa: S608
    execute(f"UPDATE disposition SET reason = '' WHERE {_THEIRS}", resident_id)  # noqa: S608
    execute("DELETE FROM recurring_line WHERE resident_id = ?", resident_id)
    execute("DELETE FROM list_member WHERE resident_id = ?", resident_id)
    (known,) = execute(
        "SELECT count(*) FROM last_import_item WHERE (kind = 'resident' AND target_id = ?) OR (kind = 'document'"
        " AND target_id IN (SELECT id FROM document WHERE resident_id = ?))",
        resident_id,
        resident_id,
    ).fetchone()
    if known:
        # It holds the card as it was before: that import can no longer be undone.
        execute("DELETE FROM last_import_item")
        execute("DELETE FROM last_import")
    letters.forget_files_for(resident_id)
    execute("DELETE FROM mailing_left_out WHERE resident_id = ?", resident_id)


def _empty_line(line: int) -> None:
    salt, *personal = execute(f"SELECT salt, {', '.join(chain.PERSONAL)} FROM event WHERE id = ?", line).fetchone()  # noqa: S608
    execute(
        "UPDATE event SET resident = '', recipient = '', reply = '', detail = '', salt = '', personal = ? WHERE id = ?",
        chain.digest_of(salt, personal),
        line,
    )


def _line(found: Traces, owner: Owner, now: datetime) -> Event:
    said = ngettext(
        "A resident who had left was erased: {n} line of the journal emptied, invoices kept: {documents}.",
        "A resident who had left was erased: {n} lines of the journal emptied, invoices kept: {documents}.",
        len(found.lines),
    ).format(n=len(found.lines), documents=found.documents)
    return Event(
        EventKind.ERASED,
        now,
        code=chain.lines_named(found.lines),
        operator=owner.operator,
        host=owner.host,
        detail=said,
    )
