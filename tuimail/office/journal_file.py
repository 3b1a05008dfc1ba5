"""The journal as a file: a table for a spreadsheet, or one JSON object a line for a program."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tuimail.domain.csv_text import csv_table
from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.events import Event
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.words import event_word, role_word


def write(events: Iterable[Event], out: Path) -> int:
    """Write these lines to a file, JSON Lines if it ends in .json or .jsonl, else CSV; how many there were.

    The file is there whole or not at all. Raises BadFile.
    """
    count = 0

    def counted() -> Iterator[Event]:
        nonlocal count
        for event in events:
            count += 1
            yield event

    lines = _json_lines if out.suffix.lower() in (".json", ".jsonl") else csv_lines
    beside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as stream:
            beside = Path(stream.name)
            for line in lines(counted()):
                stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(out)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise BadFile(
            _("{path} cannot be written: {reason}.").format(path=out, reason=os_reason(error)),
            _("Choose another place."),
        ) from error
    return count


def csv_lines(events: Iterable[Event]) -> Iterator[bytes]:
    """A title line, then a line an event, as bytes to be written one after the other."""
    return csv_table(_titles(), map(_values, events))


def _json_lines(events: Iterable[Event]) -> Iterator[bytes]:
    for event in events:
        yield json.dumps(event.as_json(), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _titles() -> list[str]:
    return [
        _("Date"),
        _("Event"),
        _("Period"),
        pgettext("column", "No."),
        _("Resident"),
        _("Recipient"),
        _("Role"),
        _("Code"),
        _("Reply"),
        _("Detail"),
        _("Operator"),
        _("Machine"),
        "Message-ID",
        _("Queue ID"),
        _("SHA-256 of the PDF"),
    ]


def _values(event: Event) -> list[str]:
    return [
        f"{event.at.astimezone():%d/%m/%Y %H:%M:%S}",
        event_word(event.event),
        event.period,
        event.number,
        event.resident,
        event.recipient,
        role_word(event.role),
        event.code,
        " ".join(event.reply.split()),
        event.detail,
        event.operator,
        event.host,
        event.message_id,
        event.queue_id,
        event.pdf_sha256,
    ]
