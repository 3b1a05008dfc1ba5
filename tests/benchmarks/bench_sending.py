"""How fast the whole engine sends - outbox, journal, PDFs read and composed - beside Postfix's own load generator.

Needs `smtp-sink` and `smtp-source` (Debian package postfix). Both send to the same sink in the same run, one
connection each, messages of about 100 kB. Figures depend on the machine: trust the ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))

from bench_wire import sink, smtp_source
from outbox_samples import House, gathered

from tuimail.domain.billing import KeptFile

PDF_BYTES = 70 * 1024


def engine(port: int, messages: int) -> tuple[float, float, int]:
    """Messages a second, CPU ms a message, bytes of a message."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), messages)
        account = house.account(port)
        files = {document_id: _keep(house.office.paths.documents, document_id) for document_id in house.ids}
        control = house.office.control(house.ids, "octobre 2026").with_files(files, {})

        async def run() -> tuple[float, float]:
            async with house.engine(account) as sender:
                batch = await house.office.queue(control)
                began, worked = time.perf_counter(), time.process_time()
                _events, summary = await gathered(sender.run(batch.id if batch else 0))
                assert summary.sent == messages, summary
                return time.perf_counter() - began, time.process_time() - worked

        seconds, cpu = asyncio.run(run())
        house.office.close()
    return messages / seconds, cpu / messages * 1000, PDF_BYTES * 78 // 57 + 1500


def _keep(folder: Path, document_id: int) -> KeptFile:
    content = os.urandom(PDF_BYTES)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{document_id}.pdf").write_bytes(content)
    return KeptFile(f"{document_id}.pdf", f"Facture {document_id}.pdf", hashlib.sha256(content).hexdigest(), PDF_BYTES)


def main() -> None:
    """Print a row a round and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    ratios = []
    with sink() as port:
        for _round in range(chosen.rounds):
            speed, cpu, size = engine(port, chosen.messages)
            best = smtp_source(port, 1, chosen.messages, size)
            ratios.append(speed / best)
            print(
                f"engine {speed:6.0f} msg/s, {cpu:.2f} ms CPU each   smtp-source {best:6.0f} msg/s   {ratios[-1]:.2f}"
            )
    print(f"median ratio {statistics.median(ratios):.2f} ({size} bytes a message, one connection)")


if __name__ == "__main__":
    main()
