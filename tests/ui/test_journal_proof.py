"""The journal shown to somebody else: verified, and written to a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from threading import Event

import pytest
from hand import PATIENCE, Sit

from tuimail.office import Office, journal_file
from tuimail.store import chain, journal
from tuimail.store.database import execute


async def test_a_whole_journal_says_so_with_its_seal_and_knows_an_earlier_one(sit: Sit, office: Office) -> None:
    head = chain.stored_head()
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("4", "V")
        await hand.see("Le journal est entier", str(head)[:20])
        await hand.type("12")
        await hand.press("enter")
        await hand.see("n’est pas le sceau d’un journal")
        await hand.press("backspace", "backspace")
        await hand.type(str(head))
        await hand.press("enter")
        await hand.see("Le sceau noté s’y trouve")


async def test_a_changed_line_shows(sit: Sit, office: Office) -> None:
    execute("DROP TRIGGER event_never_changed")
    execute("UPDATE event SET recipient = 'x@y.example' WHERE id = 3")
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("4", "V")
        await hand.see("La ligne 3 du journal n’est plus telle qu’elle a été écrite")


async def test_while_a_file_is_written_neither_enter_nor_esc_does_anything(
    sit: Sit, office: Office, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    released = Event()

    def slow(_lines: object, path: Path) -> int:
        written.append(path)
        released.wait(PATIENCE)
        return 2

    monkeypatch.setattr(journal_file, "write", slow)
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("4", "e", "x", "enter")
        await hand.until(lambda: written, "it was not begun")
        await hand.press("enter", "escape")
        await hand.see("Écrire 2 lignes du journal", "Un instant")
        released.set()
        await hand.see("2 lignes écrites dans ~/journal.csv")
    assert written == [home / "journal.csv"]


async def test_the_lines_shown_are_written_as_a_table_or_for_a_program(sit: Sit, office: Office, home: Path) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("4", "e", "x")
        await hand.see("Écrire 2 lignes du journal", "journal.csv")
        await hand.press("enter")
        await hand.see("2 lignes écrites dans ~/journal.csv")
        await hand.press("x", "enter")
        await hand.see("Entrée encore une fois l’écrase")
        for _letter in "csv":
            await hand.press("backspace")
        await hand.type("jsonl")
        await hand.press("enter")
        await hand.see("2 lignes écrites dans ~/journal.jsonl")
    rows = list(csv.reader((home / "journal.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    lines = [json.loads(line) for line in (home / "journal.jsonl").read_text().splitlines()]
    assert len(rows) == 3
    assert [line["event"] for line in lines] == ["failed", "uncertain"]
    assert lines[0]["recipient"] in rows[1]
    assert len(list(journal.events())) > 2
