"""The journal as a place: every line, the newest below, narrowed by kind, month and text."""

from __future__ import annotations

import time
from datetime import timedelta

from hand import Sit
from office_data import NOW, OCTOBER

from tuimail.domain.events import Event, EventKind
from tuimail.office import Office
from tuimail.store import journal
from tuimail.ui.screens.journal import JournalScreen


async def test_it_opens_on_the_newest_line_and_goes_back(sit: Sit, office: Office) -> None:
    count = len(list(journal.events()))
    async with sit(office) as hand:
        await hand.press("4")
        await hand.see(f"{count} lignes", "envoi terminé", "par virginie sur compta-1")
        await hand.press("1")
        await hand.see("Non envoyées 6")


async def test_it_is_narrowed_by_kind_month_and_text(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("4", "f")
        sent = list(journal.events(kinds=[EventKind.SENT]))
        await hand.see("messages envoyés", f"{len(sent)} lignes")
        await hand.press("e")
        await hand.see("Filtre : problèmes", "2 lignes", "refusé", "incertain")
        await hand.press("/")
        await hand.type("etienne")
        await hand.see("1 ligne", "ÉTIENNE Zoé")
        await hand.press("enter", "escape")
        await hand.see("2 lignes")
        await hand.press("escape", "t")
        await hand.see("‹ octobre 2026 ›", f"{len(list(journal.events(period=OCTOBER)))} lignes")
        await hand.press("]")
        await hand.see("‹ novembre 2026 ›", "Aucune ligne du journal ne correspond.")
        await hand.press("t")
        await hand.see("envoi terminé")


async def test_a_line_is_shown_with_all_that_is_known_of_it(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("4", "e", "up")
        await hand.see("réponse : 550 5.1.1 <udaf99@tutelle.example>: User unknown", "@st-eloi.example>")
        await hand.press("enter")
        await hand.see("Message-ID", "SHA-256 du PDF", "Réponse du serveur", "tutelle")
        await hand.press("escape")
        await hand.see("Filtre : problèmes")


async def test_new_lines_come_below_and_whoever_reads_stays_where_he_is(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("4")
        await hand.see("envoi terminé")
        journal.append([Event(EventKind.IMPORTED, NOW, operator="karim", detail="septembre.xlsx")])
        hand.app.watch_journal()
        await hand.see("septembre.xlsx", "import")
        await hand.press("home")
        first = hand.app.screen.table.cursor_row  # type: ignore[attr-defined]
        journal.append([Event(EventKind.IMPORTED, NOW, operator="karim", detail="octobre.xlsx")])
        hand.app.watch_journal()
        await hand.see(f"{len(list(journal.events()))} lignes")
        assert hand.app.screen.table.cursor_row == first  # type: ignore[attr-defined]


async def test_an_empty_journal_says_so(sit: Sit, empty_office: Office) -> None:
    async with sit(empty_office) as hand:
        await hand.press("4")
        await hand.see("Le journal est vide")
        await hand.press("enter", "f", "e", "t", "down")


async def test_a_hundred_thousand_lines_open_without_being_read(sit: Sit, office: Office) -> None:
    journal.append(
        Event(EventKind.SENT, NOW + timedelta(seconds=n), number=f"{n:05d}", resident="BERNARD Paul")
        for n in range(100_000)
    )
    async with sit(office) as hand:
        began = time.process_time()
        await hand.press("4")
        await hand.see("99999")
        assert time.process_time() - began < 3, "it reads them all"
        screen = hand.app.screen
        assert isinstance(screen, JournalScreen)
        assert len(screen._model._pages) < 5
