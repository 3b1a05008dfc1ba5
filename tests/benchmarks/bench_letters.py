"""Queueing a letter: 10,000 people in one transaction. `python tests/benchmarks/bench_letters.py`.

Beside it, in the same run, 10,000 rows of the same size into a plain table of the same database: what no queue can do
without.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from builders import owner, person

from tuimail.domain.account import Account, Security
from tuimail.domain.letters import Letter
from tuimail.domain.places import Sender, Structure
from tuimail.sending.letters import check_letter
from tuimail.store import accounts, audience, journal, outbox, residents, structures
from tuimail.store.database import close_store, open_store

PEOPLE = 10_000
BUDGET = 2.0
LETTER = Letter(
    "Fête du &date", "Bonjour &nom,\n\nLa fête de &structure a lieu &lieu.\n", fields=(("lieu", "au salon"),)
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        open_store(Path(folder) / "tuimail.sqlite3")
        association = structures.add_association("Les Tilleuls")
        home = structures.save_structure(
            Structure("Maison", association.id, sender=Sender("Virginie", "compta@maison.example"))
        )
        accounts.save_account(Account(association.id, "127.0.0.1", 25, Security.NONE))
        residents.save_residents(person(home.id, n) for n in range(1, PEOPLE + 1))
        people = audience.people()
        start = time.perf_counter()
        control = check_letter(LETTER, people, "", now=datetime.now(UTC))
        controlled = time.perf_counter() - start
        start = time.perf_counter()
        batch = control.queue((), owner(), datetime.now(UTC))
        queued = time.perf_counter() - start
        assert len(outbox.deliveries(batch_id=batch.id)) == PEOPLE
        assert journal.newest() > PEOPLE
        close_store()
        plain = _plain(Path(folder) / "plain.sqlite3")
    print(f"{control.messages} letters controlled in {controlled:.2f} s")
    print(
        f"queued with their journal lines in {queued:.2f} s (budget {BUDGET:.0f} s), {queued / plain:.1f} x plain rows"
    )


def _plain(path: Path) -> float:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)")
    start = time.perf_counter()
    with database:
        database.executemany("INSERT INTO plain (text) VALUES (?)", [("x" * 600,)] * (2 * PEOPLE))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
