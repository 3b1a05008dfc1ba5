"""Single invoices by commands: the known addresses, other ways, what was sent and the message as it went."""

from __future__ import annotations

from pathlib import Path

from cli_harness import MailServer, Tuimail

MONTH = ("--period", "2026-10")
SEND = ("send", *MONTH, "--yes", "--json")


def test_the_known_addresses_are_listed_with_the_last_success(tuimail: Tuimail, ready: MailServer) -> None:
    before = tuimail("send", *MONTH, "--number", "020", "--addresses", "--json").json()
    assert [(line["recipient"], line["role"], line["proposed"]) for line in before] == [
        ("monique.antoine@orange.example", "resident", True),
        ("udaf@tutelle.example", "guardian", True),
    ]
    tuimail(*SEND, "--number", "020")
    after = tuimail("send", *MONTH, "--number", "020", "--addresses")
    assert after.out.count("dernier succès le") == 2
    assert len(ready.received) == 2


def test_to_several_addresses_that_the_card_knows_by_role(tuimail: Tuimail, ready: MailServer) -> None:
    words = ("--number", "020", "--to", "udaf@tutelle.example", "--to", "anne@free.fr", "--keep")
    ran = tuimail(*SEND, *words)
    assert ran.status == 0, ran.err
    assert {line["recipient"]: line["role"] for line in ran.events("sent")} == {
        "udaf@tutelle.example": "guardian",
        "anne@free.fr": "other",
    }
    assert "anne@free.fr est maintenant sur la fiche de ANTOINE Monique." in ran.err
    known = tuimail("send", *MONTH, "--number", "020", "--addresses", "--json").json()
    assert ("anne@free.fr", "resident") in [(line["recipient"], line["role"]) for line in known]


def test_several_addresses_in_one_word_are_refused(tuimail: Tuimail, ready: MailServer) -> None:
    ran = tuimail(*SEND, "--number", "020", "--to", "Anne <anne@free.fr>, paul@free.fr")
    assert ran.status == 2
    assert "plusieurs adresses" in ran.err
    assert not ready.received


def test_a_draft_leaves_the_invoice_unsent(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    ran = tuimail(*SEND, "--number", "021", "--method", "eml", "--out", str(tmp_path / "drafts"))
    assert ran.status == 0, ran.err
    (line,) = ran.json()
    (draft,) = (tmp_path / "drafts").iterdir()
    assert (line["event"], line["recipient"]) == ("draft-written", "emile.boucher@free.example")
    assert line["message_id"].encode() in draft.read_bytes()
    assert not ready.received
    assert "021" in tuimail("invoices", *MONTH, "--unsent").out
    assert tuimail(*SEND, "--method", "eml").status == 2


def test_a_message_is_written_as_it_went(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    tuimail(*SEND, "--number", "021")
    (line,) = tuimail("history", *MONTH, "--number", "021", "--json").json()
    assert (line["state"], line["reply"]) == ("sent", "250 2.0.0 Ok: queued as 0001")
    assert line["recipient"] in tuimail("history", *MONTH, "--number", "021").out
    out = tmp_path / "message.eml"
    ran = tuimail("message", line["message_id"].strip("<>"), "--out", str(out))
    assert ran.status == 0, ran.err
    assert out.read_bytes() == ready.received[0].content
    assert tuimail("message", line["message_id"], "--out", str(out)).status == 2
    assert "Message-ID" in tuimail("message", line["message_id"]).out
    assert tuimail("message", "<none@x.example>").status == 2


def test_each_filter_is_a_word(tuimail: Tuimail, ready: MailServer) -> None:
    ready.unknown.add("emile.boucher@free.example")
    tuimail(*SEND)
    found = {
        word: [line["number"] for line in tuimail("invoices", *MONTH, word, "--json").json()]
        for word in ("--unsent", "--sent", "--problems", "--uncertain", "--to-post")
    }
    assert found == {"--unsent": [], "--sent": ["020"], "--problems": ["021"], "--uncertain": [], "--to-post": ["021"]}
