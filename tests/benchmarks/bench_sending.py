"""How fast the whole engine sends - outbox, journal, PDFs read and composed - beside Postfix's own load generator.

Needs `smtp-sink` and `smtp-source` (Debian package postfix); `mailmerge` (PyPI) is measured where it is installed. All
send messages of about 100 kB to the same sink in the same run. Figures depend on the machine: trust the ratios.

    python tests/benchmarks/bench_sending.py                     one connection and four, and mailmerge
    python tests/benchmarks/bench_sending.py --flat              the cost of a message in batches of 100 to 20,000
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))

from bench_wire import sink, smtp_source
from outbox_samples import House

from tuimail.config.paths import Paths
from tuimail.config.process import is_alive, this_owner
from tuimail.domain.billing import KeptFile
from tuimail.domain.events import Summary
from tuimail.office import Office
from tuimail.sending.engine import Engine
from tuimail.store import accounts

PDF_BYTES = 70 * 1024
SIZE = PDF_BYTES * 78 // 57 + 1500
"""Bytes of a message."""
KEPT_PDFS = 500
"""Different PDFs; a larger batch has several documents with the same content."""
FLAT = (100, 1000, 5000, 20_000)


def prepare(folder: Path, port: int, messages: int, connections: int) -> None:
    """Queue a batch in a new database in `folder`."""
    house = House(folder, messages)
    house.account(port, connections=connections)
    house.office.paths.documents.mkdir(parents=True, exist_ok=True)
    kept = [_keep(house.office.paths.documents, n) for n in range(min(messages, KEPT_PDFS))]
    files = {document_id: kept[n % len(kept)] for n, document_id in enumerate(house.ids)}
    control = house.office.control(house.ids, "octobre 2026").with_files(files, {})
    asyncio.run(house.office.queue(control))
    house.office.close()


def engine(folder: Path) -> dict[str, float]:
    """Send it: messages a second, CPU ms a message, and the process's largest size in MB."""
    office = Office(Paths(folder / "house.sqlite3"))
    (account,) = accounts.accounts()

    async def run() -> tuple[int, float, float]:
        async with Engine(account, None, this_owner(), office, is_alive) as sender:
            began, worked = time.perf_counter(), time.process_time()
            async for item in sender.run():
                if isinstance(item, Summary):
                    assert item.complete, item
                    return item.sent, time.perf_counter() - began, time.process_time() - worked
        raise AssertionError("no summary")

    sent, seconds, cpu = asyncio.run(run())
    office.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"speed": sent / seconds, "cpu": cpu / sent * 1000, "memory": memory}


def _keep(folder: Path, number: int) -> KeptFile:
    content = os.urandom(PDF_BYTES)
    (folder / f"{number}.pdf").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return KeptFile(f"{number}.pdf", f"Facture {number}.pdf", digest, PDF_BYTES)


def alone(port: int, messages: int, connections: int) -> dict[str, float]:
    """A batch queued by one process and sent by another, whose size is then the engine's."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, __file__, "--folder", folder]
        subprocess.run([*words, "--prepare", *map(str, (port, messages, connections))], check=True)
        found: dict[str, float] = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return found


def mailmerge(port: int, messages: int) -> float | None:
    """Messages a second of the program from PyPI, its start not counted; None where it is not installed."""
    program = shutil.which("mailmerge", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mailmerge_server.conf").write_text(
            f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\nratelimit = 0\n"
        )
        (folder / "mailmerge_template.txt").write_text(
            "TO: {{email}}\nSUBJECT: Votre facture\nFROM: factures@home.example\nATTACHMENT: facture.pdf\n\n"
            "Bonjour {{name}},\n\nVeuillez trouver ci-joint la facture.\n"
        )
        (folder / "facture.pdf").write_bytes(os.urandom(PDF_BYTES))
        rows = "".join(f"famille{n}@poste.example,Zoé {n}\n" for n in range(messages))
        (folder / "mailmerge_database.csv").write_text("email,name\n" + rows)

        def seconds(limit: int) -> float:
            began = time.perf_counter()
            words = [program, "--no-dry-run", "--limit", str(limit), "--output-format", "raw"]
            subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - began

        return (messages - 1) / (seconds(messages) - seconds(1))


def compare(port: int, messages: int, rounds: int, connections: int) -> None:
    """Rounds in turn with smtp-source of as many sessions, then the medians."""
    ratios, speeds = [], []
    for _round in range(rounds):
        best = smtp_source(port, connections, messages, SIZE)
        found = alone(port, messages, connections)
        best = statistics.mean((best, smtp_source(port, connections, messages, SIZE)))
        ratios.append(found["speed"] / best)
        speeds.append(found["speed"])
        print(
            f"{connections} connection(s): engine {found['speed']:6.0f} msg/s, {found['cpu']:.2f} ms CPU each,"
            f" {found['memory']:.0f} MB   smtp-source {best:6.0f} msg/s   {ratios[-1]:.2f}"
        )
    print(f"{connections} connection(s): median ratio to smtp-source {statistics.median(ratios):.2f}")
    other = mailmerge(port, 200) if connections == 1 else None
    if other is not None:
        print(f"mailmerge {other:6.0f} msg/s; engine {statistics.median(speeds) / other:.1f} times that")


def flat(port: int) -> None:
    """What a message costs in small and large batches."""
    for messages in FLAT:
        found = alone(port, messages, 1)
        print(
            f"{messages:6} messages: {1000 / found['speed']:.2f} ms and {found['cpu']:.2f} ms CPU each,"
            f" {found['memory']:.0f} MB"
        )


def main() -> None:
    """Print a row a round and the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flat", action="store_true", help="the cost of a message in batches of growing size")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--prepare", type=int, nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.prepare:
        prepare(chosen.folder, *chosen.prepare)
        return
    if chosen.folder:
        print(json.dumps(engine(chosen.folder)))
        return
    if not (shutil.which("smtp-sink") and shutil.which("smtp-source")):
        parser.exit(0, "skipped: smtp-sink and smtp-source are not installed (Debian package postfix)\n")
    with sink() as port:
        if chosen.flat:
            flat(port)
        else:
            for connections in (1, 4):
                compare(port, chosen.messages, chosen.rounds, connections)


if __name__ == "__main__":
    main()
