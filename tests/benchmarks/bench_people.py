"""Search as you type over 10,000 residents, and a card: `python tests/benchmarks/bench_people.py`.

A key is counted from its press to the list painted, over the whole interface; the limit is 30 ms. A card is counted in
a pseudo-terminal, from Enter to its last field on the screen (the limit is 50 ms) and to the last byte that is drawn.
The store's part is told apart. Figures depend on the machine, and some machines change their speed from one second to
the next: so each figure is told once more for the moments at which a fixed piece of work was done at its quickest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "terminal"))

import office_data
from pty_terminal import PtyTerminal

from tuimail.config.paths import Paths, find_paths
from tuimail.domain.roll import ResidentFilter
from tuimail.office import Office
from tuimail.store import residents, roll
from tuimail.store.database import close_store, open_store
from tuimail.ui.app import TuimailApp

SYLLABLES = ("ber", "nard", "mar", "tin", "du", "pont", "le", "roy", "gi", "rard", "mo", "reau", "fon", "tai", "ne")
TYPED = "martin du 45"
TODAY = date(2026, 11, 5)
FULL_SPEED = 1.25
"""So many times as long as at its quickest."""
LAST_FIELD = "Départ".encode()
"""Of the first tab of a card."""


def fill(database: Path, count: int) -> None:
    """The tests' association with so many more residents, every third with a guardian or a relative."""
    open_store(database)
    office_data.fill()
    (pattern,) = residents.residents([1])
    random = Random(2026)

    def someone(number: int) -> object:
        last = "".join(random.choices(SYLLABLES, k=3)).upper()
        return replace(
            pattern,
            id=0,
            code=f"Z{number:05d}",
            last_name=last,
            first_name="".join(random.choices(SYLLABLES, k=2)).title(),
            room=str(number % 400),
            emails=(f"{last.lower()}.{number}@orange.example",),
            guardian=pattern.guardian if number % 3 == 0 else None,
            relatives=pattern.relatives if number % 3 == 1 else (),
        )

    residents.save_residents(someone(n) for n in range(count))  # type: ignore[misc]
    close_store()


def milliseconds(work: Callable[[], object], times: int = 20) -> float:
    """The median."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def pace() -> float:
    """Seconds that a fixed piece of work takes now."""
    start = time.perf_counter()
    sum(n & 7 for n in range(20_000))
    return time.perf_counter() - start


class Figures:
    """What something took, each time with the pace before it."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._found: list[tuple[float, float]] = []

    def add(self, before: float, taken: float) -> None:
        """In seconds; the pace afterwards counts too."""
        self._found.append((max(before, pace()), taken * 1000))

    def tell(self) -> None:
        """Medians: of all, and of those at the full speed of the machine."""
        best = min(found for found, _taken in self._found)
        every = [taken for _found, taken in self._found]
        quick = [taken for found, taken in self._found if found < FULL_SPEED * best]
        print(
            f"  {self._what}: median {statistics.median(every):.1f} ms, first {every[0]:.1f}, worst {max(every):.1f};"
            f" at full speed ({len(quick)} of {len(every)} times, {best * 1000:.2f} ms the piece of work)"
            f" {statistics.median(quick):.1f} ms"
        )


async def painted(app: TuimailApp) -> None:
    """Until every message is dealt with and what changed is drawn."""
    while app._typed or app._key_overdue is not None:  # noqa: ASYNC110
        await asyncio.sleep(0)
    done = asyncio.Event()
    app.screen.call_after_refresh(done.set)
    await done.wait()


async def interface(paths: Paths) -> None:
    """Keys of the search, then cards."""
    with Office(paths) as office:
        app = TuimailApp(office)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("2")
            await pilot.pause()
            await pilot.press("/")
            keys = Figures("a key of the search, painted")
            for _ in range(3):
                for letter in TYPED:
                    before, start = pace(), time.perf_counter()
                    await key(app, "space" if letter == " " else letter)
                    keys.add(before, time.perf_counter() - start)
                for _letter in TYPED:
                    await key(app, "backspace")
            keys.tell()


def cards(database: Path) -> None:
    """Open one card after the other."""
    with PtyTerminal(["-m", "tuimail", "--database", str(database)], 120, 40) as terminal:
        terminal.wait_for("ANTOINE")
        terminal.send("2")
        terminal.wait_for("2 Résidents")
        terminal.settle(0.5)
        shown, settled = Figures("a card shows its last field"), Figures("a card draws its last byte")
        for _ in range(40):
            drawn, there, before = b"", 0.0, pace()
            start = last = time.perf_counter()
            terminal.send("\r")
            # Read without showing it: that would cost as much as drawing it.
            while select.select([terminal.fd], [], [], 0.5)[0]:
                drawn += os.read(terminal.fd, 65536)
                last = time.perf_counter()
                there = there or (last if LAST_FIELD in drawn else 0.0)
            shown.add(before, there - start)
            settled.add(before, last - start)
            terminal.press("\x1b")
            terminal.press("\x1b[B")
        shown.tell()
        settled.tell()


async def key(app: TuimailApp, name: str) -> None:
    """Press one, as the driver would, and wait for what it changes."""
    from textual import events

    app.post_message(events.Key(name, " " if name == "space" else name if len(name) == 1 else None))
    await asyncio.sleep(0)
    await painted(app)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=10_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "data" / "tuimail.sqlite3"
        fill(database, args.residents)
        paths = find_paths(str(database))
        open_store(database)
        print(f"{args.residents} residents")
        for length in range(1, len(TYPED) + 1):
            typed = TYPED[:length]
            found = len(roll.index(TODAY, search=typed))
            taken = milliseconds(lambda typed=typed: roll.index(TODAY, search=typed), 5)  # type: ignore[misc]
            print(f"  index of “{typed}”: {taken:.1f} ms, {found} found")
        print(f"  counts: {milliseconds(lambda: roll.counts(TODAY)):.1f} ms")
        for kind in ResidentFilter:
            print(f"  filter {kind}: {milliseconds(lambda kind=kind: roll.index(TODAY, kind)):.1f} ms")  # type: ignore[misc]
        close_store()
        asyncio.run(interface(paths))
        cards(database)


if __name__ == "__main__":
    main()
