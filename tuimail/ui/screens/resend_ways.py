"""A single invoice by another way than the mail account, and an address that was typed kept on the card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult

from tuimail.domain.handing import Handed, Method
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.people import Relative
from tuimail.domain.resident_card import ResidentCard
from tuimail.store import cards
from tuimail.store.database import in_writer
from tuimail.ui.desk import Desk
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import Dialog, asked
from tuimail.ui.widgets.prose import Prose


class HandedOver(Dialog[None]):
    """What exactly was done with each message."""

    def __init__(self, handed: Sequence[Handed]) -> None:
        done = sum(each.done for each in handed)
        super().__init__(ngettext("{n} message handed over", "{n} messages handed over", done))
        self._handed = handed

    def content(self) -> ComposeResult:
        """A sentence a message, then what it counts for."""
        sentences = [each.sentence for each in self._handed]
        sentences.append(_("Nothing counts as sent: only the mail account of tuimail can prove it."))
        yield Prose("\n".join(sentences), classes="sentences")


async def keep_on_card(screen: Dialog[bool], desk: Desk, resident_id: int, address: str) -> bool:
    """Ask what the address is, and keep it on the resident's card; False if the operator does not want to.

    Raises TuimailError where the card cannot be saved. Within a worker.
    """
    opened = cards.card(resident_id)
    typed = await _with_address(screen, desk, opened, address)
    if typed is None:
        return False
    await in_writer(desk.office.people.save, resident_id, opened, typed, desk.now())
    return True


async def _with_address(screen: Dialog[bool], desk: Desk, opened: ResidentCard, address: str) -> ResidentCard | None:
    rows = [("relative", _("a relative’s"), _("next: name, relation, whether invoices go there"))]
    if not (opened.email1 and opened.email2):
        rows.insert(0, ("own", _("the resident’s own"), _("receives all invoices from now on")))
    chosen = await asked(screen.app, Choose(_("Whose is {address}?").format(address=address), rows, rows[0][0]))
    if chosen == "own":
        return replace(opened, email2=address) if opened.email1 else replace(opened, email1=address)
    if chosen is None:
        return None
    from tuimail.ui.screens.relative import RelativeScreen

    page = RelativeScreen(desk, [opened.home, f"{opened.last_name} {opened.first_name}".strip()], _new(address), opened)
    relative = await screen.app.push_screen_wait(page)
    return replace(opened, relatives=(*opened.relatives, relative)) if isinstance(relative, Relative) else None


def _new(address: str) -> Relative:
    return Relative("", email=address)


def methods(desk: Desk) -> Sequence[Method]:
    """What this machine has; of a demonstration nothing may leave it, so that no other program is given anything."""
    return (Method.SMTP, Method.EML) if desk.demo is not None else desk.office.handing.available()


async def next_method(desk: Desk, method: Method) -> Method:
    """The method after this one of those that this machine has, kept for the operator."""
    from tuimail.store import habits

    known = methods(desk)
    chosen = known[(known.index(method) + 1) % len(known)] if method in known else known[0]
    await in_writer(habits.keep_method, desk.office.owner.operator, chosen)
    return chosen
