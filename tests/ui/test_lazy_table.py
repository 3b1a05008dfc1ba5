"""The lazy table looks and answers as Textual's own, whatever the number of rows."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from settling import resize
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.coordinate import Coordinate
from textual.drivers import linux_driver
from textual.strip import Strip
from textual.widgets import DataTable, Input

from tuimail.ui.widgets import lazy_table
from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.lazy_table import LazyTable
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn

pytestmark = pytest.mark.usefixtures("no_idling")

RED = Style.parse("bold red")
COLUMNS = (
    TableColumn("name", "Résident", 12),
    TableColumn("sum", "Montant HT", 9, "right"),
    TableColumn("state", "État", 8),
)
NAMES = ("ANTOINE Monique", "Œuvre 日本", "BERNARD Paul", "d’Été [b]x[/b]", "")


class People:
    """Rows whose key is `p<number>`."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.count

    def key(self, row: int) -> str:
        return f"p{range(self.count)[row]}"

    def locate(self, key: str) -> int | None:
        row = int(key[1:]) if key[1:].isdigit() else -1
        return row if 0 <= row < self.count else None

    def cells(self, row: int) -> Mapping[str, Cell]:
        self.asked.append(row)
        state: Cell = Styled("refusée", RED) if row % 4 == 1 else "envoyée"
        return {"name": NAMES[row % len(NAMES)], "sum": f"{row * 7},50", "state": state}


class Both(App[None]):
    """Textual's table on the left, the lazy one on the right."""

    CSS = "DataTable, LazyTable { width: 1fr; height: 12; scrollbar-size: 0 1; scrollbar-gutter: stable; }"

    def __init__(self, count: int, columns: tuple[TableColumn, ...] = COLUMNS, **options: Any) -> None:
        super().__init__()
        self.people, self.table_columns, self.options = People(count), columns, options

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield DataTable[Text](cursor_type="row", **self.options)
            yield LazyTable(id="lazy", **self.options)
        yield Input()

    def on_mount(self) -> None:
        stock: DataTable[Text] = self.query(DataTable).first()
        for column in self.table_columns:
            label = Text(column.label, justify=column.justify, overflow="ellipsis", no_wrap=True)
            stock.add_column(label, width=column.width, key=column.key)
        for row in range(len(self.people)):
            cells = self.people.cells(row)
            stock.add_row(*(self.text(cells[c.key], c) for c in self.table_columns), key=self.people.key(row))
        lazy = self.query_one(LazyTable)
        lazy.set_columns(self.table_columns)
        lazy.load(self.people)

    @staticmethod
    def text(cell: Cell, column: TableColumn) -> Text:
        text, style = cell if isinstance(cell, Styled) else (cell or "", Style())
        return Text(text, style=style, justify=column.justify, overflow="ellipsis", no_wrap=True)

    @property
    def stock(self) -> DataTable[Text]:
        return self.query(DataTable).first()

    @property
    def lazy(self) -> LazyTable:
        return self.query_one(LazyTable)


def drawn(strip: Strip) -> list[tuple[str, Any, Any, bool, bool]]:
    """Each character with what can be seen of its style."""
    seen = []
    for segment in strip:
        assert isinstance(segment, Segment)
        style = segment.style or Style()
        for character in segment.text:
            front = style.color if character != " " else None
            bold = bool(style.bold) and character != " "
            seen.append((character, front, style.bgcolor, bold, bool(style.reverse)))
    return seen


def assert_same_picture(app: Both) -> None:
    height = app.lazy.size.height
    for y in range(height):
        expected, found = drawn(app.stock.render_line(y)), drawn(app.lazy.render_line(y))
        assert found == expected, f"line {y}: {app.lazy.render_line(y).text!r} / {app.stock.render_line(y).text!r}"


