"""The card of an invoice."""

from __future__ import annotations

import pytest
from hand import Mailbox, Sit

from tuimail.office import Office


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_it_says_what_the_invoice_holds_who_receives_it_and_what_happened(
    sit: Sit, office: Office, size: tuple[int, int]
) -> None:
    async with sit(office, size=size) as hand:
        await hand.press("down", "down", "enter")
        await hand.see("Facture 022 · BOUCHER Émile · octobre 2026", "Total TTC", "2 389,75 €")
        await hand.press("end")
        await hand.see(
            "emile.boucher@orange.example",
            "udaf99@tutelle.example",
            "tutelle « tutelle »",
            "refusé 5.1.1",
        )
        await hand.see("550 5.1.1 <udaf99@tutelle.example>: User unknown", "virginie")
        await hand.press("escape")
        await hand.see("Non envoyées 6")


async def test_who_is_left_out_stands_there_with_the_reason(sit: Sit, office: Office) -> None:
    async with sit(office, size=(100, 40)) as hand:
        await hand.press("down", "down", "down", "enter")
        await hand.see("Personne : aucune adresse ne reçoit", "CARON Guy", "proche 1 « Neveu » : aucune adresse")
        await hand.see("Rien encore : elle n’a jamais été envoyée.")


async def test_a_send_from_the_card_is_in_its_history_at_once(sit: Sit, office: Office, mailbox: Mailbox) -> None:
    async with sit(office, size=(100, 40)) as hand:
        await hand.press("down", "enter")
        await hand.see("021", "jamais envoyée")
        await hand.press("r", "enter")
        await hand.see_end()
        await hand.see("envoyé", "250 2.0.0 Ok: queued as 0001")
    assert mailbox.recipients == ["paul.bernard@orange.example"]


async def test_the_pdf_is_read_from_the_card(sit: Sit, office: Office) -> None:
    async with sit(office, size=(100, 40)) as hand:
        await hand.press("enter", "o")
        await hand.see("› PDF", "Facture n°")
        await hand.press("escape")
        await hand.see("Qui la reçoit")
        await hand.press("escape")
        await hand.see("Non envoyées 6")


async def test_every_key_of_a_card_works_where_it_is_opened_from_a_resident(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    async with sit(office, size=(100, 40)) as hand:
        await hand.press("2")
        await hand.see("ANTOINE")
        await hand.press("enter")
        await hand.see("Nom")
        await hand.press("pageup")
        await hand.see("envoyé")
        await hand.press("enter")
        await hand.see("Qui la reçoit", "o lire le PDF")
        await hand.press("o")
        await hand.see("› PDF", "Facture n°")
        await hand.press("escape", "r")
        await hand.see("Entrée envoie 3 messages.", "La facture : le PDF envoyé")
        await hand.press("enter")
        await hand.see_end()
        await hand.see("Qui la reçoit")
    assert len(mailbox.recipients) == 3
