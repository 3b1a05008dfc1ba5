"""From an export to the families' inboxes by commands alone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_harness import (
    CARON,
    INVOICE_OF_CARON,
    INVOICES,
    PEOPLE,
    Exports,
    MailServer,
    Tuimail,
    change_invoice,
    process,
    use_server,
)

from tuimail.config.process import is_alive, this_owner
from tuimail.store import accounts
from tuimail.store.database import close_store, open_store

SEND = ("send", "--period", "2026-10", "--yes", "--json")
ADDRESSES = ["emile.boucher@free.example", "monique.antoine@orange.example", "udaf@tutelle.example"]
NOTHING = {"sent": 0, "failed": 0, "uncertain": 0, "deferred": 0, "blocked": 0, "cancelled": 0}


def events_of(tuimail: Tuimail) -> list[dict[str, object]]:
    return tuimail("journal", "--format", "json").json()


def test_each_address_gets_its_own_invoice_and_the_journal_agrees(
    tuimail: Tuimail, ready: MailServer, database: Path
) -> None:
    ran = tuimail(*SEND)

    assert ran.status == 0, ran.err
    assert ran.json()[-1] == {"event": "summary", "invoices": 2} | NOTHING | {"sent": 3}
    assert sorted(mail.recipient for mail in ready.received) == ADDRESSES
    sent = {line["recipient"]: line for line in ran.events("sent")}
    journal = {line["recipient"]: line for line in events_of(tuimail) if line["event"] == "sent"}
    assert sent == journal
    for mail in ready.received:
        line = sent[mail.recipient]
        number = "021" if mail.recipient.startswith("emile") else "020"
        assert (line["number"], line["state"], line["code"]) == (number, "sent", "2.0.0")
        assert line["reply"].startswith("250 2.0.0 Ok: queued as ")
        assert datetime.fromisoformat(line["at"]).tzinfo is not None
        assert mail.parsed()["Message-ID"] == line["message_id"]
        (kept,) = (database.parent / "documents").rglob(f"{number}.pdf")
        assert mail.pdf() == kept.read_bytes()
        assert hashlib.sha256(mail.pdf()).hexdigest() == line["pdf_sha256"]
        assert mail.sender == "compta@maison.example"
    assert {line["role"] for line in sent.values()} == {"resident", "guardian"}


def test_a_second_send_sends_nothing(tuimail: Tuimail, ready: MailServer) -> None:
    tuimail(*SEND)
    before = events_of(tuimail)

    again = tuimail(*SEND)

    assert again.status == 0
    assert again.json() == [{"event": "summary", "invoices": 0} | NOTHING]
    assert len(ready.received) == 3
    assert events_of(tuimail) == before


def test_a_number_is_sent_again_when_asked_for(tuimail: Tuimail, ready: MailServer) -> None:
    tuimail(*SEND)

    alone = tuimail(*SEND, "--number", "021")
    again = tuimail(*SEND, "--number", "021", "--resend")

    assert alone.json()[-1]["sent"] == 0
    assert (again.status, again.json()[-1]["sent"]) == (0, 1)
    assert [mail.recipient for mail in ready.received[3:]] == ["emile.boucher@free.example"]
    first, second = (m for m in ready.received if m.recipient == "emile.boucher@free.example")
    assert first.pdf() == second.pdf()
    assert first.parsed()["Message-ID"] != second.parsed()["Message-ID"]


def test_a_number_can_be_sent_to_another_address(tuimail: Tuimail, ready: MailServer) -> None:
    ran = tuimail(*SEND, "--number", "020", "--to", "Fils@Autre.example")

    assert ran.status == 0, ran.err
    assert [mail.recipient for mail in ready.received] == ["Fils@autre.example"]
    assert ran.events("sent")[0]["role"] == "other"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--to", "fils@autre.example"), "--number"),
        (("--number", "020", "--to", "fils@autre"), "fils@autre"),
        (("--number", "020", "--to", "a@b.example\r\nBcc: c@d.example"), "saut de ligne"),
        (("--number", "999"), "Il n’y a pas de facture 999 en octobre 2026."),
        (("--number", "20"), "Peut-être 020"),
        (("--structure", "Ailleurs"), "« Maison »"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_sent(
    tuimail: Tuimail, ready: MailServer, words: tuple[str, ...], sentence: str
) -> None:
    before = events_of(tuimail)

    ran = tuimail(*SEND, *words)

    assert ran.status == 2
    assert sentence in ran.err
    assert ran.err.count("\n") == 1
    assert not ran.out
    assert not ready.received
    assert events_of(tuimail) == before


def test_a_number_of_several_structures_asks_which(tuimail: Tuimail, ready: MailServer, exports: Exports) -> None:
    people = exports.write("b.csv", PEOPLE.replace("Maison", "Annexe"))
    tuimail("import", people, exports.write("c.csv", INVOICES.replace("Maison", "Annexe")))
    tuimail("sender", "set", "--structure", "Annexe", "--name", "A", "--email", "a@annexe.example")

    unclear = tuimail(*SEND, "--number", "021")
    clear = tuimail(*SEND, "--number", "021", "--structure", "annexe")

    assert unclear.status == 2
    assert "Annexe, Maison" in unclear.err
    assert clear.status == 0, clear.err
    assert [mail.sender for mail in ready.received] == ["a@annexe.example"]


def test_whoever_has_no_address_is_blocked_with_the_reason(
    tuimail: Tuimail, ready: MailServer, exports: Exports
) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE + CARON), exports.write("f.csv", INVOICES + INVOICE_OF_CARON))

    ran = tuimail(*SEND)

    (blocked,) = ran.events("blocked")
    assert ran.status == 1
    assert (blocked["number"], blocked["resident"], blocked["detail"]) == ("022", "CARON Lucie", "aucune adresse")
    assert ran.json()[-1] == {"event": "summary", "invoices": 3} | NOTHING | {"sent": 3, "blocked": 1}
    assert [e["number"] for e in events_of(tuimail) if e["event"] == "blocked"] == ["022"]
    assert tuimail(*SEND).status == 1


def test_a_refused_address_fails_and_the_others_are_sent(tuimail: Tuimail, ready: MailServer) -> None:
    ready.unknown.add("udaf@tutelle.example")

    ran = tuimail("send", "--period", "2026-10", "--yes")

    assert ran.status == 1
    assert "ERR   020 ANTOINE Monique → udaf@tutelle.example" in ran.out
    assert "550 5.1.1 User unknown" in ran.out
    assert "2 envoyés · 1 refusé · 0 incertain" in ran.out
    states = {line["number"]: line["state"] for line in tuimail("invoices", "--period", "2026-10", "--json").json()}
    assert states == {"020": "partial", "021": "sent"}


def test_a_dry_run_shows_the_control_and_sends_nothing(tuimail: Tuimail, ready: MailServer) -> None:
    before = events_of(tuimail)

    for_people = tuimail("send", "--period", "2026-10", "--dry-run")
    for_programs = tuimail("send", "--period", "2026-10", "--dry-run", "--json")

    assert (for_people.status, for_programs.status) == (0, 0)
    assert "2 factures, 3 messages, 3 adresses" in for_people.out
    assert "020 ANTOINE Monique → udaf@tutelle.example (tutelle « Tutelle »)" in for_people.out
    assert [line["recipient"] for line in for_programs.events("ready")] == [ADDRESSES[1], ADDRESSES[2], ADDRESSES[0]]
    assert for_programs.json()[-1]["event"] == "summary"
    assert not ready.received
    assert events_of(tuimail) == before


def test_a_dry_run_keeps_back_what_the_send_keeps_back(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    ready.unknown.add("udaf@tutelle.example")
    tuimail(*SEND)
    change_invoice(database, "020")

    for_people = tuimail("send", "--period", "2026-10", "--number", "020", "--dry-run")
    for_programs = tuimail("send", "--period", "2026-10", "--number", "020", "--dry-run", "--json")
    sent = tuimail(*SEND, "--number", "020")

    assert (for_people.status, for_programs.status, sent.status) == (1, 1, 1)
    assert "020 ANTOINE Monique : son PDF a changé" in for_people.out.split("Bloquées")[1]
    (blocked,) = for_programs.events("blocked")
    assert [line["detail"] for line in sent.events("blocked")] == [blocked["detail"]]
    assert not for_programs.events("ready")
    assert len(ready.received) == 2


@pytest.mark.parametrize("typed", ["emile.boucher@gmial.com", "emile.bouche@free.example"])
def test_an_address_typed_for_one_send_is_warned_of_where_it_looks_like_another(
    tuimail: Tuimail, ready: MailServer, typed: str
) -> None:
    ran = tuimail(*SEND, "--number", "021", "--to", typed)

    assert f"021 BOUCHER Émile : {typed} ressemble à une faute" in ran.err
    assert [mail.recipient for mail in ready.received] == [typed], "a warning keeps nothing back"


def test_without_a_terminal_a_send_has_to_be_confirmed_by_the_flag(tuimail: Tuimail, ready: MailServer) -> None:
    ran = tuimail("send", "--period", "2026-10")

    assert ran.status == 2
    assert "--yes" in ran.err
    assert not ready.received


def test_a_month_without_invoices_is_nothing_to_do(tuimail: Tuimail, ready: MailServer) -> None:
    ran = tuimail("send", "--period", "2027-01", "--yes", "--json")

    assert ran.status == 0
    assert ran.json() == [{"event": "summary", "invoices": 0} | NOTHING]
    assert "janvier 2027" in ran.err


def test_without_an_account_the_next_step_is_told(tuimail: Tuimail, month: None) -> None:
    ran = tuimail(*SEND)

    assert ran.status == 2
    assert "tuimail smtp set" in ran.err


def test_without_a_sender_the_next_step_is_told(tuimail: Tuimail, exports: Exports, mail_server: MailServer) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE), exports.write("f.csv", INVOICES))
    use_server(tuimail, mail_server.port)

    ran = tuimail(*SEND)

    assert ran.status == 2
    assert "tuimail sender set" in ran.err
    assert not mail_server.received


def test_a_server_that_is_not_there_queues_nothing(tuimail: Tuimail, ready: MailServer, free_port: int) -> None:
    use_server(tuimail, free_port)

    ran = tuimail(*SEND)

    assert ran.status == 2
    assert "127.0.0.1" in ran.err
    assert ran.err.count("\n") == 1
    assert not [e for e in events_of(tuimail) if e["event"] == "queued"]
    assert tuimail("resume", "--json").json() == [{"event": "summary", "invoices": 0} | NOTHING]


def test_a_send_that_could_not_begin_answers_a_program_nothing(
    tuimail: Tuimail, ready: MailServer, exports: Exports, free_port: int
) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE + CARON), exports.write("f.csv", INVOICES + INVOICE_OF_CARON))
    use_server(tuimail, free_port)

    ran = tuimail(*SEND)

    assert (ran.status, ran.out) == (2, "")
    assert "127.0.0.1" in ran.err


def test_an_account_that_somebody_sends_from_is_status_3(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    open_store(database)
    accounts.acquire(accounts.accounts()[0].id, this_owner(), datetime.now(UTC), is_alive)
    close_store()

    ran = tuimail(*SEND)

    assert ran.status == 3
    assert "envoie depuis" in ran.err
    assert not ready.received
    assert not [e for e in events_of(tuimail) if e["event"] == "queued"]


def test_a_folder_of_pdfs_that_cannot_be_written_queues_nothing(
    tuimail: Tuimail, ready: MailServer, database: Path
) -> None:
    (database.parent / "documents").write_text("a file is in the way")

    ran = tuimail(*SEND)

    assert ran.status == 2
    assert str(database.parent / "documents") in ran.err
    assert not ready.received
    assert not [e for e in events_of(tuimail) if e["event"] == "queued"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_send_after_the_message_in_flight_and_resume_goes_on(
    tuimail: Tuimail, ready: MailServer, database: Path, name: str
) -> None:
    import signal

    tuimail("smtp", "set", "--gap", "60")
    running = process(database, *SEND)
    assert running.stdout is not None
    first = json.loads(running.stdout.readline())
    assert first["event"] == "sent"

    running.send_signal(getattr(signal, name))
    out, err = running.communicate(timeout=30)

    summary = json.loads(out.splitlines()[-1])
    assert running.returncode == 1
    assert (summary["sent"], summary["queued"]) == (1, 2)
    assert "tuimail resume" in err
    tuimail("smtp", "set", "--gap", "0")
    assert tuimail("resume", "--json").json()[-1]["sent"] == 3
    assert sorted(mail.recipient for mail in ready.received) == ADDRESSES
    assert events_of(tuimail)[-1]["event"] == "batch-ended"


def test_resume_after_a_kill_does_not_wait_for_the_lease(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    tuimail("smtp", "set", "--gap", "60")
    running = process(database, *SEND)
    assert running.stdout is not None
    running.stdout.readline()
    running.kill()
    running.communicate(timeout=30)
    tuimail("smtp", "set", "--gap", "0")

    told = tuimail(*SEND)
    resumed = tuimail("resume", "--json")

    assert told.status == 1
    assert "2 messages d’un envoi précédent attendent encore" in told.err
    assert resumed.status == 0, resumed.err
    assert sorted(mail.recipient for mail in ready.received) == ADDRESSES


def test_what_waits_of_the_selection_is_counted_whichever_send_it_is_of(
    tuimail: Tuimail, ready: MailServer, database: Path
) -> None:
    tuimail("smtp", "set", "--gap", "60")
    running = process(database, *SEND)
    assert running.stdout is not None
    running.stdout.readline()

    beside = tuimail(*SEND)
    running.kill()
    running.communicate(timeout=30)
    later = {number: tuimail(*SEND, "--number", number) for number in ("020", "021")}
    dry = tuimail("send", "--period", "2026-10", "--dry-run", "--json")

    assert (beside.status, beside.json()[-1]["queued"]) == (1, 2)
    assert "2 messages d’un envoi précédent attendent encore : " in beside.err
    assert "envoie depuis" in beside.err
    assert "tuimail resume" not in beside.err
    counted = {number: (ran.status, ran.json()[-1].get("queued", 0)) for number, ran in later.items()}
    assert sum(queued for _status, queued in counted.values()) == 2
    assert all(status == (1 if queued else 0) for status, queued in counted.values())
    assert all("tuimail resume" in ran.err for ran in later.values())
    assert (dry.status, dry.json()[-1]["queued"]) == (1, 2)


@pytest.mark.parametrize("state", ["deferred", "uncertain"])
def test_an_address_that_waits_is_counted_beside_one_that_is_sent_now(
    tuimail: Tuimail, ready: MailServer, database: Path, state: str
) -> None:
    tuimail(*SEND)
    later = "9999-01-01T00:00:00.000000+00:00" if state == "deferred" else None
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("UPDATE delivery SET state = ?, next_at = ? WHERE address = 'udaf@tutelle.example'", (state, later))
        raw.execute("UPDATE delivery SET state = 'failed' WHERE address = 'monique.antoine@orange.example'")
        raw.execute("UPDATE batch SET state = 'running'")

    ran = tuimail(*SEND, "--number", "020")
    elsewhere = tuimail(*SEND, "--number", "020", "--to", "fils@autre.example")

    assert (ran.status, ran.json()[-1]["sent"], ran.json()[-1][state]) == (1, 1, 1)
    assert (elsewhere.status, elsewhere.json()[-1]["sent"], elsewhere.json()[-1][state]) == (0, 1, 0)


def test_a_reader_that_goes_away_does_not_end_the_send(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    tuimail("smtp", "set", "--gap", "0.2")
    running = process(database, *SEND)
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()

    assert running.wait(timeout=30) == 141
    assert running.stderr is not None
    assert not running.stderr.read()
    assert sorted(mail.recipient for mail in ready.received) == ADDRESSES


def test_a_password_that_nobody_can_be_asked_for_is_told(tuimail: Tuimail, ready: MailServer) -> None:
    tuimail("smtp", "set", "--user", "virginie")

    ran = tuimail(*SEND)

    assert ran.status == 2
    assert "mot de passe de virginie" in ran.err
    assert not ready.received
