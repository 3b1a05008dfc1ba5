"""Preparing the month: invoices proposed from what comes back, beside last month's, and made when they are accepted."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tuimail.domain.billing import DocumentLine
from tuimail.domain.drafting import LineDifference, Mark, Proposal
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import format_cents, format_scaled
from tuimail.domain.periods import Period
from tuimail.store import documents, drafting
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.prints import MONTH
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import BadNews, Question
from tuimail.ui.screens.leaving import Leaving
from tuimail.ui.screens.line_fields import Days
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start


class Month(Leaving[Period]):
    """A row a proposed invoice; under the list, what differs from last month. The answer is the month that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(MONTH), *bindings(PAGE)]

    def __init__(self, desk: Desk, period: Period, structure_id: int | None) -> None:
        super().__init__()
        self._desk, self._structure_id = desk, structure_id
        newest = next(reversed(documents.periods()), period)
        self._period = newest.shift(1) if period == newest else period
        self._days: dict[int, int] = {}
        self._found: dict[int, Proposal] = {}
        self._left_out: set[int] = set()
        self._up_to_date = False
        """Whether what is shown was worked out for this month and these days."""
        self._making = False

    def compose(self) -> ComposeResult:
        """Counts, list, differences."""
        yield TitleLine()
        yield Lines(id="counts")
        yield RowList(id="proposals", cell_padding=0)
        with VerticalScroll(id="differences"):
            yield Prose("", id="difference")
        yield Lines(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """Propose at once."""
        self.query_one(VerticalScroll).can_focus = False
        self.query_one(RowList).focus()
        self._propose()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(
            (
                TableColumn("box", "", 4, gap=1),
                TableColumn("resident", _("Resident"), 18, gap=1, flexible=True),
                TableColumn("days", _("Days"), 7, "right", gap=2),
                TableColumn("before", _("Last month"), 14, "right", gap=2),
                TableColumn("after", _("Proposed"), 13, "right", gap=2),
                TableColumn("more", _("Difference"), 13, "right", gap=1),
            )
        )

    @property
    def _last_day(self) -> int:
        return calendar.monthrange(self._period.year, self._period.month)[1]

    def _propose(self) -> None:
        self.query_one(TitleLine).show(
            [*self._desk.path(self._structure_id), _("Prepare the month")], self._period.label()
        )
        self._up_to_date = False
        start(self, self._read, group="read", exclusive=True)

    async def _read(self) -> None:
        issued = date(self._period.year, self._period.month, self._last_day)
        try:
            found = await in_background(drafting.proposals, self._period, self._structure_id, issued, dict(self._days))
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        self._found = {proposal.resident.id: proposal for proposal in found}
        self._up_to_date = True
        self._show()

    @property
    def _wanted(self) -> list[Proposal]:
        return [p for key, p in self._found.items() if key not in self._left_out and p.makes_invoice]

    def _show(self) -> None:
        table = self.query_one(RowList)
        table.show_rows([(str(key), self._cells(key, found)) for key, found in self._found.items()])
        wanted, dot = self._wanted, f" {signs().dot} "
        net = sum(proposal.document.net for proposal in wanted)
        proposed = sum(1 for proposal in self._found.values() if proposal.makes_invoice)
        without = len(self._found) - proposed
        counts = (
            ngettext("{n} invoice proposed", "{n} invoices proposed", proposed),
            *((ngettext("{n} without an invoice", "{n} without an invoice", without),) if without else ()),
            ngettext("{n} ticked", "{n} ticked", len(wanted)),
            _("{amount} net").format(amount=format_cents(net, currency=True)),
        )
        self.query_one("#counts", Lines).set_line(dot.join(counts) if self._found else self._nothing())
        self._show_difference()
        self.refresh_bindings()

    def _nothing(self) -> str:
        before, made = self._period.shift(-1), documents.periods()
        if before in made or self._period in made:
            return _("Nothing to propose: every resident has an invoice, or nothing that comes back.")
        return _("Nothing to propose: {before} is not made yet. Make it first.").format(before=before.label())

    def _cells(self, key: int, found: Proposal) -> dict[str, str]:
        return {
            "box": "" if not found.makes_invoice else "[ ]" if key in self._left_out else "[x]",
            "resident": found.resident.name,
            "days": str(found.days),
            "before": format_cents(found.before.net) if found.before else "-",
            "after": format_cents(found.document.net) if found.makes_invoice else pgettext("proposal", "no invoice"),
            "more": _signed(found.difference),
        }

    @property
    def _current(self) -> Proposal | None:
        key = self.query_one(RowList).current_key
        return self._found.get(int(key)) if key else None

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_difference()

    def _show_difference(self) -> None:
        found = self._current
        text = Text()
        if found and not found.makes_invoice:
            words = _("No day in {period}: no invoice is made. Change the days if that is wrong.")
            text.append(words.format(period=self._period.label()) + "\n", "bold yellow")
        for each in found.differences if found else ():
            text.append_text(_told(each))
        self.query_one("#difference", Prose).update(text)

    def say(self, sentence: str) -> None:
        """Say this above the keys."""
        self.query_one("#said", Lines).set_line(sentence)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        if action in ("tick", "tick_all", "tick_none", "days"):
            return bool(self._found) and not self._making
        if action == "make":
            return bool(self._wanted) and self._up_to_date and not self._making
        if action == "shift_period":
            return not self._making
        return super().check_action(action, parameters)

    def action_tick(self) -> None:
        """Make this one, or not, and move on."""
        if found := self._current:
            if found.makes_invoice:
                self._left_out ^= {found.resident.id}
            self._show()
            self.query_one(RowList).action_cursor_down()

    def action_tick_all(self) -> None:
        """All of them."""
        self._left_out.clear()
        self._show()

    def action_tick_none(self) -> None:
        """None of them."""
        self._left_out = set(self._found)
        self._show()

    def action_days(self) -> None:
        """Say how many days."""
        if found := self._current:

            def typed(days: int | None) -> None:
                if days is not None:
                    self._days[found.resident.id] = days
                    self._propose()

            self.app.push_screen(Days(found.resident.name, found.days, self._last_day), typed)

    def action_shift_period(self, months: int) -> None:
        """Another month; what was set for this one is asked about first."""
        if self.unsaved:
            self._ask_to_forget(lambda: self._shift(months))
        else:
            self._shift(months)

    def _shift(self, months: int) -> None:
        self._period = self._period.shift(months)
        self._days.clear()
        self._left_out.clear()
        self._propose()

    def action_make(self) -> None:
        """Ask, then make them."""
        wanted = self._wanted
        net = sum(proposal.document.net for proposal in wanted)
        sentences = (
            ngettext("{n} invoice is made", "{n} invoices are made", len(wanted))
            + f", {self._period.label()}, {_('{amount} net').format(amount=format_cents(net, currency=True))}.",
            _("They are numbered one after the other. Each can be changed until it is sent."),
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self._making = True
                self.say(_("One moment…"))
                self.refresh_bindings()
                start(self, partial(self._make, wanted))

        self.app.push_screen(Question(_("Make the invoices"), sentences), answered)

    async def _make(self, wanted: list[Proposal]) -> None:
        try:
            await in_writer(drafting.accept, wanted, self._desk.office.owner, self._desk.now())
        except TuimailError as error:
            self._making = False
            self.say("")
            self.refresh_bindings()
            self.app.push_screen(BadNews(error))
            return
        end(self, self._period)

    @property
    def unsaved(self) -> bool:
        """Whether days or ticks were set, or invoices are being made of them."""
        return bool(self._days or self._left_out or self._making)

    def action_back(self) -> None:
        """Go back without making anything; what was set is asked about first, what is being made is waited for."""
        if self._making:
            return
        if self.unsaved:
            self._ask_to_forget(partial(end, self))
        else:
            self.dismiss(None)

    def _ask_to_forget(self, forget: Callable[[], object]) -> None:
        sentences = (
            _("Enter: forget the days and ticks set for {period}.").format(period=self._period.label()),
            _("Esc: stay; F2 makes the invoices."),
        )
        self.ask_to_lose(_("Invoices not made yet"), sentences, forget)


def _signed(cents: int) -> str:
    return "=" if not cents else ("+" if cents > 0 else "") + format_cents(cents)


def _told(each: LineDifference) -> Text:
    line = each.after or each.before
    if line is None:
        return Text()
    sign, style = {
        Mark.SAME: (" ", ""),
        Mark.NEW: ("+", "green"),
        Mark.GONE: ("-", "red"),
        Mark.CHANGED: ("~", "yellow"),
    }[each.mark]
    words = _("{label}: {figures}").format(label=line.label, figures=_figures(line))
    text = Text(f"{sign} {words}", style)
    if each.mark is Mark.CHANGED and each.before is not None:
        text.append("   " + _("(was {what})").format(what=_figures(each.before)))
    return text.append("\n")


def _figures(line: DocumentLine) -> str:
    quantity, price = format_scaled(line.quantity), format_scaled(line.unit_price, 2)
    return f"{quantity} x {price} = {format_cents(line.amount)}"
