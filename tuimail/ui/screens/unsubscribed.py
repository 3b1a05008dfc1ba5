"""Who wants no mailing: an address on this list gets none, whatever an import says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from tuimail.domain.addresses import normalise_address
from tuimail.domain.i18n import _
from tuimail.domain.letters import Unsubscribing, checked_unsubscribing
from tuimail.domain.mailing import suppressed
from tuimail.store import letters, mailings, structures
from tuimail.ui.commands import bindings
from tuimail.ui.commands.mailings import UNSUBSCRIBED
from tuimail.ui.desk import Desk
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import asked
from tuimail.ui.screens.list_dialog import ListDialog
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import work


class Unsubscribed(ListDialog[None]):
    """Addresses with since when and how that is known."""

    MOST_ROWS: ClassVar[int] = 14
    BINDINGS: ClassVar[list[BindingType]] = bindings(UNSUBSCRIBED)

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Want no mailing"))
        self._desk = desk

    def columns(self) -> Sequence[TableColumn]:
        """By what they are told apart."""
        return (
            TableColumn("address", _("Address"), 34, gap=1),
            TableColumn("since", _("Since"), 11, gap=1),
            TableColumn("source", _("How it is known"), 20, gap=1, flexible=True),
        )

    def load(self) -> None:
        """The addresses, or that there is none."""
        found = mailings.suppressions()
        rows = [
            (s.address, {"address": s.address, "since": f"{s.since.astimezone():%d/%m/%Y}", "source": s.source})
            for s in found
        ]
        self.show_rows(rows)
        self.say("" if rows else _("Nobody has unsubscribed."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be an address to take off."""
        if action == "remove":
            return self.is_mounted and self.table.current_key is not None
        return super().check_action(action, parameters)

    @work
    async def action_add(self) -> None:
        """Ask for an address, and how it is known."""
        address = await asked(self.app, Ask(_("Want no mailing"), _("Address:"), "", normalise_address))
        if address is None:
            return
        source = await asked(self.app, Ask(address, _("How is it known? (a letter, a call…)"), ""))
        if source is None:
            return
        owner, now = self._desk.office.owner, self._desk.now()
        await self.change(mailings.suppress, [suppressed(address, owner.operator, source, now)], owner, now)

    @work
    async def action_remove(self) -> None:
        """Ask for the reason, and write to that address again."""
        address = self.table.current_key
        if address is not None:
            why = await asked(self.app, Ask(address, _("Who asked for it, and when?"), ""))
            if why is not None:
                owner, now = self._desk.office.owner, self._desk.now()
                await self.change(mailings.allow_again, address, owner, now, why)

    @work
    async def action_settle(self) -> None:
        """Ask where one unsubscribes, of one of several associations: an address, then a web page."""
        with self.telling():
            found = structures.associations()
            if len(found) == 1:
                await self._settle(found[0].id, _("Where one unsubscribes"))
            elif found:
                rows = [(str(each.id), each.name, _ways(letters.unsubscribing(each.id))) for each in found]
                chosen = await asked(self.app, Choose(_("Where one unsubscribes"), rows, rows[0][0]))
                if chosen is not None:
                    name = next(name for key, name, _remark in rows if key == chosen)
                    await self._settle(int(chosen), _("Where one unsubscribes: {name}").format(name=name))

    async def _settle(self, association_id: int, title: str) -> None:
        office = self._desk.office
        known = letters.unsubscribing(association_id)
        help_text = _("Empty: the wishes go to whoever the letter comes from.")
        address = await asked(
            self.app, Ask(title, _("Address:"), known.address, lambda text: checked_unsubscribing(text, ""), help_text)
        )
        if address is None:
            return
        help_text = _("Mail programs call it at one click. Empty: none. {address} stands for who it is.")
        label = _("Web address, such as https://home.example/unsubscribe?who={address}:")
        url = await asked(
            self.app, Ask(title, label, known.url, lambda text: checked_unsubscribing("", text), help_text)
        )
        if url is not None:
            wanted = checked_unsubscribing(address, url)
            if await self.change(letters.set_unsubscribing, association_id, wanted, office.owner, self._desk.now()):
                self.say(_("Kept for the mailings to come."))


def _ways(settled: Unsubscribing) -> str:
    """Beside an association's name; the web address in full is asked next."""
    return ", ".join(filter(None, (settled.address, _("web page") if settled.url else "")))
