"""The list of invoices beside Textual's own table, in one run: `python tests/benchmarks/bench_table.py`.

For each size: from the rows in hand to the table painted, ticking everything and painting that, and memory. Textual's
table is left out at 100,000 rows, where it takes some twenty seconds.
"""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Callable, Coroutine, Sequence

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import DataTable

from tuimail.domain.billing import DocumentState
from tuimail.domain.listing import InvoiceIndex, InvoiceRow
from tuimail.domain.money import format_cents
from tuimail.domain.selection import Selection
from tuimail.ui.base import BaseApp
from tuimail.ui.widgets.invoice_table import InvoiceTable
from tuimail.ui.widgets.table_model import Cell

SIZES = (1_000, 10_000, 100_000)
STOCK_SIZES = (1_000, 10_000)
GROUPS = 20
SCREEN = (120, 40)


def invoice(document_id: int) -> InvoiceRow:
    return InvoiceRow(
        id=document_id,
        structure_id=1,
        structure="EHPAD Saint-Éloi",
        heading="Frais de séjour au payant",
        number=f"{document_id:06d}",
        resident=f"BERNARD Paul {document_id}",
        room="104",
        net=200_000 + document_id,
        primary="paul.bernard@orange.example",
        guardian="",
        relative="",
        state=DocumentState.UNSENT,
        reachable=True,
        delivered=0,
        addresses=1,
    )


def entries(count: int) -> list[tuple[str, int, str, str, int, int, int]]:
    """As the store would read them: the time of its query is not the table's."""
    return [
        (f"1/{i * GROUPS // count}", 1, "Frais", f"Frais {i * GROUPS // count}", i, 200_000 + i, 1)
        for i in range(count)
    ]


class LazyApp(BaseApp):
    def compose(self) -> ComposeResult:
        yield InvoiceTable(lambda ids: [invoice(i) for i in ids])


class StockApp(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable[str](cursor_type="row")

    def on_mount(self) -> None:
        labels = ("", "Résident", "Envoyé", "N°", "Montant HT", "Email principal", "Email tutelle", "État")
        for label in labels:
            self.query_one(DataTable).add_column(label, key=label or "box")


async def timed(table: DataTable[Cell] | DataTable[str], work: Callable[[], object]) -> float:
    """Milliseconds until `work` is done, the table has measured itself, and its lines are drawn."""
    start = time.perf_counter()
    work()
    while table._require_update_dimensions:  # noqa: ASYNC110
        await asyncio.sleep(0)
    width, height = table.size
    table.render_lines(Region(0, 0, width, height))
    return (time.perf_counter() - start) * 1000


async def lazy(count: int) -> tuple[float, float]:
    rows = entries(count)
    app = LazyApp()
    async with app.run_test(size=SCREEN) as pilot:
        table = app.query_one(InvoiceTable)
        await pilot.pause()

        def load() -> None:
            index = InvoiceIndex.gather(rows)
            table.show(index, Selection(index))

        return await timed(table, load), await timed(table, table.action_tick_all)


async def stock(count: int) -> tuple[float, float]:
    cells: list[Sequence[str]] = [
        ("[ ]", f"BERNARD Paul {i}", "", f"{i:06d}", format_cents(200_000 + i), "paul.bernard@orange.example", "", "")
        for i in range(count)
    ]
    app = StockApp()
    async with app.run_test(size=SCREEN) as pilot:
        table = app.query_one(DataTable)
        await pilot.pause()

        def load() -> None:
            for number, row in enumerate(cells):
                table.add_row(*row, key=str(number))

        def tick() -> None:
            for number in range(count):
                table.update_cell(str(number), "box", "[x]")

        return await timed(table, load), await timed(table, tick)


def memory(run: Callable[[int], Coroutine[None, None, tuple[float, float]]], count: int) -> float:
    """Most megabytes that Python held meanwhile."""
    tracemalloc.start()
    try:
        asyncio.run(run(count))
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def best(
    run: Callable[[int], Coroutine[None, None, tuple[float, float]]], count: int, tries: int = 3
) -> tuple[float, float]:
    found = [asyncio.run(run(count)) for _ in range(tries)]
    return min(f[0] for f in found), min(f[1] for f in found)


def main() -> None:
    print(f"{'':14}{'rows':>9}{'load to painted':>18}{'all ticked, painted':>21}{'memory':>10}")
    for name, run, sizes in (("DataTable", stock, STOCK_SIZES), ("InvoiceTable", lazy, SIZES)):
        for count in sizes:
            loaded, ticked = best(run, count, 1 if count > 1_000 and run is stock else 3)
            print(f"{name:14}{count:>9,}{loaded:>15.1f} ms{ticked:>18.1f} ms{memory(run, count):>7.0f} MB")


if __name__ == "__main__":
    main()
