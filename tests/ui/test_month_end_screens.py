"""The month-end sheet, what goes by post and what is excluded, by keys."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from hand import Hand, Mailbox, Sit
from office_data import NOW, OCTOBER

from tuimail.domain.events import EventKind
from tuimail.domain.month_end import Outcome
from tuimail.office import Office, month_end
from tuimail.store import journal
from tuimail.store.tables.billing import LineRow

TODAY = "05/11/2026"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are proposed in the operator's folder: one of the test's own."""
    monkeypatch.setenv("HOME", str(tmp_path))


def outcomes(office: Office) -> dict[Outcome, int]:
    return {outcome: total.documents for outcome, total in office.month_ends.sheet(OCTOBER).outcomes()}


async def test_the_sheet_counts_every_document_and_says_what_is_open(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("B")
        await hand.see("bordereau d’envoi", "11 documents = 1 envoyée par e-mail", "au centime près")
        await hand.see("reste à traiter : 10", "ÉTIENNE Zoé", "incertaine", "T à poster", "x PDF")
        await hand.press("f")
        await hand.see("tous les documents : 11", "ANTOINE Monique")
        await hand.press("f")
        await hand.see("qui a envoyé quoi", "virginie")
        await hand.press("escape")
        await hand.see_no("bordereau d’envoi")


async def test_what_does_not_add_up_is_said_on_the_screen(sit: Sit, office: Office) -> None:
    LineRow.update(amount=1).where(LineRow.document == 1).execute()
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("B")
        await hand.see("ne font pas son total")
        assert "au centime près" not in hand.text


async def test_one_home_and_another_month_have_sheets_of_their_own(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("B", "t", "down", "enter")
        await hand.see("EHPAD Saint-Éloi › bordereau", "8 documents")
        await hand.press("[")
        await hand.see("septembre 2026", "1 document = 1 non envoyée")
        await hand.press("[")
        await hand.see("Il n’y a aucun document ce mois-ci")


async def test_the_sheet_is_written_as_pdf_and_as_a_table(sit: Sit, office: Office, tmp_path: Path) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("B")
        await hand.see("au centime")
        await hand.press("x")
        await hand.see("Écrire le bordereau", "~/bordereau-2026-10.pdf")
        await hand.press("enter")
        await hand.see("Écrit dans ~/bordereau-2026-10.pdf.")
        await hand.press("X", "enter")
        await hand.see("Écrit dans ~/bordereau-2026-10.csv.")
        await hand.press("X", "enter")
        await hand.see("Entrée encore une fois")
    assert (tmp_path / "bordereau-2026-10.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "bordereau-2026-10.csv").read_bytes().startswith(b"\xef\xbb\xbf")


async def test_letters_are_written_marked_and_taken_back(
    sit: Sit, office: Office, tmp_path: Path, stop_clock: Callable[[ModuleType, datetime], None]
) -> None:
    stop_clock(month_end, NOW)
    async with sit(office, size=(80, 24), now=lambda: NOW) as hand:
        await hand.press("T")
        await hand.see("2 cochées sur 3", "CARON Lucie", "NOËL Jeanne")
        await hand.press("x", "enter")
        await hand.see("2 courriers et leur liste écrits dans ~/a-poster-2026-10.pdf")
        await hand.press("M")
        await hand.see("Marquer 2 documents comme postés", TODAY)
        await hand.press("enter")
        await hand.see(f"2 marquées comme postées le {TODAY}.", "0 cochée sur 1")
        assert outcomes(office)[Outcome.POSTED] == 2
        await hand.press("escape")
        await hand.see(f"postée {TODAY[:5]}")
        await hand.press("T", "f")
        await hand.see("Filtre : postées ou exclues", "0 cochée sur 2")
        await hand.press("z")
        await hand.see("Annuler la mention de 1 document", f"postée le {TODAY} (virginie)")
        await hand.press("enter")
        await hand.see("Mention annulée pour 1 document.")
    assert outcomes(office)[Outcome.POSTED] == 1
    with (tmp_path / "a-poster-2026-10.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["N°"] for row in csv.DictReader(stream, delimiter=";")] != []
    kinds = [event.event for event in journal.events(kinds=[EventKind.POSTED, EventKind.TAKEN_BACK])]
    assert kinds == [EventKind.POSTED, EventKind.POSTED, EventKind.TAKEN_BACK]


async def test_a_day_that_cannot_be_is_said_and_can_be_corrected(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("T")
        await hand.see("2 cochées sur 3")
        await hand.press("M")
        await hand.see("Postés le")
        await hand.press(*["backspace"] * 10)
        await hand.type("31/02/2026")
        await hand.press("enter")
        await hand.see("Écrivez-la")
        await hand.press("escape")
    assert Outcome.POSTED not in outcomes(office)


async def _exclude(hand: Hand, reason: str) -> None:
    await hand.press("E")
    await hand.see("Pourquoi ne pas l’envoyer")
    await hand.press("enter")
    await hand.see("Un document s’exclut avec un motif.")
    await hand.type(reason)
    await hand.press("enter")


async def test_an_excluded_document_is_not_sent_and_can_be_taken_back(
    sit: Sit, office: Office, mailbox: Mailbox
) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("down")
        await _exclude(hand, "facture double")
        await hand.see("1 document exclu.", "exclue")
        (entry,) = office.month_ends.sheet(OCTOBER).of(Outcome.EXCLUDED)
        await hand.press("u", "s")
        await hand.see("mises de côté 1", "facture double")
        await hand.press("escape")
        await hand.press("E")
        await hand.see("Annuler la mention de 1 document")
        await hand.press("enter")
        await hand.see("Mention annulée")
    assert Outcome.EXCLUDED not in outcomes(office)
    assert not mailbox.recipients
    lines = [e for e in journal.events(kinds=[EventKind.EXCLUDED]) if e.document_id == entry.document_id]
    assert [(line.operator, line.detail) for line in lines] == [("virginie", "À ne pas envoyer\u00a0: facture double")]


async def test_a_document_is_excluded_from_its_card(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("down", "enter")
        await hand.see("Facture 021")
        await _exclude(hand, "payée hier")
        await hand.see("exclue : payée hier (virginie)")
    assert outcomes(office)[Outcome.EXCLUDED] == 1


async def test_the_list_of_the_addresses_is_not_written_over_without_a_question(
    sit: Sit, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "a-poster-2026-10.csv").write_text("mine")
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("T")
        await hand.see("2 cochées sur 3")
        await hand.press("x", "enter")
        await hand.see("a-poster-2026-10.csv", "Entrée encore une fois")
        await hand.press("escape")
        await hand.press("n", "x")
        await hand.see("Cochez d’abord ce qui est à écrire.")
    assert (tmp_path / "a-poster-2026-10.csv").read_text() == "mine"
