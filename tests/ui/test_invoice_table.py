"""Ticking, walking and refreshing in the list of invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from settling import resize
from textual.app import ComposeResult

from tuimail.domain.billing import DocumentState
from tuimail.domain.errors import StoreLocked
from tuimail.domain.i18n import DEFAULT_LANGUAGE, use_language
from tuimail.domain.listing import InvoiceIndex, InvoiceRow
from tuimail.domain.selection import Selection
from tuimail.ui.base import BaseApp
from tuimail.ui.widgets.invoice_model import PAGE, PAGES, PagedRows, state_words
from tuimail.ui.widgets.invoice_table import InvoiceTable

pytestmark = pytest.mark.usefixtures("no_idling")

STAY, MEALS = "Frais de séjour au payant", "Portage de repas"
SENT_AT = datetime(2026, 10, 27, 14, 50, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language(DEFAULT_LANGUAGE)


def invoice(
    document_id: int,
    *,
    reachable: bool = True,
    state: DocumentState = DocumentState.UNSENT,
    delivered: int = 0,
    addresses: int = 1,
    resident: str = "",
) -> InvoiceRow:
    return InvoiceRow(
        id=document_id,
        structure_id=1,
        structure="EHPAD Saint-Éloi",
        heading=STAY,
        number=f"{document_id:03d}",
        resident=resident or f"DELMAS Odette {document_id}",
        room="104",
        net=100_000 + document_id,
        primary="o.delmas@orange.example" if reachable else "",
        guardian="",
        relative="fille@free.example" if reachable and document_id % 2 else "",
        state=state,
        reachable=reachable,
        delivered=delivered,
        addresses=addresses,
        last_sent=SENT_AT if state is not DocumentState.UNSENT else None,
    )


def index(ids: Sequence[int], unreachable: frozenset[int] = frozenset((3,)), first: int = 6) -> InvoiceIndex:
    """Ids up to `first` under one heading, the others under another."""
    return InvoiceIndex.gather(
        (
            "stay" if i <= first else "meals",
            1,
            STAY if i <= first else MEALS,
            STAY if i <= first else MEALS,
            i,
            100_000 + i,
            0 if i in unreachable else 1 + i % 2,
        )
        for i in ids
    )


class ListApp(BaseApp):
    """The table alone, and what it says."""

    def __init__(self, count: int = 10) -> None:
        super().__init__()
        self.known = {i: invoice(i, reachable=i != 3) for i in range(1, count + 1)}
        self.whole = index(list(self.known))
        self.selection = Selection(self.whole)
        self.reads: list[int] = []
        self.broken = False
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield InvoiceTable(self.fetch)

    def on_mount(self) -> None:
        self.table.show(self.whole, self.selection)
        self.table.focus()

    def fetch(self, ids: Sequence[int]) -> list[InvoiceRow]:
        if self.broken:
            raise StoreLocked("The database is busy.")
        self.reads.append(len(ids))
        return [self.known[i] for i in ids if i in self.known]

    def on_invoice_table_not_tickable(self, message: InvoiceTable.NotTickable) -> None:
        self.heard.append(message.invoice)

    def on_invoice_table_range_changed(self, message: InvoiceTable.RangeChanged) -> None:
        self.heard.append(message.anchor)

    def on_invoice_table_read_failed(self, message: InvoiceTable.ReadFailed) -> None:
        self.heard.append(message.error.sentence)

    @property
    def table(self) -> InvoiceTable:
        return self.query_one(InvoiceTable)

    @property
    def ticked(self) -> list[int]:
        return list(self.selection.ids())

    def line(self, row: int) -> str:
        return self.table.render_line(row + 1).text.rstrip()


async def test_headings_and_invoices_with_their_boxes() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)):
        assert app.table.cursor_row == 1
        assert app.line(0).startswith(f" [ ] {STAY}")
        assert app.line(0).split() == ["[", "]", *STAY.split(), "6", "6", "000,21"] or "6,000.21" in app.line(0)
        assert app.line(1).startswith(" [ ] DELMAS Odette 1")
        assert app.line(1).endswith("P . R")
        assert app.line(3).startswith("  -  DELMAS Odette 3")
        assert app.line(3).endswith(". . .  no address")
        assert app.line(7).startswith(f" [ ] {MEALS}")


async def test_space_ticks_and_moves_on_but_stays_on_a_heading() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space")
        assert app.ticked == [1, 2]
        assert app.table.cursor_row == 3
        assert app.line(0).startswith(" [-]")
        await pilot.press("space")
        assert app.ticked == [1, 2]
        assert app.heard == [app.known[3]]
        assert app.table.cursor_row == 3
        await pilot.press("up", "up", "up", "space")
        assert app.ticked == [1, 2, 4, 5, 6]
        assert app.table.cursor_row == 0
        assert app.line(0).startswith(" [x]")
        assert app.line(3).startswith("  - ")
        await pilot.press("space")
        assert app.ticked == []


async def test_all_none_invert_only() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        assert app.ticked == [1, 2, 4, 5, 6, 7, 8, 9, 10]
        await pilot.press("n", "space", "i")
        assert app.ticked == [2, 4, 5, 6, 7, 8, 9, 10]
        await pilot.press("u")
        assert app.ticked == [2]
        await pilot.press("down", "u")
        assert app.ticked == [2]
        assert app.heard == [app.known[3]]


async def test_a_range_is_marked_until_it_is_ticked_or_given_up() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "v", "down", "down")
        assert [app.line(row)[0] for row in range(6)] == [" ", " ", ">", ">", ">", " "]
        await pilot.press("up")
        assert app.line(4)[0] == " "
        await pilot.press("escape")
        assert app.ticked == []
        assert app.line(2)[0] == " "
        await pilot.press("v", "end", "ctrl+end", "v")
        assert app.ticked == [4, 5, 6, 7, 8, 9, 10]
        await pilot.press("n", "ctrl+home", "v", "down", "down", "space")
        assert app.ticked == [1, 2]
    assert app.heard == ["002", None, "003", None, STAY, None]


async def test_ticks_outlive_a_filter_and_reach_only_what_it_shows() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        app.table.show(index([2, 3, 8]), app.selection)
        await pilot.press("a")
        assert app.ticked == [1, 2, 8]
        app.table.show(app.whole, app.selection)
        await pilot.pause()
        assert [row for row in range(1, 12) if app.line(row).startswith(" [x]")] == [1, 2, 9]


async def test_the_cursor_stays_on_its_invoice_when_others_come() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "down")
        assert app.table.current == app.known[4]
        app.table.show(index([1, 4, 5]), app.selection)
        assert app.table.current == app.known[4]
        app.table.show(app.whole, app.selection, document_id=9)
        assert app.table.current == app.known[9]
        assert app.table.go_to(2)
        assert app.table.current == app.known[2]
        assert not app.table.go_to(77)
        app.table.show(index([]), app.selection)
        assert app.table.current is None
        assert app.table.current_group is None
        await pilot.press("space", "a", "v", "u", "i", "enter", "down")
        assert app.ticked == []


async def test_a_heading_under_the_cursor_is_a_group() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("up")
        assert app.table.current is None
        group = app.table.current_group
        assert group is not None
        assert (group.heading, group.count, group.reachable_count) == (STAY, 6, 5)


async def test_what_was_sent_shows_when_it_is_told() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.known[2] = invoice(2, state=DocumentState.PARTIAL, delivered=1, addresses=2)
        app.table.refresh_ids([2, 999])
        await pilot.pause()
        assert app.line(2).endswith("partial 1/2")
        assert "27/10 " in app.line(2)


async def test_only_rows_of_changed_invoices_are_read_again() -> None:
    app = ListApp(1000)
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.go_to(900)
        await pilot.pause()
        app.reads.clear()
        app.table.refresh_ids([1])
        await pilot.pause()
        assert app.reads == []


async def test_an_invoice_that_is_gone_says_so() -> None:
    app = ListApp()
    del app.known[2]
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.line(2).startswith("  -  (deleted since)")
        await pilot.press("down", "u", "enter")
        assert app.ticked == []


async def test_a_store_that_fails_is_told_once_and_breaks_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.broken = True
        app.table.show(app.whole, app.selection)
        await pilot.press("down", "down")
        assert app.heard == ["The database is busy."]
        app.broken = False
        app.table.show(app.whole, app.selection)
        await pilot.pause()
        assert "DELMAS Odette 1" in app.line(1)


async def test_a_wide_terminal_shows_the_addresses() -> None:
    app = ListApp()
    async with app.run_test(size=(120, 24)) as pilot:
        assert "o.delmas@orange.example" in app.line(1)
        assert "fille@free.example" in app.line(1)
        await resize(pilot, 80, 24)
        assert app.line(1).endswith("P . R")
        await resize(pilot, 60, 24)
        assert app.table.max_scroll_x > 0


async def test_names_are_cut_at_a_cell_and_cannot_move_the_cursor() -> None:
    app = ListApp()
    app.known[1] = invoice(1, resident="LE GUÉNÉDAL-KERMARREC DE LA TOUR Marie-Antoinette")
    app.known[2] = invoice(2, resident="\x1b[2J[bold]x\r\n")
    async with app.run_test(size=(80, 24)):
        assert "LE GUÉNÉDAL-KERMA" in app.line(1)
        assert "…" in app.line(1)
        assert app.line(2).startswith(" [ ]  [2J[bold]x ")


@pytest.mark.parametrize(
    ("state", "reachable", "words"),
    [
        (DocumentState.UNSENT, True, ""),
        (DocumentState.UNSENT, False, "no address"),
        (DocumentState.QUEUED, True, "queued"),
        (DocumentState.SENT, True, "sent"),
        (DocumentState.SENT, False, "sent"),
        (DocumentState.PARTIAL, True, "partial 1/2"),
        (DocumentState.FAILED, True, "refused"),
        (DocumentState.UNCERTAIN, True, "uncertain"),
    ],
)
def test_a_state_is_a_word(state: DocumentState, reachable: bool, words: str) -> None:
    assert state_words(invoice(1, state=state, reachable=reachable, delivered=1, addresses=2)) == words


def test_pages_are_read_once_and_the_oldest_forgotten() -> None:
    reads: list[int] = []

    def fetch(ids: Sequence[int]) -> list[InvoiceRow]:
        reads.append(ids[0])
        return [invoice(i) for i in ids]

    rows = PagedRows(range(PAGE * (PAGES + 2)), fetch)
    for position in (5, 6, PAGE - 1, PAGE):
        found = rows.row(position)
        assert found is not None
        assert found.id == position
    assert reads == [0, PAGE]
    for page in range(PAGES + 1):
        rows.row(page * PAGE)
    reads.clear()
    rows.row(PAGE * PAGES)
    assert reads == []
    rows.row(0)
    assert reads == [0]


async def test_a_table_that_was_measured_before_it_was_laid_out_gets_its_columns() -> None:
    class Hidden(ListApp):
        def on_mount(self) -> None:
            self.table.display = False
            super().on_mount()

    app = Hidden()
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.display = True
        # Textual lays out anew for the answer, and then finds nothing left to tell the table.
        app.screen._compositor._full_map_invalidated = True
        assert app.table.size.width in (0, 80)
        await pilot.pause()
        await pilot.pause()
        app.table.render_lines(app.table.size.region)
        await pilot.pause()
        assert [column.key.value for column in app.table.ordered_columns][:2] == ["box", "resident"]
        assert app.line(1).endswith("P . R")
