"""Whoever changes the journal by hand is found out, and what was done is named."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, deliver, home, owner

from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind
from tuimail.domain.seal import Head, Tampering, Verdict
from tuimail.store import batches, chain, journal
from tuimail.store.database import close_store, execute, open_store, rehearsal

pytestmark = pytest.mark.usefixtures("english")

LINES = 10


@pytest.fixture
def written(store: Path) -> Path:
    """A journal of ten lines; gives the database's path."""
    for n in range(LINES // 2):
        journal.append(
            [
                Event(EventKind.QUEUED, NOW, number=f"{n:03}", resident="LÉGER Zoé", recipient="zoe@x.example"),
                Event(EventKind.DEFERRED, NOW, number=f"{n:03}", reply="450 “later”", until=NOW + timedelta(minutes=5)),
            ]
        )
    return store


def tamper(path: Path, *statements: str) -> Verdict:
    """What the seal says once these were run by another program, without the triggers that forbid them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER event_never_changed")
        raw.execute("DROP TRIGGER event_never_removed")
        for statement in statements:
            raw.execute(statement)
    return chain.verify()


def found(verdict: Verdict) -> tuple[Tampering | None, int]:
    return verdict.tampering, verdict.line


def test_an_untouched_journal_is_whole(written: Path) -> None:
    verdict = chain.verify()
    assert verdict == Verdict(Head(LINES, verdict.head.hash))
    assert verdict.intact
    assert verdict.head == chain.stored_head()
    assert verdict.sentence() == "The journal is whole: 10 lines, each as it was written."
    assert verdict.as_json() == {"event": "verified", "lines": LINES, "seal": str(verdict.head)}


def test_an_empty_journal_is_whole(store: Path) -> None:
    assert chain.verify() == Verdict(Head(0, ""))


def test_what_a_whole_send_writes_is_sealed(store: Path) -> None:
    house = home(3)
    deliver(house)
    batches.queue(house.ask(resend=True, run="2"), owner(), NOW)
    with rehearsal():
        journal.append([Event(EventKind.IMPORTED, NOW)])
    assert chain.verify().intact
    assert chain.verify().head.lines == execute("SELECT count(*) FROM event").fetchone()[0] > 8


def test_every_field_of_a_line_is_sealed() -> None:
    assert sorted(chain.COLUMNS) == sorted({field.name for field in fields(Event)} - {"id"})


@pytest.mark.parametrize("column", chain.COLUMNS)
def test_a_change_of_any_column_is_found(written: Path, column: str) -> None:
    value = 77 if column.endswith("_id") else "'sent'"
    verdict = tamper(written, f"UPDATE event SET {column} = {value} WHERE id = 4")
    assert found(verdict) == (Tampering.CHANGED, 4)
    assert verdict.head.lines == LINES


@pytest.mark.parametrize("line", [1, 5, LINES])
def test_a_changed_line_is_named(written: Path, line: int) -> None:
    verdict = tamper(written, f"UPDATE event SET recipient = 'other@x.example' WHERE id = {line}")
    assert found(verdict) == (Tampering.CHANGED, line)
    assert f"Line {line} of the journal is not as it was written" in verdict.sentence()
    assert verdict.as_json() == {
        "event": "tampered",
        "lines": LINES,
        "seal": f"{LINES}:",
        "tampering": "changed",
        "line": line,
        "detail": verdict.sentence(),
    }


def resealed(line: int) -> str:
    """The hash that a changed line would have to carry."""
    rows = list(chain._lines())
    return chain._hash(rows[line - 2][1] if line > 1 else "", ["forged", *rows[line - 1][2][1:]])


@pytest.mark.parametrize("line", [1, 5, LINES])
def test_a_changed_line_that_was_sealed_anew_is_found_at_the_next(written: Path, line: int) -> None:
    verdict = tamper(written, f"UPDATE event SET at = 'forged', hash = '{resealed(line)}' WHERE id = {line}")
    assert found(verdict) == (Tampering.CHANGED, min(line + 1, LINES))


@pytest.mark.parametrize("renumber", [False, True])
@pytest.mark.parametrize("line", [1, 5, LINES - 1])
def test_a_removed_line_is_named(written: Path, line: int, renumber: bool) -> None:
    closing_up = [f"UPDATE event SET id = id - 1 WHERE id > {line}"] if renumber else []
    verdict = tamper(written, f"DELETE FROM event WHERE id = {line}", *closing_up)
    assert found(verdict) == (Tampering.REMOVED, line)
    assert verdict.sentence() == f"Line {line} of the journal was removed."


_ALL = f"{', '.join(chain.COLUMNS)}, hash, salt"
COPY = f"INSERT INTO event (id, {_ALL}) SELECT {{id}}, {_ALL}"


@pytest.mark.parametrize("line", [2, 5, LINES])
def test_a_line_put_in_is_named(written: Path, line: int) -> None:
    verdict = tamper(
        written,
        f"UPDATE event SET id = -id WHERE id >= {line}",
        "UPDATE event SET id = 1 - id WHERE id < 0",
        COPY.format(id=line) + " FROM event WHERE id = 1",
        f"UPDATE event SET number = '999', hash = 'x' WHERE id = {line}",
    )
    assert found(verdict) == (Tampering.INSERTED, line)
    assert verdict.sentence() == f"Line {line} of the journal was put in afterwards."


def test_a_line_put_before_the_first_is_found(written: Path) -> None:
    verdict = tamper(
        written, COPY.format(id=0) + " FROM event WHERE id = 3", "UPDATE event SET hash = 'x' WHERE id = 0"
    )
    assert found(verdict) == (Tampering.INSERTED, 1)


@pytest.mark.parametrize("forged", ["x", "as the seal would have it"])
def test_a_line_put_at_the_end_is_named(written: Path, forged: str) -> None:
    last = list(chain._lines())[-1]
    seal = "x" if forged == "x" else chain._hash(last[1], last[2])
    verdict = tamper(
        written,
        COPY.format(id=LINES + 1) + f" FROM event WHERE id = {LINES}",
        f"UPDATE event SET hash = '{seal}' WHERE id = {LINES + 1}",
    )
    assert found(verdict) == (Tampering.INSERTED, LINES + 1)


def test_a_line_put_at_the_end_is_found_after_others_were_written(written: Path) -> None:
    tamper(written, COPY.format(id=LINES + 1) + f" FROM event WHERE id = {LINES}")
    journal.append([Event(EventKind.SENT, NOW)])
    assert found(chain.verify()) == (Tampering.INSERTED, LINES + 1)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 5), (3, 8), (LINES - 1, LINES)])
def test_lines_in_another_order_are_named(written: Path, one: int, other: int) -> None:
    verdict = tamper(
        written,
        f"UPDATE event SET id = -1 WHERE id = {one}",
        f"UPDATE event SET id = {one} WHERE id = {other}",
        f"UPDATE event SET id = {other} WHERE id = -1",
    )
    assert found(verdict) == (Tampering.MOVED, one)
    assert "in another place" in verdict.sentence()


@pytest.mark.parametrize(("left", "missing"), [(LINES - 1, 1), (6, 4), (0, LINES)])
def test_lines_cut_off_the_end_are_counted(written: Path, left: int, missing: int) -> None:
    verdict = tamper(written, f"DELETE FROM event WHERE id > {left}")
    assert found(verdict) == (Tampering.TRUNCATED, left + 1)
    assert verdict.missing == missing
    assert verdict.head.lines == left
    assert ("The last line" in verdict.sentence()) == (missing == 1)


def test_lines_cut_off_the_end_are_found_after_others_were_written(written: Path) -> None:
    tamper(written, f"DELETE FROM event WHERE id > {LINES - 2}")
    journal.append([Event(EventKind.SENT, NOW)])
    assert found(chain.verify()) == (Tampering.REMOVED, LINES - 1)


def test_a_line_of_another_number_is_found(written: Path) -> None:
    assert found(tamper(written, f"UPDATE event SET id = 99 WHERE id = {LINES}")) == (Tampering.CHANGED, LINES)


def test_the_record_of_the_last_line_is_missed_and_sending_goes_on(written: Path) -> None:
    assert found(tamper(written, "DELETE FROM journal_head")) == (Tampering.UNSEALED, LINES + 1)
    journal.append([Event(EventKind.SENT, NOW)])
    assert not chain.verify().intact


# The seal of an earlier day


def rewrite(path: Path, *, until: int = LINES) -> None:
    """Remove what comes after, change the first line and seal the whole journal anew, its record included."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER event_never_changed")
        raw.execute("DROP TRIGGER event_never_removed")
        raw.execute("DELETE FROM event WHERE id > ?", (until,))
        raw.execute("UPDATE event SET number = 'forged' WHERE id = 1")
        previous = ""
        for line_id, salt, *columns in raw.execute(
            f"SELECT id, salt, {', '.join(chain.COLUMNS)} FROM event"
        ).fetchall():
            digest = chain.digest_of(salt, columns[len(chain.OPEN) :])
            previous = chain._hash(previous, [*columns[: len(chain.OPEN)], digest])
            raw.execute("UPDATE event SET hash = ? WHERE id = ?", (previous, line_id))
        raw.execute("UPDATE journal_head SET lines = ?, hash = ?", (until, previous))


