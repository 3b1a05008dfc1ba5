"""Kills a real `tuimail resume` again and again until everything is sent, and counts what Postfix's smtp-sink took.

    python tests/promise/kill_loop.py --kills 500 --messages 4000

The judge is the sink's own dump of each message. Moments are drawn from a seed, which is printed; what they hit is up
to the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))
sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))

from outbox_samples import House
from smtp_sink import Sink

from tuimail.domain.billing import KeptFile
from tuimail.domain.mail import LIVE_STATES, DeliveryState
from tuimail.store import journal, outbox

SETTLED = (DeliveryState.SENT, DeliveryState.UNCERTAIN)
STARTING = 7
"""Every so many kills, one hits a process that is still starting."""
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)


@dataclass
class Tally:
    """What a loop came to."""

    messages: int
    kills: int = 0
    while_sending: int = 0
    """Kills after the process had told of its first message."""
    accepted_twice: int = 0
    sent_not_accepted: int = 0
    lost: int = 0
    """Neither sent nor uncertain at the end, or accepted and not in the outbox."""
    misjudged: int = 0
    """Accepted, and neither sent nor uncertain; or the journal's last word is another one."""
    uncertain: int = 0
    uncertain_accepted: int = 0
    seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)
    """What processes said on standard error."""

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return not (self.accepted_twice or self.sent_not_accepted or self.lost or self.misjudged or self.troubles)

    def __str__(self) -> str:
        share = self.uncertain / max(self.kills, 1)
        return (
            f"{self.messages} messages, {self.kills} kills ({self.while_sending} while sending), {self.seconds:.0f} s:"
            f" accepted twice {self.accepted_twice}, sent and not accepted {self.sent_not_accepted}, lost {self.lost},"
            f" misjudged {self.misjudged}; uncertain {self.uncertain}, {share:.2f} a kill,"
            f" {self.uncertain_accepted} of them accepted"
        )


class KillLoop:
    """A database with a batch, a sink, and processes that do not live long."""

    def __init__(self, folder: Path, sink: Sink, messages: int, seed: int, connections: int = 1) -> None:
        self.folder = folder
        self.sink = sink
        self.tally = Tally(messages)
        self._random = random.Random(seed)
        self._queue(messages, connections)

    def run(self, kills: int) -> Tally:
        """Kill at random instants, spread over the whole batch; then go on to the end."""
        began = time.monotonic()
        start_up = 0.3
        left = self.tally.messages
        while self.tally.kills < kills:
            process, said = self._start()
            if self.tally.kills % STARTING == STARTING - 1:
                # While it starts: the lease, what the one before left, the connection.
                self._sleep(process, self._random.uniform(0, start_up))
            else:
                start_up = self._until_told(process, said, 1)
                fair_share = 1.8 * left / (kills - self.tally.kills + 1)
                self._until_told(process, said, self._random.randrange(max(int(fair_share), 2)))
                self._sleep(process, self._random.uniform(0, 0.005))
                self.tally.while_sending += process.poll() is None
            process.kill()
            self._end(process)
            self.tally.kills += 1
            # Counted where it stands: what was told lags behind what left by several connections.
            left = len(outbox.deliveries(states=tuple(LIVE_STATES)))
        process, _said = self._start()
        self._end(process)
        self.tally.seconds = time.monotonic() - began
        self._judge()
        return self.tally

    def _queue(self, messages: int, connections: int) -> None:
        house = House(self.folder, messages)
        house.account(self.sink.port, connections=connections)
        folder = house.office.paths.documents
        folder.mkdir(parents=True)
        files = {}
        for document_id in house.ids:
            content = b"%PDF-1.7 of " + str(document_id).encode() * 200
            (folder / f"{document_id}.pdf").write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            files[document_id] = KeptFile(f"{document_id}.pdf", f"Facture {document_id}.pdf", digest, len(content))
        control = house.office.control(house.ids, "octobre 2026").with_files(files, {})
        asyncio.run(house.office.queue(control))
        self.house = house

    def _start(self) -> tuple[subprocess.Popen[bytes], Path]:
        said = self.folder / f"said-{self.tally.kills}"
        command = [sys.executable, "-m", "tuimail", "--database", str(self.house.office.paths.database)]
        environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "TUIMAIL_LANG": "en"}
        with said.open("wb") as out:
            process = subprocess.Popen(
                [*command, "resume", "--json"], stdout=out, stderr=subprocess.PIPE, env=environment
            )
        return process, said

    def _until_told(self, process: subprocess.Popen[bytes], said: Path, events: int) -> float:
        """Until it has told so many events; the seconds it took."""
        began = time.monotonic()
        while process.poll() is None and _lines(said) < events:
            time.sleep(0.0005)
        return time.monotonic() - began

    def _sleep(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        _out, complaint = process.communicate(timeout=300)
        text = complaint.decode(errors="replace")
        if "Traceback" in text or process.returncode not in (0, 1, -9):
            self.tally.troubles.append(text)

    def _judge(self) -> None:
        taken = self._accepted()
        rows = {d.message_id: d for d in outbox.deliveries()}
        last = {e.delivery_id: e.state for e in journal.events() if e.delivery_id}
        tally = self.tally
        tally.accepted_twice = sum(times > 1 for times in taken.values())
        tally.lost = tally.messages - len(rows) + len(set(taken) - set(rows))
        for delivery in rows.values():
            accepted = bool(taken[delivery.message_id])
            tally.sent_not_accepted += delivery.state is DeliveryState.SENT and not accepted
            tally.lost += delivery.state not in SETTLED
            tally.misjudged += accepted and delivery.state not in SETTLED
            tally.misjudged += last[delivery.id] != delivery.state
            tally.uncertain += delivery.state is DeliveryState.UNCERTAIN
            tally.uncertain_accepted += delivery.state is DeliveryState.UNCERTAIN and accepted

    def _accepted(self) -> Counter[str]:
        """By Message-ID, once the sink has taken away what was cut: then it holds whole messages only."""
        held: list[bytes] = []
        for _try in range(100):
            before, held = held, self.sink.messages()
            if held == before and all(content.rstrip().endswith(b"--") for content in held):
                break
            time.sleep(0.1)
        return Counter(_MESSAGE_ID.search(content)[1].decode() for content in held)  # type: ignore[index]


def _lines(said: Path) -> int:
    return said.read_bytes().count(b"\n")


def main() -> int:
    """Run a loop and print its tally."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="kill-loop-") as name:
        folder = Path(name)
        dumps = folder / "sink"
        dumps.mkdir()
        sink = Sink(dumps)
        try:
            sink.wait_until_ready()
            loop = KillLoop(folder / "house", sink, options.messages, options.seed, options.connections)
            tally = loop.run(options.kills)
        finally:
            sink.stop()
    print(tally)
    for trouble in tally.troubles:
        print(trouble)
    return 0 if tally.kept else 1


if __name__ == "__main__":
    sys.exit(main())
