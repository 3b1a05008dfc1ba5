"""The whole way with an independent server: the sink's dump, the journal and the list agree to the message."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from cli_harness import Tuimail, process, use_server
from smtp_sink import Sink

SAMPLES = Path(__file__).parents[1] / "data"
STRUCTURES = ("EHPAD Les Tilleuls", "EHPAD Saint-Éloi", "Résidence autonomie L'Œillet")

pytestmark = pytest.mark.servers


@dataclass(frozen=True)
class Dumped:
    """One message as smtp-sink wrote it down: its envelope, then the message."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    pdf_sha256: str


def read_dump(content: bytes) -> Dumped:
    message = BytesParser(policy=policy.default).parsebytes(content.replace(b"\r\n", b"\n"))
    (part,) = message.iter_attachments()
    pdf = part.get_payload(decode=True)
    assert isinstance(pdf, bytes)
    return Dumped(
        message["X-Mail-Args"].split(">")[0].strip("<"),
        tuple(value.split(">")[0].strip("<") for value in message.get_all("X-Rcpt-Args", [])),
        message["Message-ID"],
        hashlib.sha256(pdf).hexdigest(),
    )


def test_the_sink_the_journal_and_the_list_agree_to_the_message(
    tuimail: Tuimail, database: Path, sink: Sink, tmp_path: Path
) -> None:
    files = [
        shutil.copy(SAMPLES / name, tmp_path)
        for name in sorted(path.name for path in SAMPLES.iterdir() if path.is_file())
    ]
    assert tuimail("import", *sorted(files, reverse=True)).status in (0, 1)
    use_server(tuimail, sink.port)
    for name in STRUCTURES:
        tuimail("sender", "set", "--structure", name, "--name", "Compta", "--email", "compta@tilleuls.example")

    running = process(database, "send", "--period", "2026-10", "--yes", "--json")
    out, err = running.communicate(timeout=100)

    assert running.returncode == 1, err
    events = [json.loads(line) for line in out.splitlines()]
    summary = events.pop()
    assert (summary["event"], summary["failed"], summary["uncertain"]) == ("summary", 0, 0)
    dumped = [read_dump(content) for content in sink.messages()]
    sent = [e for e in tuimail("journal", "--period", "2026-10", "--format", "json").json() if e["event"] == "sent"]
    assert Counter((d.message_id, d.recipients, d.pdf_sha256) for d in dumped) == Counter(
        (e["message_id"], (e["recipient"],), e["pdf_sha256"]) for e in sent
    )
    assert len({d.message_id for d in dumped}) == len(dumped) == summary["sent"] > 100
    assert {d.sender for d in dumped} == {"compta@tilleuls.example"}
    assert [e for e in events if e["event"] == "sent"] == sent
    listed = tuimail("invoices", "--period", "2026-10", "--json").json()
    assert len(listed) == summary["invoices"] == 139
    reached = {(line["number"], line["resident"]) for line in listed if line["state"] == "sent"}
    assert reached == {(e["number"], e["resident"]) for e in sent}
    blocked = {(e["number"], e["resident"]) for e in events if e["event"] == "blocked"}
    assert {(line["number"], line["resident"]) for line in listed if line["state"] != "sent"} == blocked
    assert blocked.isdisjoint(reached)
    # Whatever else is kept back has nobody to go to.
    undecided = {(e["number"], e["resident"]) for e in events if "cochés" in e.get("detail", "")}
    assert {(line["number"], line["resident"]) for line in listed if not line["recipient"]} == blocked - undecided
    assert len(reached) + summary["blocked"] == len(listed)
    expected = Counter(
        (address, line["number"])
        for line in listed
        if line["state"] == "sent"
        for address in line["recipient"].split(", ")
    )
    assert Counter((e["recipient"], e["number"]) for e in sent) == expected
