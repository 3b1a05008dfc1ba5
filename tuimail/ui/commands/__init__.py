"""Every command of the interface, declared once: its keys, its words on the keys line, in the palette and in help.

A widget or screen binds those of its scope (`BINDINGS = bindings(TABLE)`) and has an `action_…` for each; which of
them can be used now, and so what the keys line, the palette and help show, is read from the bindings in force.
"""

from __future__ import annotations

from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen

from tuimail.ui.commands import (
    control,
    everywhere,
    form,
    history,
    imports,
    invoices,
    journal,
    letters,
    mailings,
    month_end,
    prints,
    recovery,
    residents,
    returns,
    sending,
    settings,
    structures,
)
from tuimail.ui.commands.model import Command, Place

PLACES = tuple(Place)
"""The places that there are."""

COMMANDS = (
    *invoices.COMMANDS,
    *control.COMMANDS,
    *prints.COMMANDS,
    *recovery.COMMANDS,
    *history.COMMANDS,
    *returns.COMMANDS,
    *imports.COMMANDS,
    *residents.COMMANDS,
    *structures.COMMANDS,
    *journal.COMMANDS,
    *mailings.COMMANDS,
    *letters.COMMANDS,
    *month_end.COMMANDS,
    *settings.COMMANDS,
    *form.COMMANDS,
    *sending.COMMANDS,
    *everywhere.COMMANDS,
)
"""All of them, in the order in which the keys line, the palette and help show them."""

_BY_ID = {command.id: command for command in COMMANDS}


def bindings(scope: str) -> list[BindingType]:
    """What the widget, screen or application of that scope binds."""
    return [
        Binding(",".join(command.keys), command.action, command.words, show=False, id=command.id)
        for command in COMMANDS
        if command.scope == scope
    ]


def active(screen: Screen[object]) -> list[tuple[Command, ActiveBinding]]:
    """The commands that can be used now, in their order of declaration."""
    found: dict[str, ActiveBinding] = {}
    for binding in screen.active_bindings.values():
        if binding.binding.id in _BY_ID and binding.enabled:
            found.setdefault(binding.binding.id, binding)
    return [(command, found[command.id]) for command in COMMANDS if command.id in found]
