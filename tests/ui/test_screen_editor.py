"""Making and changing documents by keyboard, a list a kind, and the month prepared beside the last one."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hand import Hand, Held, Mailbox, Sit, no_room
from office_data import NOW, OCTOBER

from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.drafting import credit_note, with_lines
from tuimail.domain.periods import Period
from tuimail.office import Office
from tuimail.store import documents, drafting, residents, structures
from tuimail.ui.screens.dialog import Question
from tuimail.ui.screens.invoices import InvoicesScreen


def of(kind: DocumentKind) -> dict[str, Document]:
    place = structures.structures()[0]
    return {number: found for number, (found, _state) in documents.of_year(place.id, kind, 2026).items()}


async def to_kind(hand: Hand, steps: int) -> None:
    await hand.press("k", "home", *["down"] * steps, "enter")


async def begun(hand: Hand) -> None:
    """A new document for BERNARD Paul, in the price of its first line."""
    await hand.press("N", "ctrl+u")
    await hand.type("bern")
    await hand.press("enter", "a")
    await hand.type("Prestations")
    await hand.press("tab")
    await hand.type("Coiffeur")
    await hand.press("tab", "tab")


async def test_a_quote_is_made_listed_and_sent_with_words_of_its_own(
    office: Office, sit: Sit, mailbox: Mailbox
) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await to_kind(hand, 2)
        await hand.see("Devis, octobre 2026 : aucun")
        await begun(hand)
        await hand.type("25,5")
        await hand.press("tab")
        await hand.type("20")
        await hand.press("enter")
        await hand.see("Total HT 25,50 €", "Total TTC 30,60 €")
        await hand.press("f2")
        await hand.see("DV001", "BERNARD Paul")
        await hand.press("s")
        await hand.see("À envoyer    1 devis · 1 message", "rien d’autre que le devis")
        await hand.press("enter")
        await hand.see_end()
        await to_kind(hand, 0)
        await hand.see("020")

    (envelope,) = mailbox.envelopes
    assert b"Votre devis" in envelope.content
    assert b"DV001" in envelope.content
    assert of(DocumentKind.QUOTE)["DV001"].gross == 3_060


async def test_an_invoice_is_changed_until_it_was_sent_and_then_credited(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "enter", "w", "enter", "tab", "tab")
        await hand.type("10")
        await hand.press("enter", "f2")
        await hand.see("771,21", "Historique")
        await hand.press("escape", "escape", "/")
        await hand.type("020")
        await hand.press("enter", "enter")
        await hand.see("Facture 020", "A avoir")
        assert "w modifier" not in hand.text
        await hand.press("A")
        await hand.see("pour la facture 020", "-2 265,17")
        await hand.press("f2")
        await hand.see("Avoir AV001", "pour la facture 020", "› AV001")
        assert "› 020" not in hand.text

    assert of(DocumentKind.INVOICE)["021"].lines[0].quantity == 100_000
    note = of(DocumentKind.CREDIT_NOTE)["AV001"]
    invoice = of(DocumentKind.INVOICE)["020"]
    assert (note.related_id, note.gross) == (invoice.id, -invoice.gross)


async def test_a_credited_invoice_names_its_note_and_is_neither_changed_nor_credited_twice_unasked(
    office: Office, sit: Sit
) -> None:
    invoice = of(DocumentKind.INVOICE)["021"]
    whole = credit_note(invoice, NOW.date())
    cents = invoice.lines[0].amount // 4
    part = with_lines(whole, [replace(whole.lines[0], quantity=-10_000, unit_price=cents * 100, amount=-cents)])
    drafting.create([part], office.owner, NOW)

    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "enter")
        await hand.see("Facture 021", "avoir AV001 du 05/11/2026", "A avoir")
        assert "w modifier" not in hand.text
        await hand.press("A")
        await hand.see("Un autre avoir", "Il y a déjà un avoir sur la facture 021", "AV001", "Il reste")
        await hand.press("enter", "f2")
        await hand.see("dépasse ce qui reste de la facture 021")
        await hand.press("escape", "escape", "enter")
        await hand.see("Facture 021")
        await hand.press("escape", "s")
        await hand.see("à vérifier    021")
        await hand.press("down")
        await hand.see("021 BERNARD Paul : l’avoir AV001 en reprend")

    assert list(of(DocumentKind.CREDIT_NOTE)) == ["AV001"]


async def test_an_invoice_taken_back_whole_gets_no_second_credit_note(office: Office, sit: Sit) -> None:
    drafting.create([credit_note(of(DocumentKind.INVOICE)["021"], NOW.date())], office.owner, NOW)

    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "enter", "A")
        await hand.see("La facture 021 est déjà entièrement reprise", "AV001")

    assert list(of(DocumentKind.CREDIT_NOTE)) == ["AV001"]


async def test_what_was_typed_is_not_lost_without_a_question(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "enter", "w", "delete", "escape")
        await hand.see("Pas encore enregistré")
        await hand.press("escape")
        await hand.see("Aucune ligne")
        await hand.press("a", "tab", "enter")
        await hand.see("besoin d’un libellé")
        await hand.press("escape", "escape", "enter")
        await hand.see("Facture 021")

    assert len(of(DocumentKind.INVOICE)["021"].lines) == 1


async def test_nothing_is_changed_while_the_document_is_written(
    office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, drafting, "keep")
    async with sit(office, now=lambda: NOW) as hand:
        await to_kind(hand, 2)
        await begun(hand)
        await hand.type("25,5")
        await hand.press("enter", "f2")
        await hand.until(held.begun.is_set, "nothing is written")
        await hand.press("delete", "a")
        assert "Coiffeur" in hand.text
        assert "Libellé" not in hand.text
        held.go_on.set()
        await hand.see("DV001", "BERNARD Paul")


async def test_wrong_dates_and_figures_are_told(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "enter", "w", "d")
        await hand.type("31/02/2026")
        await hand.press("enter")
        await hand.see("« 31/02/2026 » n’est pas une date")
        await hand.press("ctrl+u", "enter")
        await hand.see("Un document a une date.")
        await hand.type("2026-10-30")
        await hand.press("enter")
        await hand.see("· du 30/10/2026")
        await hand.press("d")
        await hand.press("escape", "enter", "tab", "tab")
        await hand.type("beaucoup")
        await hand.press("enter")
        await hand.see("Quantité : « beaucoup » n’est pas un nombre")


async def test_the_next_month_is_proposed_beside_the_last_and_made(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("M")
        await hand.see("novembre 2026", "11 factures proposées", "~ Hébergement", "(était 31")
        await hand.press("space", "d")
        await hand.type("12")
        await hand.press("enter")
        await hand.see("10 cochées", "12")
        await hand.press("f2")
        await hand.see("10 factures sont établies")
        await hand.press("enter")
        await hand.see("novembre 2026", "Non envoyées 8", "BERNARD Paul")

    november = [d for d in of(DocumentKind.INVOICE).values() if d.period == OCTOBER.shift(1)]
    assert sorted(d.number for d in november) == [f"{n:03}" for n in range(29, 36)]
    bernard = next(d for d in november if residents.resident(d.resident_id).last_name == "BERNARD")
    assert bernard.lines[0].quantity == 120_000
    assert drafting.proposals(OCTOBER.shift(1), None, date(2026, 11, 30))[0].resident.last_name == "ANTOINE"


async def test_who_has_no_day_stays_in_the_proposal_and_can_be_corrected(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("M")
        await hand.see("11 factures proposées", "11 cochées")
        await hand.press("down", "d")
        await hand.type("0")
        await hand.press("enter")
        await hand.see("10 factures proposées", "1 sans facture", "10 cochées", "aucune", "Aucun jour en novembre 2026")
        await hand.press("space", "up", "d")
        await hand.type("20")
        await hand.press("enter")
        await hand.see("11 factures proposées")
        assert "sans facture" not in hand.text


async def test_a_month_whose_predecessor_is_not_made_says_so(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("M", "]", "]")
        await hand.see("janvier 2027", "décembre 2026 n’est pas encore établi. Faites-le d’abord.")


async def test_a_line_that_comes_back_each_month_is_marked_in_the_editor(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "enter", "w", "space")
        await hand.see("par mois")
        await hand.press("space")
        await hand.see("par jour")
        await hand.press("f2")
        await hand.see("Historique")

    resident = of(DocumentKind.INVOICE)["021"].resident_id
    (line,) = drafting.recurring([resident])[resident]
    assert line.per_day


async def test_days_and_ticks_of_a_month_are_not_lost_without_a_question(office: Office, sit: Sit) -> None:
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("M")
        await hand.see("novembre 2026", "11 cochées")
        await hand.press("space")
        await hand.see("10 cochées")
        for key in ("]", "escape", "q"):
            await hand.press(key)
            await hand.see("pas encore établies", "mis pour novembre 2026")
            await hand.press("escape")
            await hand.see("novembre 2026", "10 cochées")
        await hand.press("]", "enter")
        await hand.see("décembre 2026")
        await hand.press("[")
        await hand.see("novembre 2026", "11 cochées")
        await hand.press("d")
        await hand.type("32")
        await hand.press("enter")
        await hand.see("« 32 » n’est pas un nombre de jours", "Écrivez un nombre de 0 à 30.")
        await hand.press("ctrl+u")
        await hand.type("12")
        await hand.press("enter", "escape")
        await hand.see("pas encore établies")
        await hand.press("enter")
        await hand.see("Filtre : toutes")


@pytest.mark.parametrize("key", ["]", "q", "escape", "4"])
async def test_a_month_that_is_being_made_is_made_and_shown_whatever_is_pressed_meanwhile(
    office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    held = Held(monkeypatch, drafting, "accept")
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("M")
        await hand.see("11 cochées")
        await hand.press("f2", "enter")
        await hand.until(held.begun.is_set, "never made")
        await hand.press(key, "space", "d", "f2")
        assert "11 cochées" in hand.text
        assert "novembre 2026" in hand.text
        assert "Un instant" in hand.text
        held.go_on.set()
        await hand.see("Filtre : toutes", "novembre 2026", "Non envoyées 9")


async def test_only_what_was_worked_out_for_the_month_that_is_shown_is_made(
    office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    proposals = drafting.proposals

    def slowly(period: Period, *arguments: Any) -> object:
        if period != OCTOBER.shift(1):
            go_on.wait(10)
        return proposals(period, *arguments)

    monkeypatch.setattr(drafting, "proposals", slowly)
    async with sit(office, now=lambda: NOW) as hand:
        await hand.press("M")
        await hand.see("11 cochées")
        await hand.press("]")
        await hand.see("décembre 2026")
        await hand.press("f2")
        assert not isinstance(hand.app.screen, Question)
        go_on.set()
        await hand.see("Rien à proposer")


async def test_a_new_document_and_what_comes_back_are_kept_both_or_not_at_all(
    office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(of(DocumentKind.INVOICE))
    async with sit(office, now=lambda: NOW) as hand:
        await begun(hand)
        await hand.type("25")
        await hand.press("enter", "space")
        await hand.see("par mois")
        with monkeypatch.context() as patch:
            patch.setattr(drafting, "set_recurring", no_room)
            await hand.press("f2")
            await hand.see("Le disque est plein.")
        assert len(of(DocumentKind.INVOICE)) == before
        await hand.press("escape", "f2")
        await hand.until(lambda: len(of(DocumentKind.INVOICE)) == before + 1, "never kept")
        await hand.until(lambda: isinstance(hand.app.screen, InvoicesScreen), "the list never came back")
        await hand.pilot.pause()
