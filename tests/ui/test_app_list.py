"""The month's list: what it shows, what narrows it, and what stands in its place when there is nothing."""

from __future__ import annotations

import pytest
from hand import Sit
from office_data import NOW, OCTOBER, SEPTEMBER, fill

from tuimail.domain.billing import DocumentState
from tuimail.domain.events import Event, EventKind
from tuimail.domain.listing import InvoiceFilter
from tuimail.office import Office
from tuimail.store import documents, journal, listing
from tuimail.store.tables.billing import DocumentRow


async def test_it_opens_on_the_newest_month_and_says_what_it_counts(sit: Sit, office: Office) -> None:
    counts = listing.counts(OCTOBER)
    async with sit(office) as hand:
        assert "Les Tilleuls › toutes les structures" in hand.line("tuimail")
        assert "‹ octobre 2026 ›" in hand.line("tuimail")
        assert "virginie" in hand.line("tuimail")
        assert hand.line("Non envoyées").startswith(
            f"Non envoyées {counts.unsent} · Envoyées {counts.sent} · Problèmes {counts.problems}"
            f" · Sans adresse {counts.unreachable}"
        )
        assert "1 Factures  2 Résidents  3 Structures  4 Journal  5 Publipostage  6 Réglages" in hand.text
        assert "0 cochée sur 11" in hand.text
        assert "DÉMO" not in hand.text


