from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from builders import NOW

from tuimail.domain.errors import AccountBusy, StoreFull, TuimailError
from tuimail.domain.events import Event, EventKind, Summary

SENT = Event(
    EventKind.SENT,
    NOW,
    batch_id=3,
    delivery_id=7,
    document_id=9,
    number="020",
    period="2026-10",
    resident="ANTOINE Monique",
    recipient="m@x.example",
    role="resident",
    message_id="<1@x.example>",
    state="sent",
    code="2.0.0",
    reply="250 2.0.0 Ok: queued as 4F2A",
    queue_id="4F2A",
    pdf_sha256="aa",
    wire_sha256="bb",
    operator="virginie",
    host="bureau",
    detail="",
    id=12,
)


def test_a_line_of_json_has_the_promised_keys() -> None:
    shown = SENT.as_json()
    assert list(shown)[:2] == ["event", "at"]
    promised = {"number", "resident", "recipient", "role", "message_id", "state", "code", "reply"}
    assert promised <= set(shown)
    assert shown["event"] == "sent"
    assert shown["number"] == "020"
    assert shown["reply"] == "250 2.0.0 Ok: queued as 4F2A"
    assert shown["at"] == "2026-11-02T09:00:00+00:00"
    assert json.loads(json.dumps(shown)) == shown


def test_what_does_not_apply_is_not_in_it() -> None:
    assert Event(EventKind.CONNECTING, NOW).as_json() == {"event": "connecting", "at": "2026-11-02T09:00:00+00:00"}
    assert "until" not in SENT.as_json()


def test_waiting_says_until_when() -> None:
    event = Event(EventKind.WAITING, NOW, until=NOW + timedelta(seconds=10))
    assert event.as_json()["until"] == "2026-11-02T09:00:10+00:00"


def test_moments_are_iso_8601_in_utc() -> None:
    away = timezone(timedelta(hours=2))
    event = Event(EventKind.WAITING, NOW.astimezone(away), until=(NOW + timedelta(seconds=1)).astimezone(away))
    assert event.as_json() == {
        "event": "waiting", "at": "2026-11-02T09:00:00+00:00", "until": "2026-11-02T09:00:01+00:00"
    }  # fmt: skip


def test_the_last_line_is_the_summary_with_every_count_even_zero() -> None:
    assert Summary(invoices=3, sent=2, blocked=1).as_json() == {
        "event": "summary",
        "invoices": 3,
        "sent": 2,
        "failed": 0,
        "uncertain": 0,
        "deferred": 0,
        "blocked": 1,
        "cancelled": 0,
    }


def test_a_run_that_stopped_says_how_much_is_left_and_why() -> None:
    shown = Summary(invoices=3, sent=1, queued=2, detail="Stopped.").as_json()
    assert shown["queued"] == 2
    assert shown["detail"] == "Stopped."


def test_only_a_run_that_sent_everything_is_complete() -> None:
    whole = Summary(invoices=3, sent=3)
    assert whole.complete
    assert Summary().complete
    for name in ("failed", "uncertain", "deferred", "blocked", "cancelled", "queued"):
        assert not replace(whole, **{name: 1}).complete


@pytest.mark.usefixtures("english")
def test_the_counts_are_told_in_a_sentence_without_those_that_are_seldom() -> None:
    assert Summary(invoices=43, sent=43).sentence() == "43 sent · 0 failed · 0 uncertain = 43 messages"
    full = Summary(invoices=9, sent=1, failed=2, uncertain=3, deferred=4, blocked=1, cancelled=5, queued=6)
    assert full.sentence() == (
        "1 sent · 2 failed · 3 uncertain · 4 to be tried again · 5 cancelled · 6 still queued = 21 messages"
        " · 1 invoice blocked"
    )
    assert "2 invoices blocked" in Summary(blocked=2).sentence()


def test_an_error_is_a_sentence_and_the_next_step() -> None:
    error = StoreFull("The disk is full.", "Make room.")
    assert str(error) == "The disk is full. Make room."
    assert str(TuimailError("Alone.")) == "Alone."
    assert error.exit_status == 2
    assert AccountBusy("Busy.").exit_status == 3
