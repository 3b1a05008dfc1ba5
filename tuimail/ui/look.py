"""One sober look: the terminal's own colours, and the few signs that a poor font or console may not have."""

from __future__ import annotations

import codecs
import os
import sys
from dataclasses import dataclass
from functools import cache

from rich.style import Style
from textual.theme import Theme

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.mail import DeliveryState

ASCII_VARIABLE = "TUIMAIL_ASCII"
ASCII_CLASS = "-ascii"
"""The application wears this class where borders must be plain characters."""

THEME = Theme(
    name="tuimail",
    ansi=True,
    dark=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_blue",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-text-style": "underline",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "input-selection-foreground": "ansi_default",
        "scrollbar": "ansi_blue",
        "scrollbar-hover": "ansi_blue",
        "scrollbar-active": "ansi_blue",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
    },
)

STATE_COLOURS = {
    DeliveryState.SENT: Style(color="green"),
    DeliveryState.FAILED: Style(color="red"),
    DeliveryState.UNCERTAIN: Style(color="yellow"),
}
"""What became of a message; the other states have none."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters that are not on every keyboard."""

    dot: str
    """Between two parts of a line."""
    into: str
    """From an association to its structure."""
    back: str
    to: str
    """Before a recipient."""
    cut: str
    """Where a text was cut short; one cell wide."""
    full: str
    empty: str
    """The two parts of a progress bar."""


_UNICODE = Signs(dot="·", into="›", back="‹", to="→", cut="…", full="▓", empty="░")
_ASCII = Signs(dot="-", into=">", back="<", to="->", cut="~", full="#", empty=".")


def ascii_only() -> bool:
    """Whether borders and signs must be plain ASCII: asked for by `TUIMAIL_ASCII=1`."""
    return os.environ.get(ASCII_VARIABLE, "") not in ("", "0")


@cache
def signs() -> Signs:
    """The signs this terminal shows, settled once a process."""
    return _ASCII if ascii_only() else _UNICODE


def require_terminal() -> None:
    """Raise BadInput unless standard input and error are a terminal whose locale is UTF-8."""
    streams = (sys.__stdin__, sys.__stderr__)
    if not all(stream is not None and stream.isatty() for stream in streams):
        raise BadInput(_("The application needs a terminal."), _("Run it in one, or use a command: tuimail --help."))
    for stream in streams:
        encoding = getattr(stream, "encoding", None) or "ascii"
        if codecs.lookup(encoding).name != "utf-8":
            raise BadInput(
                _("This terminal's locale is not UTF-8 ({encoding}): names would be shown wrong.").format(
                    encoding=encoding
                ),
                _("Start it again with LANG=C.UTF-8."),
            )
