"""What a card says about pages is on the pages: number, Factur-X, logo, and the password that opens them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hand import Hand, Sit
from office_data import NOW
from PIL import Image
from sample_pages import run_tool

from tuimail.documents.render import render
from tuimail.domain.places import FacturX
from tuimail.office import Office
from tuimail.store import cards, documents, journal, listing, residents, structures
from tuimail.ui.screens.resident import open_card


async def at_card(hand: Hand, *pages: str) -> None:
    await hand.press("3", "down", "enter", *pages)


def saint_eloi() -> int:
    return structures.structures()[0].id


async def test_the_card_says_what_the_next_invoice_is_called(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await at_card(hand, "pagedown")
        await hand.see("Sans les deux, une facture établie ici suit")
        await hand.press(*["tab"] * 5)
        await hand.type("F-")
        await hand.see("Prochaine facture établie ici : F-001")
        await hand.press("tab")
        await hand.type("12")
        await hand.see("Prochaine facture établie ici : F-012")
        await hand.press("f2")
        await hand.see("enregistré.")
    place = structures.structure(saint_eloi())
    assert (place.number_prefix, place.next_number) == ("F-", 12)


async def test_factur_x_and_logo_of_the_card_are_in_the_pdf(sit: Sit, office: Office, home: Path) -> None:
    Image.new("RGB", (60, 30), "purple").save(home / "logo.png")
    async with sit(office, size=(80, 24)) as hand:
        await at_card(hand, *["tab"] * 7)
        await hand.paste("732 829 320 00074")
        await hand.press("tab", "tab")
        await hand.paste("logo.png")
        await hand.press("pagedown", "pagedown", "tab", "tab", "right")
        await hand.see("‹ BASIC ›", "aussi pour les machines")
        await hand.press("f2")
        await hand.see("enregistré.")
    place = structures.structure(saint_eloi())
    assert place.factur_x is FacturX.BASIC
    path = home / "page.pdf"
    path.write_bytes(render(next(iter(office.printables(listing.index(documents.periods()[-1], place.id).ids)))))
    assert " 60    30 " in run_tool("pdfimages", "-list", path).stdout
    assert "factur-x.xml" in run_tool("pdfdetach", "-list", path).stdout


async def test_a_residents_pdf_password_is_kept_and_told_nowhere(sit: Sit, office: Office) -> None:
    resident = residents.residents()[0]
    secret = "glycine trois lavande"
    async with sit(office, size=(80, 24)) as hand:
        card = open_card(hand.app.desk, resident.id)
        hand.app.push_screen(card)
        await hand.see(resident.name)
        await hand.press("pagedown", "pagedown", "pagedown", *["tab"] * 6)
        await hand.type("court")
        await hand.press("f2")
        await hand.see("trop court")
        await hand.press("ctrl+u")
        await hand.type(secret)
        assert secret not in hand.text
        # Somebody else changes the same card: nothing of the password is told.
        paul = replace(office.owner, operator="paul")
        before = cards.card(resident.id)
        cards.save(
            resident.id, before, replace(before, room="12", pdf_password=type(before.pdf_password)("x" * 9)), paul, NOW
        )
        await hand.press("f2")
        await hand.see("paul a modifié")
        assert "xxxxxxxxx" not in hand.text
        await hand.press("escape", "f2")
        await hand.until(lambda: residents.resident(resident.id).pdf_password == secret, "not kept")
    details = [event.detail for event in journal.events()]
    assert any("mot de passe des PDF" in detail for detail in details)
    assert not any(secret in detail or "xxxxxxxxx" in detail for detail in details)
    assert secret not in repr(residents.resident(resident.id)) + repr(cards.card(resident.id))


async def test_another_change_of_the_card_leaves_the_password(office: Office) -> None:
    person = residents.residents()[0]
    residents.save_resident(replace(person, pdf_password="glycine-34"))
    before = cards.card(person.id)
    cards.save(person.id, before, replace(before, room="7"), office.owner, NOW)
    assert residents.resident(person.id).pdf_password == "glycine-34"
