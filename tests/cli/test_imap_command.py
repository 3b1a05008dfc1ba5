"""`tuimail imap` and `tuimail uncertain look-up`, with a real Dovecot where there is one."""

from __future__ import annotations

import imaplib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_harness import MailServer, Tuimail
from dovecot import PASSWORD, USER, Dovecot, running

from tuimail.domain.mail import DeliveryState
from tuimail.store.database import close_store, open_store
from tuimail.store.tables.outbox import DeliveryRow


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


def use_imap(tuimail: Tuimail, monkeypatch: pytest.MonkeyPatch, port: int, password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    words = ("--host", "127.0.0.1", "--port", str(port), "--security", "none", "--user", USER)
    assert tuimail("imap", "set", *words, "--password-stdin").status == 0


def test_an_account_is_codified_shown_and_tested(
    tuimail: Tuimail, month: None, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Codifiez-le d’abord" in tuimail("imap", "show").err
    use_imap(tuimail, monkeypatch, dovecot.port)
    shown = tuimail("imap", "show").out
    assert f"127.0.0.1, port {dovecot.port}, sans chiffrement" in shown
    assert PASSWORD not in shown
    tested = tuimail("imap", "test")
    assert (tested.status, "le dossier Sent contient" in tested.out) == (0, True)
    assert any("Compte IMAP" in line["detail"] for line in tuimail("journal", "--json").events("setting-changed"))


def test_bad_settings_are_told_and_nothing_is_kept(tuimail: Tuimail, month: None) -> None:
    for words, told in (
        ((), "n’est pas encore connu"),
        (("--host", "imap.example"), "utilisateur"),
        (("--host", "imap example", "--user", "x"), "n’est pas un nom de serveur"),
        (("--host", "imap.example", "--user", "x", "--port", "2000"), "--security"),
    ):
        ran = tuimail("imap", "set", *words)
        assert ran.status == 2
        assert told in ran.err
    assert tuimail("imap", "show").status == 2


def test_uncertain_messages_are_looked_for_and_nothing_is_decided(
    tuimail: Tuimail, ready: MailServer, database: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tuimail("send", "--period", "2026-10", "--yes").status == 0
    open_store(database)
    DeliveryRow.update(state=DeliveryState.UNCERTAIN).execute()
    close_store()
    assert "Aucun compte IMAP" in tuimail("uncertain", "look-up").err
    ids = [line["message_id"] for line in tuimail("uncertain", "--json").json()]
    with imaplib.IMAP4("127.0.0.1", dovecot.port) as client:
        client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        client.append("Sent", "", "", f"Message-ID: {ids[1]}\r\n\r\nx\r\n".encode())
    use_imap(tuimail, monkeypatch, dovecot.port)
    looked = tuimail("uncertain", "look-up", "--json").json()
    assert [(line["message_id"], line["found"]) for line in looked] == [(i, i == ids[1]) for i in ids]
    said = tuimail("uncertain", "look-up", ids[1].strip("<>"))
    assert (said.status, "TROUVÉ dans Sent" in said.out, "Rien n’est encore décidé" in said.err) == (0, True, True)
    assert len(tuimail("uncertain", "--json").json()) == len(ids)
    assert "Il n’y a pas de message incertain" in tuimail("uncertain", "look-up", "x@y").err


def test_a_wrong_password_is_told(
    tuimail: Tuimail, month: None, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_imap(tuimail, monkeypatch, dovecot.port, "autre")
    ran = tuimail("imap", "test")
    assert ran.status == 2
    assert "mot de passe" in ran.err
