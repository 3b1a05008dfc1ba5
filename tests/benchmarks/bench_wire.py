"""How fast the wire half sends, beside Postfix's own load generator in the same run.

Needs `smtp-sink` and `smtp-source` (Debian package postfix). Figures depend on the machine: trust the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import time
import timeit
from collections.abc import Iterator
from datetime import UTC, datetime

from tuimail.domain.account import Account, Security
from tuimail.sending.connection import Connection
from tuimail.sending.message import Part, Wire, build, encode_attachment, make_message_id

SENDER, RECIPIENT = "factures@home.example", "famille@family.example"
PDF = os.urandom(70 * 1024)


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """smtp-sink on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{port}", "100"])
    try:
        for _try in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as greeting:
                greeting.recv(100)
                break
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def message(encoded: bytes) -> Wire:
    return build(
        sender_name="Résidence Les Érables",
        sender=SENDER,
        recipient=RECIPIENT,
        subject="Votre facture d’octobre 2026",
        text="Bonjour,\n\nVeuillez trouver ci-joint la facture.\n",
        message_id=make_message_id("home.example"),
        date=datetime.now(UTC),
        parts=[Part("Facture Hélène.pdf", "application/pdf", encoded)],
    )


def smtp_source(port: int, sessions: int, messages: int, size: int) -> float:
    began = time.perf_counter()
    command = ["smtp-source", "-d", "-s", str(sessions), "-m", str(messages), "-l", str(size)]
    subprocess.run([*command, "-f", SENDER, "-t", RECIPIENT, f"127.0.0.1:{port}"], check=True)
    return messages / (time.perf_counter() - began)


def own(port: int, sessions: int, messages: int, assemble: bool) -> float:
    """Messages a second; `assemble`: each one is put together too, its attachment encoded beforehand."""
    encoded = encode_attachment(PDF)
    ready = message(encoded)

    async def session(count: int) -> None:
        account = Account(0, "127.0.0.1", port, Security.NONE)
        connection = await Connection.open(account, None)
        for _n in range(count):
            await connection.begin(SENDER, RECIPIENT, message(encoded) if assemble else ready)
            await connection.finish()
        await connection.quit()

    async def everything() -> None:
        await asyncio.gather(*(session(messages // sessions) for _n in range(sessions)))

    began = time.perf_counter()
    asyncio.run(everything())
    return messages / (time.perf_counter() - began)


def assembling() -> float:
    """Seconds a message, the attachment being encoded already."""
    encoded = encode_attachment(PDF)
    return min(timeit.repeat(lambda: message(encoded), number=100, repeat=5)) / 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not (shutil.which("smtp-sink") and shutil.which("smtp-source")):
        parser.exit(0, "skipped: smtp-sink and smtp-source are not installed (Debian package postfix)\n")
    size = message(encode_attachment(PDF)).size
    print(f"{size} bytes a message, {options.messages} messages, median of {options.rounds} interleaved rounds")
    print(f"putting one together: {assembling() * 1e3:.3f} ms, its attachment encoded before")
    for sessions in (1, 4):
        rates: dict[str, list[float]] = {"smtp-source": [], "ready bytes": [], "assembled": []}
        with sink() as port:
            for _round in range(options.rounds):
                rates["smtp-source"].append(smtp_source(port, sessions, options.messages, size))
                rates["ready bytes"].append(own(port, sessions, options.messages, assemble=False))
                rates["assembled"].append(own(port, sessions, options.messages, assemble=True))
        reference = statistics.median(rates["smtp-source"])
        for name, values in rates.items():
            rate = statistics.median(values)
            print(f"{sessions} session(s)  {name:12} {rate:7.0f} msg/s  ratio {rate / reference:.2f}")


if __name__ == "__main__":
    main()
