"""The journal's seal: every line carries a hash over itself and the line before, so that a change anywhere shows.

The hash of a line is the SHA-256, in hexadecimal, of the UTF-8 bytes of a JSON array without spaces: the hash of the
line before (the empty text for the first), then the columns of `OPEN` in that order as they stand in the table, then
the digest of what names a person; characters beyond ASCII are written as themselves. That digest is the SHA-256,
likewise, of an array of the line's random `salt` and the columns of `PERSONAL`. So the names and addresses in a line
can be emptied when a person asks for it, salt included, and the digest put in their place (`personal`): the chain still
holds, and without the salt nobody can find out what stood there by trying names. A line is only taken as emptied if a
later line of kind `erased` says so of it, in `code`: emptying from outside is told as a change.

Lines are numbered 1, 2, 3… without a gap by their id. What the chain alone cannot show, lines cut off its end, shows in
`journal_head`: the number of lines and the last hash, changed in the transaction that appends. Whoever can write the
database can also seal it anew from the changed line on: against that helps the seal of an earlier day, noted elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from json import JSONEncoder
from secrets import token_hex

from tuimail.domain.events import EventKind
from tuimail.domain.seal import Head, Tampering, Verdict
from tuimail.store.database import execute, snapshot

OPEN = (
    "at", "event", "batch_id", "delivery_id", "document_id", "number", "period", "role", "message_id", "state", "code",
    "queue_id", "pdf_sha256", "wire_sha256", "until", "operator", "host",
)  # fmt: skip
PERSONAL = ("resident", "recipient", "reply", "detail")
COLUMNS = (*OPEN, *PERSONAL)
"""Never in another order: the hashes in every database rest on it."""

_SALT = 16
"""Bytes."""

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_Line = tuple[int, str, Sequence[object]]
"""Id, hash, and what it is over: the columns of `OPEN` and the digest of the others."""


def extend(lines: Iterable[Sequence[object]]) -> list[tuple[str, str]]:
    """The hash and the salt of each of these new lines (their `COLUMNS`), the record of the last one moved on to them.

    Inside the transaction that appends them.
    """
    head = stored_head() or Head(0, "")
    previous = head.hash
    added = []
    for line in lines:
        salt = token_hex(_SALT)
        previous = _hash(previous, [*line[: len(OPEN)], digest_of(salt, line[len(OPEN) :])])
        added.append((previous, salt))
    execute("UPDATE journal_head SET lines = ?, hash = ? WHERE id = 1", head.lines + len(added), previous)
    return added


def digest_of(salt: str, personal: Sequence[object]) -> str:
    """What stands in the chain for the columns of `PERSONAL`."""
    return sha256(_encode([salt, *personal]).encode()).hexdigest()


def lines_named(ids: Iterable[int]) -> str:
    """Ids of lines as an `erased` line tells them in its code: `3-7,12`."""
    runs: list[list[int]] = []
    for line in sorted(ids):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _named(code: str) -> Iterator[range]:
    for run in filter(None, code.split(",")):
        first, _dash, last = run.partition("-")
        if first.isdigit() and (last or first).isdigit():
            yield range(int(first), int(last or first) + 1)


def stored_head() -> Head | None:
    """The record of the last line; None if somebody has removed it."""
    row = execute("SELECT lines, hash FROM journal_head WHERE id = 1").fetchone()
    return Head(*row) if row else None


def verify(noted: Head | None = None) -> Verdict:
    """Look at every line, from the first. `noted`: the seal of an earlier day, which must be in it."""
    with snapshot():
        recorded = stored_head()
        count, previous = 0, ""
        for line in _lines():
            if line[0] != count + 1 or line[1] != _hash(previous, line[2]):
                there = execute("SELECT count(*) FROM event").fetchone()[0]
                return Verdict(Head(there, ""), *_what_broke(count, previous, line, there, recorded))
            count, previous = count + 1, line[1]
            if noted is not None and noted.lines == count and noted.hash != previous:
                return Verdict(Head(count, previous), Tampering.REPLACED, count)
        erased = [line for (line,) in execute("SELECT id FROM event WHERE personal <> '' ORDER BY id")]
        untold = _untold(erased)
    if untold:
        return Verdict(Head(count, ""), Tampering.CHANGED, untold)
    return replace(_at_the_end(Head(count, previous), recorded, noted), erased=len(erased))


def _untold(erased: Sequence[int]) -> int:
    """The first of these emptied lines that no later line says was emptied; 0 if there is none."""
    if not erased:
        return 0
    told = execute("SELECT id, code FROM event WHERE event = ? ORDER BY id", str(EventKind.ERASED)).fetchall()
    ranges = [(at, span) for at, code in told for span in _named(code)]
    covered = {line for at, span in ranges for line in span if line < at}
    return next((line for line in erased if line not in covered), 0)


def _at_the_end(found: Head, recorded: Head | None, noted: Head | None) -> Verdict:
    """Every line follows from the one before: whether they are as many as there were."""
    there = max(recorded.lines if recorded else 0, noted.lines if noted else 0)
    if found.lines < there:
        return Verdict(found, Tampering.TRUNCATED, found.lines + 1, there - found.lines)
    if recorded is None:
        return Verdict(found, Tampering.UNSEALED, found.lines + 1)
    if found.lines > recorded.lines:
        return Verdict(found, Tampering.INSERTED, recorded.lines + 1)
    if found.hash != recorded.hash:
        return Verdict(found, Tampering.CHANGED, found.lines)
    return Verdict(found)


def _what_broke(count: int, previous: str, broken: _Line, there: int, recorded: Head | None) -> tuple[Tampering, int]:
    """The first line that does not follow, told apart as far as the lines that are there can tell."""
    expected = count + 1
    line_id, own, columns = broken
    if own == _hash(previous, columns):
        # It is the right one with another number: ids have been changed.
        return Tampering.CHANGED, expected
    if any(found == _hash(previous, other) for _id, found, other in _lines(line_id)):
        follows = any(own == _hash(before, columns) for _id, before, _columns in _lines())
        once = sum(own == other for _id, other, _columns in _lines()) == 1
        return (Tampering.MOVED if follows and once else Tampering.INSERTED), expected
    if line_id > expected or (recorded is not None and there < recorded.lines):
        return Tampering.REMOVED, expected
    if recorded is not None and there > recorded.lines:
        return Tampering.INSERTED, expected
    return Tampering.CHANGED, expected


def _lines(after: int | None = None) -> Iterator[_Line]:
    condition = "" if after is None else " WHERE id > ?"
    values = () if after is None else (after,)
    sql = f"SELECT id, hash, personal, salt, {', '.join(COLUMNS)} FROM event{condition} ORDER BY id"  # noqa: S608
    for line_id, found, personal, salt, *columns in execute(sql, *values):
        # Of an emptied line the digest must do; what should be empty and is not counts all the same.
        emptied = personal and not salt and not any(columns[len(OPEN) :])
        digest = personal if emptied else digest_of(salt, columns[len(OPEN) :])
        yield line_id, found, [*columns[: len(OPEN)], digest]


def _hash(previous: str, columns: Sequence[object]) -> str:
    return sha256(_encode([previous, *columns]).encode()).hexdigest()
