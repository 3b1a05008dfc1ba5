"""Which part of the month's invoices is shown; each operator finds it again at the next start."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from tuimail.domain.errors import StoreError
from tuimail.domain.listing import InvoiceFilter
from tuimail.store import habits
from tuimail.store.database import in_writer
from tuimail.ui.screens.invoice_actions import InvoiceActions
from tuimail.ui.work import start


class FilterActions(InvoiceActions):
    """The commands that narrow the list."""

    def narrow(self) -> None:
        """Apply the filter and the search anew."""
        raise NotImplementedError

    def action_cycle_filter(self) -> None:
        """All, not sent, sent, problems, uncertain, to post."""
        self.view.filter = self.view.filter.next()
        self.keep_filter()
        self.narrow()

    def action_problems(self) -> None:
        """Only the problems; once more: all."""
        self.show_problems(once_more_all=True)
        self.keep_filter()

    def show_problems(self, *, once_more_all: bool = False) -> None:
        """Only the problems; all, if they are shown and that is wanted."""
        problems = once_more_all and self.view.filter is InvoiceFilter.PROBLEMS
        self.view.filter = InvoiceFilter.ALL if problems else InvoiceFilter.PROBLEMS
        self.narrow()

    def keep_filter(self) -> None:
        """The next start finds it again. Only the last one counts where several keys follow each other."""
        start(self, partial(self._write_filter, self.view.filter), group="filter", exclusive=True)

    async def _write_filter(self, chosen: InvoiceFilter) -> None:
        # A database in trouble is told by whatever matters more than a filter.
        with suppress(StoreError):
            await in_writer(habits.keep_invoice_filter, self.desk.office.owner.operator, chosen)
