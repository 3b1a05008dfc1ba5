"""The tree of associations and structures, and their cards, by keys at 80x24."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hand import Hand, Mailbox, Sit
from office_data import NOW
from PIL import Image

from tuimail.domain.events import EventKind
from tuimail.domain.places import Sender, VatRegime
from tuimail.office import Office
from tuimail.store import accounts, batches, journal, structures
from tuimail.store.settings import change_association, change_sender
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import BatchRow
from tuimail.store.tree import archive

SAINT_ELOI = "EHPAD Saint-Éloi"


@asynccontextmanager
async def at_the_tree(sit: Sit, office: Office) -> AsyncIterator[Hand]:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("3")
        await hand.see("association")
        yield hand


def told(office: Office) -> list[str]:
    lines = [e.detail for e in journal.events(kinds=[EventKind.SETTING_CHANGED]) if e.operator == office.owner.operator]
    return [line.replace("\u00a0", " ") for line in lines]


def saint_eloi(office: Office) -> int:
    return next(place.id for place in structures.structures() if place.name == SAINT_ELOI)


async def test_a_fresh_database_gets_its_places_by_keys(sit: Sit, empty_office: Office) -> None:
    async with sit(empty_office, size=(80, 24)) as hand:
        await hand.press("3")
        await hand.see("A en ajoute une")
        await hand.press("A")
        await hand.paste("Les Tilleuls")
        await hand.press("enter")
        await hand.see("« Les Tilleuls » : enregistré")
        for name in ("EHPAD", "Unité"):
            await hand.press("a")
            await hand.type(name)
            await hand.press("enter")
            await hand.see(f"« {name} » : enregistré")
        assert "└─ Unité" in hand.text
    assert told(empty_office) == [
        "Les Tilleuls : ajoutée",
        "EHPAD : ajoutée sous Les Tilleuls",
        "Unité : ajoutée sous EHPAD",
    ]


async def test_a_name_that_is_taken_is_said_and_can_be_corrected(sit: Sit, office: Office) -> None:
    async with at_the_tree(sit, office) as hand:
        await hand.press("down", "n")
        await hand.press(*["backspace"] * len(SAINT_ELOI))
        await hand.paste("résidence l'oeillet")
        await hand.press("enter")
        await hand.see("Il y a déjà")
        await hand.type(" 2")
        await hand.press("enter")
        await hand.see("« résidence l'oeillet 2 » : enregistré")
    assert told(office)[-1] == f"{SAINT_ELOI} : nom {SAINT_ELOI} → résidence l'oeillet 2"


async def test_who_renames_what_somebody_has_just_changed_is_told_then_it_is_renamed(sit: Sit, office: Office) -> None:
    number = saint_eloi(office)
    async with at_the_tree(sit, office) as hand:
        await hand.press("down", "n")
        sender = replace(structures.structure(number).sender, reply_to="r@x.example")
        change_sender(number, sender, replace(office.owner, operator="paul"), NOW)
        await hand.press("2", "enter")
        await hand.see("paul a modifié")
        await hand.press("enter")
        await hand.see("enregistré.")
    place = structures.structure(number)
    assert (place.name, place.sender.reply_to) == (f"{SAINT_ELOI}2", "r@x.example")


async def test_a_structure_is_moved_archived_shown_and_taken_out_again(sit: Sit, office: Office) -> None:
    async with at_the_tree(sit, office) as hand:
        await hand.press("down", "m", "down", "enter")
        await hand.see("est déplacée")
        assert structures.structure(saint_eloi(office)).parent_id
        await hand.press("z")
        await hand.see("Ses factures, ses résidents et ses envois restent")
        await hand.press("enter")
        await hand.see("est archivée")
        await hand.see_no("└─ EHPAD Saint-Éloi")
        await hand.press("f")
        await hand.see("EHPAD Saint-Éloi (archivée)")
        await hand.press("down", "down", "z")
        await hand.see("est de nouveau proposée")
        assert not structures.structure(saint_eloi(office)).archived


async def test_what_is_archived_leaves_the_choosers_and_its_invoices_stay(sit: Sit, office: Office) -> None:
    number = saint_eloi(office)
    archive(number, office.owner, NOW)
    async with sit(office, size=(80, 24)) as hand:
        await hand.see("ANTOINE Monique", "Les Tilleuls › toutes les structures")
        await hand.press("t")
        await hand.until(lambda: not hand.app.screen.check_action("choose_structure", ()), "a home is offered")
    assert office.control([1], "x", resend=True).structures[number].archived
    assert [item.structure.id for item in office.printables([1])] == [number]


async def test_what_has_invoices_is_not_removed_and_what_is_empty_is_after_a_question(sit: Sit, office: Office) -> None:
    async with at_the_tree(sit, office) as hand:
        await hand.press("down", "delete", "enter")
        await hand.see("ne peut pas être supprimée", "9 factures")
        await hand.press("escape", "a")
        await hand.type("Vide")
        await hand.press("enter")
        await hand.see("« Vide » : enregistré")
        await hand.press("delete", "escape")
        assert "Vide" in [place.name for place in structures.structures()]
        await hand.press("delete", "enter")
        await hand.see("« Vide » est supprimée")


async def test_the_search_leaves_what_holds_it_and_what_it_stands_below(sit: Sit, office: Office) -> None:
    async with at_the_tree(sit, office) as hand:
        await hand.press("/")
        await hand.type("oeillet")
        await hand.see_no(SAINT_ELOI)
        await hand.press("enter")
        await hand.see("Les Tilleuls", "Résidence L’Œillet")
        await hand.press("escape")
        await hand.see(SAINT_ELOI)


async def test_a_whole_card_is_typed_by_keys(sit: Sit, office: Office, home: Path) -> None:
    Image.new("1", (20, 10)).save(home / "logo.png")
    async with at_the_tree(sit, office) as hand:
        await hand.press("down", "enter")
        await hand.see("Raison sociale")
        await hand.press(*["tab"] * 5)
        await hand.paste("02 40 12 34 56")
        await hand.press("tab", "tab")
        await hand.paste("732 829 320 00075")
        await hand.press("tab")
        await hand.see("! Ce SIRET n’existe pas")
        await hand.press("up", "backspace", "4", "down")
        await hand.see_no("! Ce SIRET")
        await hand.paste("750712184")
        await hand.press("tab", "l", "o", "tab", "tab")
        await hand.see("Conditions de paiement")
        await hand.paste("FR7630006000011234567890189")
        await hand.press("pagedown", "space")
        await hand.see("exonérée", "Exonération de TVA")
        await hand.press("f2")
        await hand.see("enregistré.")
    place = structures.structure(saint_eloi(office))
    assert (place.phone, place.siret, place.finess) == ("02 40 12 34 56", "73282932000074", "750712184")
    assert (place.iban, place.vat_regime) == ("FR7630006000011234567890189", VatRegime.EXEMPT)
    assert (office.paths.logos / place.logo).read_bytes() == (home / "logo.png").read_bytes()
    assert "SIRET 73282932000074" in told(office)[-1]


async def test_a_logo_that_is_none_is_refused_and_nothing_is_saved(sit: Sit, office: Office, home: Path) -> None:
    (home / "logo.png").write_text("x")
    async with at_the_tree(sit, office) as hand:
        await hand.press("down", "enter", *["tab"] * 9)
        await hand.paste("logo.png")
        await hand.press("f2")
        await hand.see("n’est pas une image")
        await hand.press("escape", "escape")
        await hand.see("n’est pas enregistré")
    assert not structures.structure(saint_eloi(office)).logo


async def open_mail(hand: Hand) -> None:
    await hand.press("down", "enter", "pageup")
    await hand.see("Aperçu : ANTOINE Monique, facture 020")


async def test_the_message_follows_what_is_typed_and_keywords_are_completed(sit: Sit, office: Office) -> None:
    async with at_the_tree(sit, office) as hand:
        await open_mail(hand)
        await hand.press(*["tab"] * 6, "end")
        await hand.type(", &num")
        await hand.see("Tab : &numero, le numéro de la facture")
        await hand.press("tab")
        await hand.see("Votre facture d'octobre 2026, 020")
        await hand.press("tab")
        await hand.paste("Pour &personnes ")
        await hand.press("f2")
        await hand.see("! « &personnes » n’est pas un mot-clé :", "« &personne » ?", "Non enregistré")
        await hand.press("left", "backspace", "f2")
        await hand.see("enregistré.")
    sender = structures.structure(saint_eloi(office)).sender
    assert sender.subject == "Votre facture de &periode, &numero"
    assert sender.body.startswith("Pour &personne")


async def test_a_sender_of_another_domain_than_the_account_is_warned_about_and_kept(sit: Sit, office: Office) -> None:
    (account,) = accounts.accounts()
    accounts.save_account(replace(account, user="compta@orange.example"))
    async with at_the_tree(sit, office) as hand:
        await open_mail(hand)
        await hand.press("tab", "x", "tab")
        await hand.see("Le compte est chez orange.example")
        await hand.press("f2")
        await hand.see("enregistré.")


async def test_two_at_one_card_and_the_second_is_told_by_whom(sit: Sit, office: Office) -> None:
    number = saint_eloi(office)
    async with at_the_tree(sit, office) as hand:
        await open_mail(hand)
        sender = structures.structure(number).sender
        paul = replace(office.owner, operator="paul")
        change_sender(number, replace(sender, name="Paul Martin", reply_to="r@x.example"), paul, NOW)
        await hand.type(" B")
        await hand.press("f2")
        await hand.see("paul a modifié « EHPAD Saint-Éloi »", "Paul Martin")
        await hand.press("escape")
        await hand.see("paul a mis : Paul Martin", "r@x.example", "Pas encore enregistré")
        await hand.press("f2")
        await hand.see("enregistré.")
    sender = structures.structure(number).sender
    assert (sender.name, sender.reply_to) == ("Virginie Dubois B", "r@x.example")


async def test_the_associations_text_is_what_structures_say_that_have_none(sit: Sit, office: Office) -> None:
    async with at_the_tree(sit, office) as hand:
        await hand.press("enter", "pagedown")
        await hand.see("Aperçu")
        await hand.paste("Service facturation")
        await hand.press("tab")
        await hand.paste("Facture <NUMFACT>")
        await hand.press("f2")
        await hand.see("enregistré.")
    (association,) = structures.associations()
    assert (association.sender_name, association.subject) == ("Service facturation", "Facture <NUMFACT>")


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("&personnes", "« &personnes » n’est pas un mot-clé : « &personne » ?"),
        ("avant le &echeance", "le texte dit « &echeance », que cette facture n’a pas"),
    ],
)
def test_a_text_that_would_leave_a_keyword_or_a_blank_blocks_the_send(
    office: Office, subject: str, reason: str
) -> None:
    (association,) = structures.associations()
    change_association(replace(association, subject=subject), office.owner, NOW)
    number = saint_eloi(office)
    sender = structures.structure(number).sender
    assert office.control([2], "x").ready
    change_sender(number, Sender(sender.name, sender.email), office.owner, NOW)
    DocumentRow.update(due_on=None).execute()
    control = office.control([2], "x")
    assert [blocked.reason.replace("\u00a0", " ") for blocked in control.blocked] == [reason]
    assert not control.ready


async def test_what_is_codified_stands_in_the_messages_that_are_sent(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    number = saint_eloi(office)
    body = "Facture <NUMFACT> de &personne, mois de &periode : &montant avant le &echeance.\n&structure\n"
    sender = Sender("Virginie", "v@x.example", "r@x.example", True, "Facture &numero", body, "copie@x.example")
    change_sender(number, sender, office.owner, NOW)
    async with sit(office) as hand:
        await hand.press("down", "u", "s")
        await hand.see("1 facture · 1 message")
        await hand.press("enter")
        await hand.see_end()
    envelope, own_copy = mailbox.envelopes
    message = message_from_bytes(envelope.content, policy=default)
    assert (message["From"], message["Reply-To"], message["Subject"]) == (
        "Virginie <v@x.example>", "r@x.example", "Facture 021"
    )  # fmt: skip
    assert message["Disposition-Notification-To"] == "v@x.example"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert " ".join(text.split()) == (
        "Facture 021 de BERNARD Paul, mois d'octobre 2026 : 2 560,16 € avant le 09/11/2026. EHPAD Saint-Éloi"
    )
    assert envelope.rcpt_tos == ["paul.bernard@orange.example"]
    assert own_copy.rcpt_tos == ["copie@x.example"]
    assert [w.copy_to for w in batches.wordings(BatchRow.select().count()).values()] == ["copie@x.example"]
