"""`page`: logo, VAT, Factur-X and passwords, from the command to what families receive."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from cli_harness import MailServer, Tuimail
from PIL import Image

from tuimail.domain.billing import DocumentKind
from tuimail.domain.places import FacturX, Structure, VatRegime
from tuimail.store import documents, structures
from tuimail.store.database import close_store, open_store

PASSWORD = "trois mots simples"
SEND = ("send", "--period", "2026-10", "--yes", "--json")
HOME = ("--structure", "Maison")


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.PNG"
    Image.new("RGB", (60, 20), "navy").save(path)
    return path


def home(database: Path) -> Structure:
    open_store(database)
    (found,) = structures.structures()
    close_store()
    return found


def complete(database: Path) -> None:
    """Give the home its SIRET."""
    open_store(database)
    (found,) = structures.structures()
    structures.save_structure(replace(found, siret="12345678900012"))
    close_store()


def opened(content: bytes, password: str = "") -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content), password=password or None)


def test_what_is_codified_is_kept_shown_and_journalled(
    tuimail: Tuimail, month: None, database: Path, logo: Path
) -> None:
    given = ("--factur-x", "basic", "--vat", "taxed", "--logo", str(logo))
    assert tuimail("page", "set", *HOME, *given).status == 0
    found = home(database)
    assert (found.factur_x, found.vat_regime) == (FacturX.BASIC, VatRegime.TAXED)
    assert (database.parent / "logos" / found.logo).read_bytes() == logo.read_bytes()
    assert "BASIC" in tuimail("page", "show").out
    assert "Factur-X sans → BASIC" in tuimail("journal").out
    assert tuimail("page", "set", *HOME, "--no-logo").status == 0
    assert home(database).logo == ""
    assert home(database).factur_x is FacturX.BASIC


@pytest.mark.parametrize("bad", ["missing.png", "text.png", "."])
def test_a_logo_that_is_none_is_refused(
    tuimail: Tuimail, month: None, database: Path, tmp_path: Path, bad: str
) -> None:
    (tmp_path / "text.png").write_text("no picture")
    ran = tuimail("page", "set", *HOME, "--logo", str(tmp_path / bad))
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert home(database).logo == ""


def test_a_logo_that_has_gone_stops_the_send_before_anything_leaves(
    tuimail: Tuimail, ready: MailServer, database: Path, logo: Path
) -> None:
    tuimail("page", "set", *HOME, "--logo", str(logo))
    (database.parent / "logos" / home(database).logo).unlink()
    ran = tuimail(*SEND)
    assert ran.status == 2
    assert "logo" in ran.err
    assert ready.received == []


def test_families_receive_factur_x_where_that_is_codified(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    complete(database)
    tuimail("page", "set", *HOME, "--factur-x", "en16931", "--vat", "taxed")
    assert tuimail(*SEND).status == 0
    assert all("factur-x.xml" in opened(message.pdf()).attachments for message in ready.received)


def test_a_protected_invoice_opens_with_its_password_and_a_resend_sends_the_same_bytes(
    tuimail: Tuimail, ready: MailServer, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert tuimail("page", "protect", *HOME, "--resident", "R1", "--password-stdin").status == 0
    assert tuimail(*SEND).status == 0
    assert tuimail(*SEND, "--resend", "--number", "020").status == 0
    mine = [m.pdf() for m in ready.received if m.recipient == "monique.antoine@orange.example"]
    assert len(mine) == 2
    assert mine[0] == mine[1]
    assert opened(mine[0]).is_encrypted
    assert "ANTOINE" in opened(mine[0], PASSWORD).pages[0].extract_text()
    (other,) = (m.pdf() for m in ready.received if m.recipient == "emile.boucher@free.example")
    assert not opened(other).is_encrypted
    journal = tuimail("journal").out
    assert PASSWORD not in journal
    assert "ANTOINE Monique" in journal
    # The home's own copies are for its own eyes.
    assert tuimail("render", "--period", "2026-10", "--out", str(tmp_path / "all.pdf")).status == 0
    assert not opened((tmp_path / "all.pdf").read_bytes()).is_encrypted


def test_without_a_password_again(tuimail: Tuimail, ready: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    tuimail("page", "protect", *HOME, "--resident", "R1", "--password-stdin")
    assert tuimail("page", "protect", *HOME, "--resident", "R1", "--off").status == 0
    tuimail(*SEND)
    assert not any(opened(message.pdf()).is_encrypted for message in ready.received)


@pytest.mark.parametrize(("code", "typed"), [("R9", PASSWORD), ("R1", "short"), ("R1", ""), ("", PASSWORD)])
def test_wrong_passwords_and_residents_are_told(
    tuimail: Tuimail, month: None, monkeypatch: pytest.MonkeyPatch, code: str, typed: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
    ran = tuimail("page", "protect", *HOME, "--resident", code, "--password-stdin")
    assert ran.status == 2
    assert ran.err.count("\n") == 1


def test_a_disbursement_statement_goes_along_with_its_invoice(
    tuimail: Tuimail, ready: MailServer, database: Path
) -> None:
    open_store(database)
    first = next(document for document in documents.documents([1, 2]) if document.number == "020")
    statement = replace(
        first, id=0, kind=DocumentKind.DISBURSEMENTS, number="R7", related_id=first.id, issued_on=date(2026, 10, 30)
    )
    documents.save_documents([statement])
    close_store()
    assert tuimail(*SEND).status == 0
    for message in ready.received:
        names = [part.get_filename() for part in message.parsed().iter_attachments()]
        mine = "020" in str(names[0])
        assert len(names) == (2 if mine else 1)
        if mine:
            assert names[1] == "Relevé de débours R7 - ANTOINE Monique - octobre 2026.pdf"
            parts = [part.get_payload(decode=True) for part in message.parsed().iter_attachments()]
            text = opened(parts[1]).pages[0].extract_text()  # type: ignore[arg-type]
            assert "Joint à la facture" in text
            assert "020" in text
