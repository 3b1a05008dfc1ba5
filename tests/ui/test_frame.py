"""The lines around every screen, and the commands they are made from."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from settling import resize
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import DEFAULT_LANGUAGE, use_language
from tuimail.domain.listing import InvoiceCounts, InvoiceFilter
from tuimail.domain.selection import SelectionTotals
from tuimail.ui import look
from tuimail.ui.base import BaseApp
from tuimail.ui.commands import COMMANDS, active, bindings
from tuimail.ui.commands.everywhere import EVERYWHERE
from tuimail.ui.commands.invoices import INVOICES
from tuimail.ui.commands.model import Place, key_name
from tuimail.ui.look import ASCII_VARIABLE, require_terminal, signs
from tuimail.ui.palette import CommandProvider
from tuimail.ui.widgets.frame import KeysLine, Lines, PlacesLine, TitleLine
from tuimail.ui.widgets.words import counts_sentence, filter_sentence, selection_sentence

pytestmark = pytest.mark.usefixtures("no_idling")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    signs.cache_clear()
    yield
    signs.cache_clear()
    use_language(DEFAULT_LANGUAGE)


class FramedList(Widget, can_focus=True):
    BINDINGS = bindings(INVOICES)

    def action_send(self) -> None:
        self.app.sent += 1  # type: ignore[attr-defined]

    def action_cycle_filter(self) -> None:
        """Enabled: it is there."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action in ("send", "cycle_filter")


class FrameApp(BaseApp):
    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    def compose(self) -> ComposeResult:
        yield TitleLine()
        yield PlacesLine()
        yield Lines(2, id="said")
        yield FramedList()
        yield Input()
        yield KeysLine()

    def action_help(self) -> None:
        """Enabled: it is there."""

    def said(self, row: int = 0) -> str:
        return self.query_one("#said", Lines).text(row)


class Modal(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        yield KeysLine()


async def test_the_title_says_where_one_is() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        title = app.query_one(TitleLine)
        title.show(("Les Tilleuls", "EHPAD Saint-Éloi"), "octobre 2026", "virginie")
        assert re.fullmatch(r"tuimail   Les Tilleuls › EHPAD Saint-Éloi +‹ octobre 2026 › +virginie", title.text())
        title.show(
            ("Association des résidences de l’Œillet", "Résidence autonomie du Parc"), "octobre 2026", "v.dubois"
        )
        assert title.text().endswith("… ‹ octobre 2026 ›") or title.text().endswith("…  ‹ octobre 2026 ›")
        await resize(pilot, 30, 24)
        assert len(title.text()) <= 30


async def test_the_open_place_stands_out_without_colour() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)):
        places = app.query_one(PlacesLine)
        places.show(Place.JOURNAL)
        reversed_text = [s.text for s in places.render_line(0) if s.style and s.style.reverse]
        assert reversed_text == [" 4 Journal "]
        assert places.text().startswith("1 Invoices  2 Residents")


async def test_a_line_repaints_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = app.query_one("#said", Lines)
        lines.set_line("38 ticked", right=("all",))
        lines.set_line("second", row=1)
        await pilot.pause()
        painted: list[Region] = []
        monkeypatch.setattr(lines, "refresh", lambda *regions, **_: painted.extend(regions))
        lines.set_line("38 ticked", right=("all",))
        assert painted == []
        lines.set_line("39 ticked", right=("all",))
        assert painted == [Region(2, 0, 1, 1)]
        assert app.said() == f"39 ticked{'all':>68}"
        assert app.said(1) == "second"


async def test_the_left_gives_way_and_is_cut() -> None:
    app = FrameApp()
    async with app.run_test(size=(40, 24)):
        lines = app.query_one("#said", Lines)
        lines.set_line("Not sent 38 · Sent 9 · Problems 1 · No address 3", right=("Filter: all",))
        assert app.said() == "Not sent 38 · Sent 9 · …  Filter: all"
        lines.set_line("a\x1b[2J\nb")
        assert app.said() == "a [2J b"
        lines.set_line("日本語" * 20)
        assert app.said() == "日本語" * 6 + "…"


async def test_the_keys_line_shows_what_can_be_done_now() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        keys = app.query_one(KeysLine)
        app.query_one(FramedList).focus()
        await pilot.pause()
        assert keys.text() == "f filter  s send  ? help"
        app.query_one(Input).focus()
        await pilot.pause()
        assert keys.text() == "F1 help", "a question mark is text now"


async def test_help_is_named_even_where_little_fits() -> None:
    app = FrameApp()
    async with app.run_test(size=(20, 24)) as pilot:
        keys = app.query_one(KeysLine)
        help_command = next(command for command in COMMANDS if command.action == "help")
        keys.show([*(command for command in COMMANDS if command.scope == INVOICES), help_command])
        assert keys.text() == "f filter  ? help"
        await pilot.resize_terminal(60, 24)


