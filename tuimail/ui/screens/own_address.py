"""The operator's own address: where tests go, and the counts of each send if they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType

from tuimail.config import settings
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.settings import checked_optional_address
from tuimail.office import Office
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import COMMAND
from tuimail.ui.screens.decision import Decision
from tuimail.ui.work import start

Told = Callable[[str | None], None]


def own_lines(app: App[Any], office: Office, told: Told) -> list[tuple[str, str, Callable[[], object]]]:
    """Lines of the settings: a name, what holds now, and what Enter does."""
    known = settings.read_settings()

    def ask() -> None:
        app.push_screen(OwnAddress(office), told)

    def turn() -> None:
        if not (known.mail_counts or known.own_address):
            ask()
        else:
            start(app.screen, partial(keep, not known.mail_counts), group="keep")

    async def keep(wanted: bool) -> None:
        try:
            await in_writer(office.own_settings.set_mail_counts, wanted)
        except TuimailError as error:
            told(str(error))
            return
        told(
            _("The counts of each send are mailed to you.") if wanted else _("The counts are no longer mailed to you.")
        )

    return [
        (_("your address"), known.own_address or _("none yet: tests to yourself ask for it"), ask),
        (_("counts by mail"), _("after each send") if known.mail_counts else _("no"), turn),
    ]


class OwnAddress(Decision[str]):
    """Asks for it; empty: none."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMAND)

    def __init__(self, office: Office) -> None:
        self._office = office
        super().__init__(
            _("Your own address"),
            (),
            _("Tests go there, and the counts of each send if you want them. Empty: none."),
            settings.read_settings().own_address,
        )

    async def do(self, typed: str) -> str:
        """Keep it, if it is one."""
        address = checked_optional_address(typed)
        await in_writer(self._office.own_settings.set_address, address)
        return _("Your address is kept.") if address else _("There is no address any more.")
