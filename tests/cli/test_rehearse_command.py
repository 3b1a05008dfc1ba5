"""What `tuimail send` does instead of sending, and what the messages say this once."""

from __future__ import annotations

import csv
import os
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from cli_harness import MailServer, Tuimail

SEND = ("send", "--period", "2026-10")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "own"))


def test_a_rehearsal_writes_every_message_and_sends_none(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    folder = tmp_path / "essai"
    before = tuimail("journal", "--format", "json").out
    ran = tuimail(*SEND, "--rehearse", str(folder))
    assert ran.status == 0, ran.err
    assert "3 messages" in ran.out
    assert "aucun n’a été envoyé" in ran.out
    found = {
        path.name: BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in folder.glob("*.eml")
    }
    assert sorted(message["To"] for message in found.values()) == [
        "emile.boucher@free.example",
        "monique.antoine@orange.example",
        "udaf@tutelle.example",
    ]
    for message in found.values():
        (pdf,) = message.iter_attachments()
        assert pdf.get_content().startswith(b"%PDF")
    with (folder / "messages.csv").open(encoding="utf-8-sig", newline="") as stream:
        listed = list(csv.DictReader(stream, delimiter=";"))
    assert {line["file"] for line in listed} == set(found)
    assert all(int(line["bytes"]) == (folder / line["file"]).stat().st_size for line in listed)
    assert not ready.received
    assert tuimail("journal", "--format", "json").out == before

    again = tuimail(*SEND, "--rehearse", str(folder))
    assert (again.status, ready.received) == (2, [])
    assert "n’est pas un dossier vide" in again.err


def test_a_test_goes_to_the_operator_alone_and_counts_as_nothing_sent(tuimail: Tuimail, ready: MailServer) -> None:
    listed = tuimail("invoices", "--period", "2026-10", "--json").out
    ran = tuimail(*SEND, "--test", "moi@maison.example", "--json")
    assert ran.status == 0, ran.err
    (mail,) = ready.received
    message = mail.parsed()
    assert mail.recipient == message["To"] == "moi@maison.example"
    assert message["Subject"] == "[Essai] Votre facture"
    assert tuimail("invoices", "--period", "2026-10", "--json").out == listed
    (line,) = [each for each in tuimail("journal", "--format", "json").json() if each["event"] == "tested"]
    assert (line["recipient"], line["message_id"]) == ("moi@maison.example", message["Message-ID"])
    ran = tuimail(*SEND, "--yes", "--json")
    assert ran.json()[-1]["sent"] == 3, "the test was taken for a send"


def test_words_and_files_are_of_this_send_alone(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    text, menu = tmp_path / "texte.txt", tmp_path / "menu.docx"
    text.write_text("Bonjour, voici la facture de &personne.\n")
    menu.write_bytes(b"menu")
    ran = tuimail(*SEND, "--yes", "--subject", "Facture &numero", "--body-file", str(text), "--attach", str(menu))
    assert ran.status == 0, ran.err
    assert "menu.docx n’est pas un PDF" in ran.err
    assert sorted(mail.parsed()["Subject"] for mail in ready.received) == ["Facture 020", "Facture 020", "Facture 021"]
    for mail in ready.received:
        body = mail.parsed().get_body(("plain",))
        assert body is not None
        assert body.get_content().startswith("Bonjour, voici la facture de ")
        assert [part.get_filename() for part in mail.parsed().iter_attachments()][1:] == ["menu.docx"]
    assert "Facture &numero" not in tuimail("sender", "show").out


@pytest.mark.parametrize(
    ("text", "said"),
    [("&personne &montant\n", "que des mots-clés"), ("  \n", "vide"), ("&personnes, bonjour", "n’est pas un mot-clé")],
)
def test_a_text_that_says_nothing_or_is_misspelt_sends_nothing(
    tuimail: Tuimail, ready: MailServer, tmp_path: Path, text: str, said: str
) -> None:
    body = tmp_path / "texte.txt"
    body.write_text(text)
    ran = tuimail(*SEND, "--yes", "--body-file", str(body))
    assert (ran.status, ready.received) == (2, [])
    assert said in ran.err


def test_html_is_a_switch_of_the_structure(tuimail: Tuimail, ready: MailServer) -> None:
    assert tuimail("sender", "set", "--structure", "Maison", "--html").status == 0
    assert tuimail(*SEND, "--number", "021", "--yes").status == 0
    (mail,) = ready.received
    plain, html = (mail.parsed().get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "BOUCHER Émile" in plain.get_content()
    assert "BOUCHER Émile" in html.get_content()


@pytest.mark.parametrize("method", ["eml", "sendmail", "xdg-email"])
def test_a_file_goes_along_by_whichever_way(
    tuimail: Tuimail, ready: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    menu, out, programs = tmp_path / "menu.pdf", tmp_path / "out", tmp_path / "bin"
    menu.write_bytes(b"%PDF-1.4 the menu")
    programs.mkdir()
    for name in ("sendmail", "xdg-email"):
        (programs / name).write_text(f'#!/bin/sh\ncat > "{tmp_path}/given.eml"\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    words = ("--number", "021", "--method", method, "--out", str(out), "--attach", str(menu))
    ran = tuimail(*SEND, "--yes", *words)
    assert ran.status == 0, ran.err
    if method == "xdg-email":
        assert (out / "menu.pdf").read_bytes() == menu.read_bytes()
        return
    draft = tmp_path / "given.eml" if method == "sendmail" else next(out.iterdir())
    message = BytesParser(policy=policy.default).parsebytes(draft.read_bytes())
    assert [part.get_filename() for part in message.iter_attachments()][1:] == ["menu.pdf"]
