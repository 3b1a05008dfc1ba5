"""Many PDFs take a while: how far they are is told, with a forecast, wherever they are made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

import pytest
from hand import Sit
from office_data import OCTOBER

from tuimail.cli import making as on_terminals
from tuimail.cli.making import Making
from tuimail.office import Office
from tuimail.office.prints import Prints
from tuimail.store import listing
from tuimail.ui import making


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """After four of eleven the making waits until that is set."""
    go_on = threading.Event()
    real = Prints.export

    def export(self: Prints, ids: Sequence[int], out: Path, progress: Callable[[int, int], None] | None = None) -> int:
        assert progress is not None
        progress(4, 11)
        go_on.wait(20)
        return real(self, ids, out, progress)

    monkeypatch.setattr(making, "_NEWS_SECONDS", 0.0)
    monkeypatch.setattr(Prints, "export", export)
    return go_on


@pytest.mark.parametrize("keys", [("space", "x"), ("X", "end")])
async def test_an_export_shows_how_far_it_is(
    sit: Sit, office: Office, home: Path, slow: threading.Event, keys: tuple[str, str]
) -> None:
    async with sit(office) as hand:
        await hand.press(*keys)
        await hand.see("comptabilite" if "X" in keys else "Écrire")
        await hand.press("enter")
        await hand.see("PDF : 4 sur 11", "encore")
        slow.set()
        await hand.see("écrit")


@pytest.mark.parametrize("name", ["all.pdf", "folder"])
def test_every_document_is_counted(office: Office, tmp_path: Path, name: str) -> None:
    october_ids = list(listing.index(OCTOBER).ids)
    told: list[tuple[int, int]] = []
    office.render(october_ids, tmp_path / name, lambda done, wanted: told.append((done, wanted)))

    assert told[-1] == (len(october_ids), len(october_ids))
    assert told == sorted(told)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_the_command_line_says_it_on_one_line_that_goes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_terminals, "_NEWS_SECONDS", 0.0)
    shown, piped = Terminal(), StringIO()
    with Making(shown) as told, Making(piped) as silent:
        told(4, 11)
        silent(4, 11)

    assert "\rFabrication des PDF\u00a0: 4 sur 11, encore" in shown.getvalue()
    assert shown.getvalue().endswith("\r")
    assert "\n" not in shown.getvalue()
    assert piped.getvalue() == ""