async def test_the_row_under_the_cursor_is_spelled_out(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("down")
        await hand.see("021 BERNARD Paul, ch. 102 · paul.bernard@orange.example (résident)")
        await hand.see("anne.bernard@free.example (proche 1 « Fille » : non coch")
        await hand.press("down")
        await hand.see("022 BOUCHER Émile, ch. 103 · Adresse inconnue : à corriger")
        await hand.press("down")
        await hand.see("023 CARON Lucie, ch. 104 · personne ne la reçoit")
        await hand.press("home")
        await hand.see("EHPAD Saint-Éloi · Frais de séjour au payant · 6 factures · 1 sans adresse · 10 messages")


async def test_who_has_no_address_cannot_be_ticked_and_it_is_said_why(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("down", "down", "down", "space")
        await hand.see("Impossible de cocher CARON Lucie : aucune adresse")
        await hand.press("up")
        await hand.see("0 cochée sur 11")
        await hand.press("a")
        await hand.see("9 cochées sur 11")


@pytest.mark.parametrize("shown", list(InvoiceFilter)[1:])
async def test_the_filter_shows_what_the_database_holds(sit: Sit, office: Office, shown: InvoiceFilter) -> None:
    expected = [row.number for row in listing.rows(listing.index(OCTOBER, shown=shown).ids)]
    async with sit(office) as hand:
        await hand.press(*["f"] * (list(InvoiceFilter).index(shown)))
        table = hand.app.screen.table  # type: ignore[attr-defined]
        assert [row.number for row in listing.rows(table.index.ids)] == expected
        await hand.press("escape")
        await hand.see("Filtre : toutes")


async def test_one_key_shows_the_problems(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("e")
        await hand.see("Filtre : problèmes", "022", "026")
        assert "020" not in hand.text
        await hand.press("e")
        await hand.see("Filtre : toutes", "020")


async def test_the_search_follows_each_letter_without_accents_and_esc_gives_it_up(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("/")
        await hand.type("loew")
        await hand.see("1 trouvée", "101 LŒWE Suzanne", "Entrée garder")
        await hand.type("zzz")
        await hand.see("Rien ne contient « loewzzz ».")
        await hand.press("escape")
        await hand.see("Non envoyées 6", "101", "020")
        await hand.press("f3")
        await hand.type("etienne zoe")
        await hand.press("enter")
        await hand.see("recherche « etienne zoe »", "0 cochée sur 11")
        await hand.press("a")
        await hand.see("1 cochée sur 11")
        await hand.press("escape")
        await hand.see("1 cochée sur 11", "Filtre : toutes")


async def test_ticks_that_a_filter_hides_are_told(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("space", "f")
        await hand.see("1 cochée sur 11, dont 1 masquée")


async def test_with_nothing_ticked_a_search_limits_what_send_is_about(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("/")
        await hand.type("oe")
        await hand.press("enter", "s")
        await hand.see("toutes les factures non envoyées qui contiennent", "« oe ».", "3 factures · 3 messages")
        await hand.press("escape", "escape", "f", "f", "s")
        await hand.see("Rien à envoyer")


async def test_another_month_and_back_keeps_the_ticks(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("space", "[")
        await hand.see("‹ septembre 2026 ›", "004", "0 cochée sur 1")
        await hand.press("[")
        await hand.see("Il n’y a pas de factures avant ce mois.")
        await hand.press("]")
        await hand.see("‹ octobre 2026 ›", "1 cochée sur 11")
        await hand.press("]")
        await hand.see("Il n’y a pas de factures après ce mois.")


async def test_one_home_at_a_time(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("t")
        await hand.see("Toutes les structures", "EHPAD Saint-Éloi", "4 non envoyées")
        await hand.press("down", "down", "enter")
        await hand.see(
            "Les Tilleuls › Résidence L’Œillet", "Non envoyées 2 · Envoyées 0 · Problèmes 0 · Sans adresse 1"
        )
        await hand.press("a", "s")
        await hand.see("Envoyer : octobre 2026, Résidence L’Œillet", "2 factures")
        await hand.press("escape", "[")
        await hand.see("Aucune facture pour septembre 2026 dans Résidence L’Œillet.", "octobre 2026")
        await hand.press("t", "home", "enter")
        await hand.see("004")


async def test_on_a_heading_nothing_is_ticked_and_it_is_said_what_to_do(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        for key in ("enter", "r", "o", "j"):
            await hand.press("home", key)
            await hand.see("Mettez d’abord le curseur sur une facture.")
            await hand.press("down")
            await hand.see_no("Mettez d’abord")
            await hand.see("0 cochée sur 11")


async def test_a_search_puts_the_cursor_on_the_invoice_it_is_about(sit: Sit, office: Office) -> None:
    ids = {row.number: row.id for row in listing.rows(listing.index(OCTOBER).ids)}
    DocumentRow.update(number="1020").where(DocumentRow.id == ids["101"]).execute()
    DocumentRow.update(number="20").where(DocumentRow.id == ids["102"]).execute()
    async with sit(office) as hand:
        for typed, found in (("020", "020 ANTOINE"), ("1020", "1020 LŒWE"), ("caron", "023 CARON"), ("o", "020 ANT")):
            await hand.press("home", "/")
            await hand.type(typed)
            await hand.see(f"{found}")
            assert hand.app.screen.table.current.number in found  # type: ignore[attr-defined]
            await hand.press("escape")


@pytest.mark.parametrize("key", ["u", "a", "n", "i"])
async def test_a_range_ends_with_whatever_else_ticks(sit: Sit, office: Office, key: str) -> None:
    async with sit(office) as hand:
        await hand.press("down", "v", "down", "down")
        await hand.see("Plage depuis")
        await hand.press(key)
        await hand.see_no("Plage depuis")


async def test_an_empty_database_says_what_to_do_and_follows(sit: Sit, empty_office: Office) -> None:
    async with sit(empty_office) as hand:
        await hand.see(
            "Aucune facture pour l’instant", "[ ] 1. Créez", "S ; là, F5", "[ ] 4. Importez", "tuimail --help"
        )
        for key in ("s", "r", "space", "a", "f", "x", "j", "o", "enter", "t", "[", "e"):
            await hand.press(key)
        await hand.see("Aucune facture pour l’instant")
        fill()
        journal.append([Event(EventKind.IMPORTED, NOW, detail="residents.csv")])
        hand.app.watch_journal()
        await hand.see("‹ octobre 2026 ›", "020")
        await hand.press("down", "space")
        await hand.see("1 cochée sur 11")


async def test_what_another_process_sends_shows_up(sit: Sit, office: Office) -> None:
    (document_id,) = documents.find(["021"], OCTOBER)["021"]
    async with sit(office) as hand:
        await hand.press("down", "space")
        DocumentRow.update(state=DocumentState.SENT, last_sent=NOW).where(DocumentRow.id == document_id).execute()
        journal.append([Event(EventKind.SENT, NOW, document_id=document_id)])
        hand.app.watch_journal()
        await hand.see("Non envoyées 5 · Envoyées 2")
        assert hand.line("BERNARD Paul  ").endswith("envoyée")
        assert "1 cochée sur 11" in hand.text


async def test_help_names_every_key_of_the_screen(sit: Sit, office: Office) -> None:
    async with sit(office, size=(100, 60)) as hand:
        await hand.press("?")
        await hand.see("Cocher tout ce qui est affiché", "s  F2", "Contrôler les factures cochées", "Partout")
        await hand.press("escape")
        await hand.see("020")


async def test_the_palette_finds_a_command_by_its_words(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press(":")
        await hand.type("probl")
        await hand.see("problèmes (e)")
        await hand.press("enter")
        await hand.see("Filtre : problèmes")


async def test_q_leaves_at_once_when_nothing_is_under_way(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("q")
        await hand.until(lambda: not hand.app.is_running, "it did not leave")
    assert hand.app.return_code == 0


async def test_september_is_its_own_list(sit: Sit, office: Office) -> None:
    assert listing.counts(SEPTEMBER).total == 1
    async with sit(office) as hand:
        await hand.press("f7", "s")
        await hand.see("Envoyer : septembre 2026", "1 facture · 3 messages")


async def test_a_filter_leaves_the_cursor_on_an_invoice(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("home", "e")
        await hand.see("022 BOUCHER Émile, ch. 103")
