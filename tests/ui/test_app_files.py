"""Files: attached to invoices, written as PDF, read as text."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from pathlib import Path

from hand import Hand, Mailbox, Sit
from office_data import OCTOBER

from tuimail.office import Office
from tuimail.store import documents
from tuimail.ui.screens.paths import Attach


def attached(mailbox: Mailbox) -> dict[str, list[str | None]]:
    """The names of the files that each address got beside its invoice."""
    found = {}
    for envelope in mailbox.envelopes:
        message = BytesParser(policy=policy.default).parsebytes(envelope.content)
        _invoice, *rest = message.iter_attachments()
        found[envelope.rcpt_tos[0]] = [part.get_filename() for part in rest]
    return found


async def attach(hand: Hand, key: str, name: str) -> None:
    await hand.press(key)
    await hand.type(name)
    await hand.press("enter")
    await hand.see("prochain envoi")
    await hand.until(lambda: not isinstance(hand.app.screen, Attach), "the dialog stayed open")


async def test_files_for_one_and_for_all_leave_with_the_next_send_only(
    sit: Sit, office: Office, mailbox: Mailbox, home: Path
) -> None:
    (home / "menu.pdf").write_bytes(b"%PDF-1.4 menu")
    (home / "devis.pdf").write_bytes(b"%PDF-1.4 devis")
    async with sit(office) as hand:
        await attach(hand, "J", "menu.pdf")
        await hand.see("menu.pdf part avec tous les messages du prochain envoi.")
        await hand.press("down")
        await attach(hand, "j", "devis.pdf")
        await hand.see("devis.pdf part avec 021 BERNARD Paul au prochain envoi.", "jointe : devis.pdf")
        await hand.press("up", "down")
        await hand.see("jointe : 1 fichier à tous, 1 à une facture")
        await hand.press("space", *["down"] * 5, "space", "s")
        await hand.see("menu.pdf (1 ko), avec tous les messages", "devis.pdf (1 ko), 021 BERNARD Paul")
        await hand.press("enter")
        await hand.see_end()
        await hand.see_no("fichier à tous")
        assert attached(mailbox) == {
            "paul.bernard@orange.example": ["menu.pdf", "devis.pdf"],
            "udaf99@tutelle.example": ["menu.pdf"],
        }
        mailbox.envelopes.clear()
        await hand.press("end", "up", "r", "enter")
        await hand.see_end()
        await hand.until(lambda: mailbox.envelopes, "nothing came")
        assert attached(mailbox) == {"guy.martin@free.example": []}


async def test_a_single_send_leaves_alone_what_is_attached_for_all(
    sit: Sit, office: Office, mailbox: Mailbox, home: Path
) -> None:
    (home / "menu.pdf").write_bytes(b"%PDF-1.4 menu")
    (home / "devis.pdf").write_bytes(b"%PDF-1.4 devis")
    async with sit(office) as hand:
        await attach(hand, "J", "menu.pdf")
        await hand.press("down")
        await attach(hand, "j", "devis.pdf")
        await hand.press("r")
        await hand.see("Jointe : devis.pdf", "menu.pdf attend le prochain envoi à tous")
        await hand.press("enter")
        await hand.see_end()
        await hand.until(lambda: mailbox.envelopes, "nothing came")
        assert attached(mailbox) == {"paul.bernard@orange.example": ["devis.pdf"]}
        mailbox.envelopes.clear()
        await hand.press("s")
        await hand.see("menu.pdf (1 ko), avec tous les messages")
        await hand.press("enter")
        await hand.until(lambda: len(mailbox.envelopes) == 7, "not all came")
        await hand.see_end()
        assert set(map(tuple, attached(mailbox).values())) == {("menu.pdf",)}


async def test_leaving_with_files_that_did_not_go_is_asked(sit: Sit, office: Office, home: Path) -> None:
    (home / "menu.pdf").write_bytes(b"%PDF-1.4 menu")
    async with sit(office) as hand:
        await attach(hand, "J", "menu.pdf")
        await hand.press("q")
        await hand.see("1 pièce jointe, pas encore envoyée : menu.pdf.")
        await hand.press("escape")
        await hand.see("menu.pdf part avec tous")
        await hand.press("q", "enter")
        assert hand.app._exit


async def test_a_path_is_completed_and_what_it_could_be_is_shown(sit: Sit, office: Office, home: Path) -> None:
    (home / "courriers").mkdir()
    for name in ("menu-octobre.pdf", "menu-novembre.pdf"):
        (home / "courriers" / name).write_bytes(b"x")
    async with sit(office) as hand:
        await hand.press("J")
        await hand.type("~/cou")
        await hand.press("tab", "tab")
        await hand.see("~/courriers/menu-", "menu-novembre.pdf  menu-octobre.pdf")
        await hand.press("o", "tab")
        await hand.see("~/courriers/menu-octobre.pdf")
        await hand.press("enter")
        await hand.see("menu-octobre.pdf part avec tous les messages")


async def test_what_is_attached_can_be_taken_off(sit: Sit, office: Office, home: Path) -> None:
    (home / "menu.pdf").write_bytes(b"x")
    async with sit(office) as hand:
        await attach(hand, "J", "menu.pdf")
        await hand.press("J")
        await hand.see("menu.pdf (1 ko)", "Suppr retirer")
        await hand.press("delete")
        await hand.see_no("menu.pdf (1 ko)")
        await hand.press("escape")
        await hand.see("0 cochée sur 11")
        assert "jointe" not in hand.text


async def test_a_heavy_file_is_warned_of_and_a_missing_one_is_refused(sit: Sit, office: Office, home: Path) -> None:
    (home / "photos.zip").write_bytes(bytes(1_500_000))
    async with sit(office) as hand:
        await hand.press("J")
        await hand.type("rien.pdf")
        await hand.press("enter")
        await hand.see("rien.pdf", "Choisissez un autre fichier")
        await hand.press(*["backspace"] * 8)
        await hand.type("photos.zip")
        await hand.press("enter")
        await hand.see("photos.zip fait 1,5 Mo et n’est pas un PDF : certaines boîtes le refuseront")
        await hand.press("s")
        await hand.see("plus de 1 Mo")


async def test_a_file_for_an_invoice_that_does_not_leave_waits_for_it(sit: Sit, office: Office, home: Path) -> None:
    (home / "devis.pdf").write_bytes(b"%PDF-1.4 devis")
    async with sit(office, (120, 40)) as hand:
        await hand.press("end", "j")
        await hand.type("devis.pdf")
        await hand.press("enter")
        await hand.see("103 NOËL Jeanne ne part pas pour l’instant (aucune adresse) : devis.pdf partira avec elle")


async def test_the_ticked_invoices_are_written_as_one_file_or_as_a_folder(sit: Sit, office: Office, home: Path) -> None:
    async with sit(office) as hand:
        await hand.press("space", "space", "x")
        await hand.see("Écrire 2 factures en PDF", "~/factures-2026-10.pdf")
        await hand.press("enter")
        await hand.see("2 factures écrites dans ~/factures-2026-10.pdf")
        assert (home / "factures-2026-10.pdf").read_bytes().startswith(b"%PDF")
        await hand.press("x")
        await hand.press(*["backspace"] * 4, "enter")
        await hand.see("2 factures écrites dans ~/factures-2026-10")
        assert len(list((home / "factures-2026-10").glob("*.pdf"))) == 2


async def test_a_file_that_is_there_is_replaced_at_the_second_enter_only(sit: Sit, office: Office, home: Path) -> None:
    target = home / "facture-020-2026-10.pdf"
    target.write_bytes(b"mine")
    async with sit(office) as hand:
        await hand.press("x", "enter")
        await hand.see("~/facture-020-2026-10.pdf existe déjà : Entrée encore une fois l’écrase.")
        await hand.press("space", "backspace")
        await hand.until(lambda: "existe déjà" not in hand.text, "the question stays")
        await hand.press("enter")
        await hand.see("~/facture-020-2026-10.pdf existe déjà : Entrée encore une fois l’écrase.")
        assert target.read_bytes() == b"mine"
        await hand.press("enter")
        await hand.see("1 facture écrite dans ~/facture-020-2026-10.pdf")
        assert target.read_bytes().startswith(b"%PDF")


async def test_a_folder_that_cannot_be_written_is_one_sentence(sit: Sit, office: Office, home: Path) -> None:
    (home / "occupied").write_bytes(b"")
    async with sit(office) as hand:
        await hand.press("x")
        await hand.press(*["backspace"] * len("~/facture-020-2026-10.pdf"))
        await hand.type("occupied/a.pdf")
        await hand.press("enter")
        await hand.see("occupied")
        await hand.until(lambda: "Un instant" not in hand.text, "it goes on for ever")
        await hand.press("escape")
        await hand.see("020")


async def test_the_text_of_the_pdf_can_be_read(sit: Sit, office: Office) -> None:
    (document_id,) = documents.find(["020"], OCTOBER)["020"]
    assert document_id
    async with sit(office, size=(110, 50)) as hand:
        await hand.press("o")
        await hand.see("› PDF", "Facture n° 020", "ANTOINE Monique", "2 389,75")
        await hand.press("escape")
        await hand.see("Non envoyées 6")
