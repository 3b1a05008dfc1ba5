"""The departure of a resident, with its day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.binding import BindingType

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.resident_card import archived, parse_day, show_day
from tuimail.store import cards
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import DEPARTURE
from tuimail.ui.desk import Desk
from tuimail.ui.screens.decision import Decision


class Departure(Decision[date]):
    """The day on which a resident left. The answer is that day, once it is noted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DEPARTURE)

    def __init__(self, desk: Desk, resident_id: int, today: date) -> None:
        self._desk, self._resident_id = desk, resident_id
        self._card = cards.card(resident_id)
        super().__init__(
            _("Departure of {name}").format(name=f"{self._card.last_name} {self._card.first_name}"),
            [_("The resident stands among those gone from the day after. Invoices and history stay.")],
            _("Day of departure:"),
            show_day(today),
        )

    async def do(self, typed: str) -> date:
        """Note it."""
        day = parse_day(typed)
        if day is None:
            raise BadInput(_("Type the day, such as 31/10/2026."))
        people = self._desk.office.people
        await in_writer(people.save, self._resident_id, self._card, archived(self._card, day), self._desk.now())
        return day
