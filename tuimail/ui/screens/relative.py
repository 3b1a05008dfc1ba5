"""One relative of a resident, as a page over the card: nothing is saved before the card is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuimail.domain.i18n import _
from tuimail.domain.people import Relative
from tuimail.domain.resident_card import ResidentCard
from tuimail.store.changes import Subject
from tuimail.ui.desk import Desk
from tuimail.ui.screens.form import FormScreen
from tuimail.ui.screens.resident import part_of_relative, sure
from tuimail.ui.widgets.form import Tab
from tuimail.ui.widgets.resident_tabs import relative_entries

_LABELS: dict[str, str] = {}


class RelativeScreen(FormScreen):
    """The answer is the relative as typed, with one more for a second address, or None.

    The card of the resident is saved with F2 of its own.
    """

    def __init__(self, desk: Desk, path: Sequence[str], relative: Relative, card: ResidentCard) -> None:
        self._card = card
        title = relative.name or _("New relative")
        subject: Subject[Any] = Subject("relative", 0, title, _LABELS, lambda: relative, lambda _typed: None)
        super().__init__(desk, subject, [*path, title], (Tab(_("Relative"), relative_entries()),), relative)

    async def _save(self) -> None:
        entry = self.form.entry("email")
        others = [r.email for r in self._card.relatives if r.email and r.email != self.form.state.email]
        family = [*others, self._card.email1, self._card.email2]
        family = [address for address in family if address]
        go_on, second = await part_of_relative(self, entry, family)
        if not go_on or not await sure(self, entry, family):
            return
        typed = await self.form.typed()
        if typed is None:
            self.say(_("Not taken over: correct what is marked with !"))
        elif not typed.name:
            self.say(_("A relative has a name."))
            await self.form.go_to(self.form.entry("name"))
        else:
            other = Relative(typed.name, typed.link, second, label=typed.label, address=typed.address)
            self.dismiss((typed, other) if second else (typed,))