def test_a_noted_seal_proves_what_stood_there_then(written: Path) -> None:
    noted = chain.verify().head
    journal.append([Event(EventKind.SENT, NOW)])
    assert chain.verify(noted).intact
    assert chain.verify(Head(0, "")).intact


def test_a_journal_written_anew_is_whole_but_not_the_noted_one(written: Path) -> None:
    noted = chain.verify().head
    journal.append([Event(EventKind.SENT, NOW)])
    rewrite(written, until=LINES + 1)
    assert chain.verify().intact
    assert found(chain.verify(noted)) == (Tampering.REPLACED, LINES)
    assert "not the one whose seal was noted" in chain.verify(noted).sentence()


def test_a_journal_written_anew_and_shorter_is_not_the_noted_one(written: Path) -> None:
    noted = chain.verify().head
    rewrite(written, until=LINES - 2)
    assert chain.verify().intact
    verdict = chain.verify(noted)
    assert (found(verdict), verdict.missing) == ((Tampering.TRUNCATED, LINES - 1), 2)


def test_a_seal_is_read_as_it_was_printed(written: Path) -> None:
    head = chain.verify().head
    assert Head.parse(f" {str(head).upper()}\n") == head
    assert Head.parse("0:") == Head(0, "")


@pytest.mark.parametrize("text", ["", "12", "12:", "0:" + "a" * 64, "-1:" + "a" * 64, "1:" + "g" * 64, "1:" + "a" * 63])
def test_what_is_no_seal_is_told(text: str) -> None:
    with pytest.raises(BadInput, match="not the seal"):
        Head.parse(text)


