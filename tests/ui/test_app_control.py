"""The control before a send, by keys: what mends a line, the words, a preview, a test, a rehearsal."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from hand import Mailbox, Sit, no_room
from office_data import OCTOBER

from tuimail.config import settings
from tuimail.domain.billing import Attachment, Document
from tuimail.domain.errors import BadFile
from tuimail.domain.events import EventKind
from tuimail.office import Office
from tuimail.office.attaching import attach
from tuimail.sending.control import Control
from tuimail.store import accounts, documents, journal, limits, listing, residents, structures
from tuimail.ui.desk import TO_ALL, Enclosure
from tuimail.ui.screens import confirm
from tuimail.ui.screens.confirm import Confirm


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "own"))


def parsed(mailbox: Mailbox) -> list[EmailMessage]:
    return [BytesParser(policy=policy.default).parsebytes(each.content) for each in mailbox.envelopes]  # type: ignore[misc]


def invoice(number: str) -> Document:
    (found,) = documents.documents(documents.find([number], OCTOBER)[number])
    return found


async def test_a_line_leads_to_the_card_that_mends_it_and_back(sit: Sit, office: Office) -> None:
    async with sit(office, (80, 24)) as hand:
        await hand.press("s")
        await hand.see("Entrée envoyer", "6 factures · 8 messages", "bloquées 2", "par message au plus")
        await hand.press("down", "down")
        await hand.see("103 NOËL Jeanne : aucune adresse", "Entrée corriger")
        await hand.press("enter")
        await hand.see("NOËL", "Généralités")
        person = residents.resident(invoice("103").resident_id)
        residents.save_residents([replace(person, emails=("jeanne.noel@free.example",))])
        await hand.press("escape")
        await hand.see("7 factures · 9 messages", "bloquées 1", "103 NOËL Jeanne : jeanne.noel@free.example changée le")
        await hand.press("escape")
        await hand.see("Entrée envoyer")


async def test_a_check_that_fails_leaves_nothing_to_be_sent(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(office, (80, 24)) as hand:
        await hand.press("a", "s")
        await hand.see("Entrée envoyer", "ÉTIENNE Zoé")
        monkeypatch.setattr(Office, "control", no_room)
        await hand.press("d")
        await hand.see("Le disque est plein.", "Faites de la place.")
        await hand.see_no("Entrée envoyer")
        assert "ÉTIENNE Zoé" not in hand.text
        await hand.press("escape")
        await hand.see("s envoyer")
        await hand.press("s")
        await hand.see("Le disque est plein.")
        assert "Vérification" not in hand.text


async def test_words_typed_for_a_send_leave_with_it_alone(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office, (80, 24)) as hand:
        await hand.press("down", "space", "s")
        await hand.see("1 facture · 1 message")
        await hand.press("e")
        await hand.see("Garder pour la suite", "Aperçu : BERNARD Paul, facture 021")
        await hand.type(", facture &numero")
        await hand.see(", facture 021")
        await hand.press("f2")
        await hand.see("Objet tapé", "facture &numero")
        await hand.press("enter")
        await hand.see_end()
    (message,) = parsed(mailbox)
    assert message["Subject"] == "Votre facture d'octobre 2026, facture 021"
    assert "numero" not in structures.structure(invoice("021").structure_id).sender.subject


async def test_words_are_kept_where_that_is_asked(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("down", "space", "s")
        await hand.see("1 facture · 1 message")
        await hand.press("e")
        await hand.see("Garder pour la suite")
        await hand.type(" bis")
        await hand.press("tab", "tab", "space", "f2")
        await hand.see("Objet tapé")
    assert structures.structure(invoice("021").structure_id).sender.subject == "Votre facture de &periode bis"
    assert [event.event for event in journal.events(last=1)] == [EventKind.SETTING_CHANGED]


async def test_the_message_is_shown_as_it_would_leave(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("down", "space", "down", "down", "space", "s")
        await hand.see("2 factures · 4 messages")
        await hand.press("o")
        await hand.see("Virginie Dubois <compta@st-eloi.example>", "Facture 021 - BERNARD Paul", "Message-ID", "ko à l")
        await hand.press("right")
        await hand.see("odette.delmas@laposte.example", "2 autres messages, chacun à part : o.delmas@sfr.example")


async def test_a_test_of_an_invoice_holds_nobody_up(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.close()
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("t")
        await hand.type("moi@st-eloi.example")
        await hand.press("enter")
        await hand.see("Connexion à")
        await hand.press("escape")
        await hand.see("L’essai se poursuit ; accepté par le serveur, il figure au journal.")
        mailbox.open()
    (line,) = journal.events(kinds=[EventKind.TESTED])
    assert mailbox.recipients == [line.recipient] == ["moi@st-eloi.example"]


async def test_a_test_to_oneself_is_marked_and_counts_as_nothing_sent(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    before = listing.counts(OCTOBER)
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("t")
        await hand.type("moi@st-eloi.example")
        await hand.press("enter")
        await hand.see("Essai envoyé à moi@st-eloi.example : 250 2.0.0 Ok")
        await hand.press("t")
        await hand.see("Essai à soi-même", "moi@st-eloi.example")
    (message,) = parsed(mailbox)
    assert (message["To"], message["Subject"]) == ("moi@st-eloi.example", "[Essai] Votre facture d'octobre 2026")
    assert listing.counts(OCTOBER) == before
    (line,) = journal.events(last=1)
    assert (line.event, line.recipient, line.message_id) == (
        EventKind.TESTED,
        "moi@st-eloi.example",
        message["Message-ID"],
    )


async def test_a_rehearsal_writes_what_would_leave(sit: Sit, office: Office, home: Path) -> None:
    before = journal.newest()
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("R")
        await hand.see("Répétition de 8 messages")
        await hand.press("enter")
        await hand.see("8 messages", "n’a été envoyé")
    (folder,) = home.glob("repetition-*")  # noqa: ASYNC240
    assert len(list(folder.glob("*.eml"))) == 8
    assert journal.newest() == before


async def test_what_is_larger_than_the_server_takes_is_blocked(sit: Sit, office: Office, tmp_path: Path) -> None:
    (account,) = accounts.accounts()
    limits.note(account, 1_000_000, datetime.now(UTC))
    async with sit(office) as hand:
        large = Attachment("plan.pdf", "application/pdf", "0", 900_000, "0")
        (one,) = documents.find(["021"], OCTOBER)["021"]
        hand.app.desk.enclosed.append(Enclosure(one, "021 BERNARD Paul", large))
        await hand.press("s")
        await hand.see("5 factures · 7 messages", "bloquées 3", "son message fait 1,3 Mo")
        hand.app.desk.enclosed.append(Enclosure(TO_ALL, "", large))
        await hand.press("escape", "s")
        await hand.see("Rien à envoyer", "bloquées 8")
    huge = tmp_path / "plan.pdf"
    huge.write_bytes(b"%PDF" * 250_000)
    with pytest.raises(BadFile, match="le serveur prend"):
        attach(office, huge)


async def test_a_pdf_that_changed_since_it_was_sent_is_kept_back(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    mailbox.unknown = {"odette.delmas@laposte.example"}
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await hand.see_end()
        document = invoice("025")
        documents.save_documents([replace(document, due_on=None)])
        mailbox.unknown = set()
        await hand.press("F")
        await hand.see("DELMAS Odette", "a changé depuis", "1 facture · 1 message")
        await hand.press("enter")
        await hand.until(lambda: "udaf99@tutelle.example" in mailbox.recipients[7:], "the other one did not leave")
        await hand.see_end()
    assert "odette.delmas@laposte.example" not in mailbox.recipients


@pytest.mark.parametrize("measured", [False, True])
async def test_what_only_the_pdfs_show_is_seen_before_anything_leaves(
    sit: Sit, office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, measured: bool
) -> None:
    """Too many to be made beforehand, or Enter before they are."""
    mailbox.unknown = {"odette.delmas@laposte.example"}
    async with sit(office, (80, 24)) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await hand.see_end()
        documents.save_documents([replace(invoice("025"), due_on=None)])
        mailbox.unknown = set()
        mailbox.envelopes.clear()
        made, prepare = threading.Event(), Office.prepare

        def slow(*given: Any) -> Control:
            made.wait(10)
            return prepare(*given)

        monkeypatch.setattr(Office, "prepare", slow)
        monkeypatch.setattr(confirm, "_MEASURED", 200 if measured else 0)
        await hand.press("F")
        await hand.see("2 factures · 2 messages")
        await hand.press("enter")
        await hand.see("Préparation des PDF")
        made.set()
        await hand.see("1 facture · 1 message", "son PDF a changé", "Rien n’est parti", "Entrée envoie les autres")
        assert not mailbox.envelopes
        await hand.press("enter")
        await hand.see_end()
        await hand.until(lambda: mailbox.recipients == ["udaf99@tutelle.example"], "the other one did not leave")


async def test_the_counts_are_mailed_to_whoever_wants_them(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    settings.set_own_address("virginie@st-eloi.example")
    settings.set_mail_counts(True)
    mailbox.unknown = {"paul.bernard@orange.example"}
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("8 messages")
        await hand.press("enter")
        await hand.see_end()
        await hand.until(lambda: "virginie@st-eloi.example" in mailbox.recipients, "no counts came")
    note = parsed(mailbox)[-1]
    body = note.get_body(("plain",))
    assert body is not None
    assert "7 envoyés · 1 refusé" in note["Subject"].replace("\u00a0", " ")
    assert "021 BERNARD Paul, paul.bernard@orange.example" in body.get_content()
    assert "103 NOËL Jeanne" in body.get_content()


async def test_what_is_worked_out_for_a_dialog_that_was_closed_is_dropped(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("par message au plus")
        dialog = hand.app.screen
        assert isinstance(dialog, Confirm)
        await hand.press("escape")
        await hand.until(lambda: not dialog.query("#facts"), "the dialog stays")
        await dialog._check()
        dialog._fit()
