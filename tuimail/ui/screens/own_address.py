"""The operator's own address: where tests go, and the counts of each send if they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType

from tuimail.config import settings
from tuimail.domain.i18n import _
from tuimail.domain.settings import checked_optional_address
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import COMMAND
from tuimail.ui.screens.decision import Decision

Told = Callable[[str | None], None]


def own_lines(app: App[Any], told: Told) -> list[tuple[str, str, Callable[[], object]]]:
    """Lines of the settings: a name, what holds now, and what Enter does."""
    known = settings.read_settings()

    def turn() -> None:
        wanted = not settings.read_settings().mail_counts
        if wanted and not settings.read_settings().own_address:
            app.push_screen(OwnAddress(), told)
            return
        settings.set_mail_counts(wanted)
        told(
            _("The counts of each send are mailed to you.") if wanted else _("The counts are no longer mailed to you.")
        )

    return [
        (_("your address"), known.own_address or _("none yet: tests to yourself ask for it"), lambda: _ask(app, told)),
        (_("counts by mail"), _("after each send") if known.mail_counts else _("no"), turn),
    ]


def _ask(app: App[Any], told: Told) -> None:
    app.push_screen(OwnAddress(), told)


class OwnAddress(Decision[str]):
    """Asks for it; empty: none."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMAND)

    def __init__(self) -> None:
        super().__init__(
            _("Your own address"),
            (),
            _("Tests go there, and the counts of each send if you want them. Empty: none."),
            settings.read_settings().own_address,
        )

    async def do(self, typed: str) -> str:
        """Keep it, if it is one."""
        address = checked_optional_address(typed)
        settings.set_own_address(address)
        if not address:
            settings.set_mail_counts(False)
        return _("Your address is kept.") if address else _("There is no address any more.")
