"""How long a key waits for its first byte while a batch leaves at full speed, and what the batch loses by it.

The application runs in a pseudo-terminal over a database of its own; the mail goes to Postfix's smtp-sink (Debian
package postfix). Figures depend on the machine: 50 ms (p95) is the limit.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))
sys.path.insert(0, str(Path(__file__).parents[1] / "terminal"))

import office_data
from pty_terminal import PtyTerminal
from smtp_sink import Sink

from tuimail.store import batches, documents, residents
from tuimail.store.database import close_store, open_store


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=1500)
    parser.add_argument("--keys", type=int, default=150)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sink_folder = Path(folder) / "sink"
        sink_folder.mkdir()
        sink = Sink(sink_folder)
        sink.wait_until_ready()
        try:
            database = Path(folder) / "data" / "tuimail.sqlite3"
            fill(database, sink.port, args.invoices)
            measure(database, args.keys)
        finally:
            sink.stop()


def fill(database: Path, port: int, invoices: int) -> None:
    """The tests' association with so many more invoices in October."""
    open_store(database)
    office_data.fill(port)
    (pattern,) = documents.documents(documents.find(["021"], office_data.OCTOBER)["021"])
    person = residents.resident(pattern.resident_id)
    people = residents.save_residents(
        [replace(person, id=0, code=f"Z{n:05d}", last_name=f"ZOLA{n:05d}") for n in range(invoices)]
    )
    documents.save_documents(
        replace(pattern, id=0, resident_id=p.id, number=f"{n:05d}") for n, p in enumerate(people, 10_000)
    )
    close_store()


def measure(database: Path, keys: int) -> None:
    """Press keys in the list before and during a send."""
    with PtyTerminal(["-m", "tuimail", "--database", str(database)], 120, 40) as terminal:
        terminal.wait_for("ANTOINE")
        terminal.settle(0.3)
        report("at rest", [press(terminal) for _ in range(keys)])
        terminal.press("s")
        terminal.wait_for("messages", 60)
        terminal.send("\r")
        terminal.wait_for("Envoi ", 300)
        began = time.perf_counter()
        found: list[float] = []
        while len(found) < keys and "envoyés" not in terminal.text:
            found.append(press(terminal))
            # A hand that keeps a key down: thirty a second.
            time.sleep(0.033)
        report("while sending", found)
        terminal.wait_for("envoyés", 600)
        took = time.perf_counter() - began
        open_store(database)
        print(f"{batches.summary([2]).sent / took:.0f} messages a second meanwhile")
        close_store()
        terminal.send("q")
        terminal.wait()


def press(terminal: PtyTerminal) -> float:
    """Seconds from a key to what it draws: the row that the cursor has come to."""
    while terminal.read(0.0):
        pass
    before = terminal.text
    began = time.perf_counter()
    terminal.send("\x1b[B")
    row = detail(before)
    while detail(terminal.text) == row and time.perf_counter() - began < 5:
        terminal.read(0.5)
    return time.perf_counter() - began


def detail(text: str) -> str:
    """The line that spells out the row under the cursor."""
    return next((line for line in text.splitlines() if ", ch. " in line), "")


def report(what: str, seconds: list[float]) -> None:
    """Print the median, the 95th percentile and the worst."""
    ordered = sorted(1000 * s for s in seconds)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    median = statistics.median(ordered)
    print(f"{what}: {len(ordered)} keys, median {median:.0f} ms, p95 {p95:.0f}, worst {ordered[-1]:.0f}")


if __name__ == "__main__":
    main()