async def test_the_palette_runs_what_the_key_would_and_ignores_accents() -> None:
    use_language("fr")
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(FramedList).focus()
        await pilot.pause()
        send = next(command for command, _ in active(app.screen) if command.action == "send")
        provider = CommandProvider(app.screen)
        everything = [hit async for hit in provider.discover()]
        assert {"send", "help", "quit"} <= {command.action for command, _ in active(app.screen)}
        assert len(everything) == len(active(app.screen))
        wanted = send.label.upper().replace("E", "É")
        hits = [hit async for hit in provider.search(wanted)]
        await max(hits, key=lambda hit: hit.score).command()
        assert app.sent == 1
        nothing = [hit async for hit in provider.search("xyzzy")]
        assert len(nothing) == 1


async def test_q_and_ctrl_c_ask_to_quit_and_the_palette_opens() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(FramedList).focus()
        await pilot.press("colon")
        await pilot.pause()
        assert len(app.screen_stack) == 2
        await pilot.press("escape", "ctrl+c")
        await pilot.pause()
    assert not app.is_running


def test_every_command_has_its_own_name_and_words() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert command.keys
        assert command.words
        assert command.sentence[0].isupper()


def test_no_scope_gives_one_key_two_meanings() -> None:
    for scope in {command.scope for command in COMMANDS}:
        keys = [key for command in COMMANDS if command.scope == scope for key in command.keys]
        assert len(keys) == len(set(keys)), scope


PLAIN = ("space", "enter", "escape", "tab", "shift+tab", "delete", "left", "right", "pageup", "pagedown")
WHERE_ONE_TYPES = {"form", "place-card", "letter-form", "wording"}
"""Letters are text there: a function key has to do, or one that moves between fields or closes."""
WRITES_NOTHING = {"enter", "escape", "tab", "shift+tab", "up", "down"}


def test_no_command_needs_a_key_that_terminals_keep_for_themselves() -> None:
    for command in COMMANDS:
        assert {key for key in command.keys if "+" in key[1:]} <= {"shift+tab", "alt+r"}, command
        if command.scope in WHERE_ONE_TYPES:
            assert not any(len(key) == 1 or key == "space" for key in command.keys), command
            assert any(re.fullmatch(r"f\d+", key) or key in WRITES_NOTHING for key in command.keys), command
        else:
            assert any(len(key) == 1 or key in PLAIN for key in command.keys), command


def test_function_keys_mirror_letters() -> None:
    mirrored = {
        key: command.keys[0]
        for command in COMMANDS
        if command.scope in (EVERYWHERE, INVOICES, "sending")
        for key in command.keys
        if re.fullmatch(r"f\d+", key)
    }
    assert set(mirrored) == {f"f{number}" for number in range(1, 11)}


@pytest.mark.parametrize(
    ("key", "name"), [("space", "Espace"), ("escape", "Échap"), ("f1", "F1"), ("/", "/"), ("f", "f")]
)
def test_keys_are_called_as_on_a_french_keyboard(key: str, name: str) -> None:
    use_language("fr")
    assert key_name(key) == name


def test_the_sentences_around_the_list() -> None:
    use_language("fr")
    counts = InvoiceCounts(51, 38, 9, 1, 3)
    assert counts_sentence(counts) == "Non envoyées 38 · Envoyées 9 · Problèmes 1 · Sans adresse 3"
    assert filter_sentence(InvoiceFilter.ALL).replace("\u00a0", " ") == "Filtre : toutes"
    assert filter_sentence(InvoiceFilter.UNSENT, "dup").replace("\u00a0", " ").endswith("« dup »")
    totals = SelectionTotals(38, 44, 8_351_240)
    assert selection_sentence(totals, 51).replace("\u00a0", " ") == "38 cochées sur 51 · 44 messages · 83 512,40 € HT"
    assert "dont 12 masquées" in selection_sentence(totals, 51, hidden=12).replace("\u00a0", " ")


def test_ascii_signs_are_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ASCII_VARIABLE, "1")
    found = signs()
    assert all(getattr(found, name).isascii() for name in found.__slots__)


class _Stream(io.StringIO):
    def __init__(self, encoding: str, terminal: bool = True) -> None:
        super().__init__()
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        (_Stream("utf-8"), None),
        (_Stream("UTF8"), None),
        (_Stream("iso8859-15"), "iso8859-15"),
        (_Stream("utf-8", terminal=False), "needs a terminal"),
    ],
)
def test_what_is_no_terminal_or_no_utf8_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, stream: _Stream, sentence: str | None
) -> None:
    monkeypatch.setattr(sys, "__stdin__", stream)
    monkeypatch.setattr(sys, "__stderr__", stream)
    if sentence is None:
        require_terminal()
        return
    with pytest.raises(BadInput, match=sentence) as caught:
        require_terminal()
    assert caught.value.next_step


def test_the_style_sheets_use_no_colour_but_the_terminals_own() -> None:
    for sheet in Path(look.__file__).parent.glob("styles/*.tcss"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", text), sheet
