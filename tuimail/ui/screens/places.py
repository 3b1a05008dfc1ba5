"""Which screen each of the places is; imported when it is first gone to, so that the first one is there at once."""

from __future__ import annotations

from tuimail.ui.commands.model import Place
from tuimail.ui.desk import Desk
from tuimail.ui.screens.place import PlaceScreen


def open_place(place: Place, desk: Desk) -> PlaceScreen:
    """A new screen for that place."""
    screen: type[PlaceScreen]
    match place:
        case Place.INVOICES:
            from tuimail.ui.screens.invoices import InvoicesScreen

            screen = InvoicesScreen
        case Place.RESIDENTS:
            from tuimail.ui.screens.residents import ResidentsScreen

            screen = ResidentsScreen
        case Place.STRUCTURES:
            from tuimail.ui.screens.structures import StructuresScreen

            screen = StructuresScreen
        case Place.JOURNAL:
            from tuimail.ui.screens.journal import JournalScreen

            screen = JournalScreen
        case Place.MAILINGS:
            from tuimail.ui.screens.mailings import MailingsScreen

            screen = MailingsScreen
        case Place.SETTINGS:
            from tuimail.ui.screens.settings import SettingsScreen

            screen = SettingsScreen
    return screen(desk)