WIDE = (*COLUMNS, TableColumn("name", "Encore", 40))
LAYOUTS: dict[str, tuple[int, tuple[TableColumn, ...], dict[str, Any]]] = {
    "plain": (30, COLUMNS, {}),
    "zebra": (30, COLUMNS, {"zebra_stripes": True}),
    "without header": (30, COLUMNS, {"show_header": False}),
    "without cursor": (5, COLUMNS, {"show_cursor": False}),
    "without padding": (12, COLUMNS, {"cell_padding": 0}),
    "wide padding": (30, COLUMNS, {"cell_padding": 3}),
    "few rows": (2, COLUMNS, {}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("theme", ["textual-dark", "tuimail"])
async def test_it_draws_the_same_lines_as_the_stock_table(layout: str, theme: str) -> None:
    count, columns, options = LAYOUTS[layout]
    app = Both(count, columns, **options)
    async with app.run_test(size=(100, 20)) as pilot:
        if theme == "tuimail":
            from tuimail.ui.look import THEME

            app.register_theme(THEME)
            app.theme = "tuimail"
        for focused in (app.stock, app.lazy, app.query_one(Input)):
            focused.focus()
            await pilot.pause()
            # Focus changes the colours of one of the two: compare them in turn as if both had it.
            if focused is app.query_one(Input):
                assert_same_picture(app)
        app.stock.move_cursor(row=3)
        app.lazy.move_cursor(row=3)
        await pilot.pause()
        assert_same_picture(app)
        stock = [drawn(app.stock.render_line(y)) for y in range(app.lazy.size.height)]
        app.lazy.focus()
        await pilot.pause()
        lazy = [drawn(app.lazy.render_line(y)) for y in range(app.lazy.size.height)]
        app.stock.focus()
        await pilot.pause()
        focused_stock = [drawn(app.stock.render_line(y)) for y in range(app.lazy.size.height)]
        assert lazy == focused_stock
        assert options.get("show_cursor") is False or lazy != stock


async def test_it_draws_the_same_lines_when_scrolled_sideways() -> None:
    columns = tuple(TableColumn(c.key, c.label, 40, c.justify) for c in COLUMNS)
    app = Both(30, columns)
    async with app.run_test(size=(100, 20)) as pilot:
        app.query_one(Input).focus()
        for table in (app.stock, app.lazy):
            table.scroll_to(x=25, animate=False, force=True)
        await pilot.pause()
        assert app.lazy.scroll_x == 25
        assert_same_picture(app)


def test_the_private_names_it_replaces_are_still_there() -> None:
    table = DataTable[str]()
    assert all(hasattr(table, name) for name in ("_data", "_row_locations"))
    assert isinstance(inspect.getattr_static(DataTable, "_total_row_height"), property)
    assert list(inspect.signature(DataTable._scroll_cursor_into_view).parameters) == ["self", "animate"]
    assert set(lazy_table.PRIVATE_NAMES) == {
        "_data",
        "_row_locations",
        "_total_row_height",
        "_scroll_cursor_into_view",
    }
    assert hasattr(linux_driver, "XTermParser")


async def test_the_stock_methods_answer_from_the_model() -> None:
    app = Both(1000)
    async with app.run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        table = app.lazy
        assert table.row_count == 1000
        assert table.get_row("p5") == ["ANTOINE Monique", "35,50", Styled("refusée", RED)]
        assert table.get_row_at(999)[1] == "6993,50"
        assert table.get_cell("p2", "sum") == "14,50"
        assert table.get_cell_at(Coordinate(2, 1)) == "14,50"
        assert table.get_row_index("p42") == 42
        assert table.get_cell_coordinate("p42", "state") == Coordinate(42, 2)
        assert not table.is_valid_row_index(1000)
        assert [row.key.value for row in table.ordered_rows[3:5]] == ["p3", "p4"]
        with pytest.raises(NotImplementedError):
            table.add_row("x")


async def test_only_rows_near_the_view_are_asked_for() -> None:
    app = Both(0)
    async with app.run_test(size=(100, 20)) as pilot:
        people = People(100_000)
        app.lazy.load(people)
        await pilot.pause()
        app.lazy.focus()
        await pilot.press("ctrl+end")
        await pilot.pause()
        assert app.lazy.cursor_row == 99_999
        assert {row for row in people.asked if 100 < row < 99_900} == set()


async def test_the_cursor_jumps_half_a_page_at_the_edge() -> None:
    app = Both(1000)
    async with app.run_test(size=(100, 20)) as pilot:
        table = app.lazy
        table.focus()
        height = table.size.height - 1
        tops = []
        for _ in range(60):
            table.action_cursor_down()
            tops.append(int(table.scroll_y))
        assert table.cursor_row == 60
        steps = {b - a for a, b in pairwise(tops)}
        assert steps == {0, height - height // 2}
        assert table.cursor_row in table.visible_rows()
        await pilot.press("pageup", "pageup", "pagedown", "ctrl+home", "up")
        assert (table.cursor_row, table.scroll_y) == (0, 0)


async def test_other_rows_keep_the_cursor_on_its_row() -> None:
    app = Both(100)
    async with app.run_test(size=(100, 20)) as pilot:
        table = app.lazy
        table.move_cursor(row=50)
        await pilot.pause()
        table.load(People(60))
        assert table.cursor_row == 50
        table.load(People(20))
        await pilot.pause()
        assert table.cursor_row == 19
        assert table.cursor_row in table.visible_rows()
        table.load(People(0))
        await pilot.pause()
        await pilot.press("down", "up", "enter", "pagedown", "ctrl+end")
        assert table.row_count == 0


async def test_moving_and_choosing_tell_the_screen() -> None:
    heard: list[tuple[str, str | None]] = []

    class Listening(Both):
        def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
            if isinstance(event.data_table, LazyTable):
                heard.append(("at", event.row_key.value))

        def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
            heard.append(("chosen", event.row_key.value))

    app = Listening(30)
    async with app.run_test(size=(100, 20)) as pilot:
        app.lazy.focus()
        await pilot.press("down", "enter")
        await pilot.click(LazyTable, offset=(3, 4))
        await pilot.click(LazyTable, offset=(3, 4))
        await pilot.click(LazyTable, offset=(3, 0))
        await pilot.pause()
    assert heard == [("at", "p0"), ("at", "p1"), ("chosen", "p1"), ("at", "p3"), ("chosen", "p3")]


async def test_the_mouse_repaints_nothing() -> None:
    app = Both(30)
    async with app.run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        await pilot.hover(LazyTable, offset=(3, 2))
        await pilot.pause()
        app.people.asked.clear()
        for y in range(3, 8):
            await pilot.hover(LazyTable, offset=(3, y))
        await pilot.pause()
        assert app.people.asked == []


async def test_the_flexible_column_takes_what_the_others_leave() -> None:
    columns = (TableColumn("name", "Résident", 10, flexible=True), TableColumn("sum", "Montant", 9, gap=2))
    app = Both(3, columns, cell_padding=0)
    async with app.run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        assert app.lazy.scrollable_content_region.width == 49
        assert app.lazy.render_line(1).text == f"{'ANTOINE Monique':40}{'0,50':9} "
        await resize(pilot, 80, 20)
        assert app.lazy.render_line(1).text == f"{'ANTOINE Monique':30}{'0,50':9} "
        await resize(pilot, 30, 20)
        assert app.lazy.virtual_size.width == 19
        assert app.lazy.max_scroll_x > 0


async def test_a_cell_without_value_is_covered_by_the_one_before() -> None:
    class Covered(People):
        def cells(self, row: int) -> Mapping[str, Cell]:
            return {"name": "Frais de séjour au payant", "sum": None, "state": "x"}

    app = Both(0)
    async with app.run_test(size=(100, 20)) as pilot:
        app.lazy.load(Covered(1))
        await pilot.pause()
        assert app.lazy.render_line(1).text.startswith(" Frais de séjour au pay…  x ")


@pytest.mark.parametrize(
    ("text", "width", "justify", "expected"),
    [
        ("abc", 5, "left", "abc  "),
        ("abc", 5, "right", "  abc"),
        ("abcdef", 5, "left", "abcd…"),
        ("日本語", 5, "left", "日本…"),
        ("日本語", 4, "left", "日 …"),
        ("a\x1b[2Jb\n", 8, "left", "a [2Jb  "),
        ("1\u00a0234", 6, "right", " 1 234"),
        ("abc", 0, "left", ""),
    ],
)
def test_a_text_fills_its_cells_exactly(text: str, width: int, justify: str, expected: str) -> None:
    assert fit(text, width, justify) == expected