# The recipe, which must never change


def sealed(*values: object) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_hash_is_the_documented_one(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "token_hex", lambda size: "5a" * size)
    journal.append([Event(EventKind.SENT, NOW, 1, 2, 3, "020", resident='LÉGER "Zoé"', until=NOW)])
    (row,) = execute("SELECT * FROM event").fetchall()
    names = [description[0] for description in execute("SELECT * FROM event").description]
    values = dict(zip(names, row, strict=True))
    personal = sealed("5a" * 16, *(values[name] for name in ("resident", "recipient", "reply", "detail")))
    assert values["hash"] == sealed("", *(values[name] for name in chain.OPEN), personal)
    assert values["hash"] == "a6894f9f1a890316650e9d5c391e2b3ac565a229e25087918304ca1309732ac1"


# Several writers


def _append_some(path: Path, name: str) -> None:
    open_store(path)
    for n in range(40):
        journal.append([Event(EventKind.SENT, NOW, operator=name, number=str(n)), Event(EventKind.FAILED, NOW)])
    close_store()


@pytest.fixture
def spawn() -> Iterator[Callable[[Path, str], multiprocessing.process.BaseProcess]]:
    context = multiprocessing.get_context("spawn")
    started: list[multiprocessing.process.BaseProcess] = []

    def start(path: Path, name: str) -> multiprocessing.process.BaseProcess:
        process = context.Process(target=_append_some, args=(path, name))
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


def test_writers_at_once_leave_one_unbroken_chain(
    store: Path, spawn: Callable[[Path, str], multiprocessing.process.BaseProcess]
) -> None:
    writers = [spawn(store, name) for name in ("virginie", "thomas", "karim")]
    while any(writer.is_alive() for writer in writers):
        assert chain.verify().intact
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    verdict = chain.verify()
    assert verdict.intact
    assert verdict.head.lines == 3 * 40 * 2
