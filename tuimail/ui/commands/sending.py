"""The commands of the sending that goes on below every place."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

SENDING = "sending"
SIGN_IN = "sign-in"

COMMANDS = (
    Command(SIGN_IN, "accept", ("enter",), N_("sign in"), N_("Sign in with this password")),
    Command(SENDING, "pause", ("p", "f9"), N_("pause"), N_("Pause the sending, or go on"), footer=False),
    Command(
        SENDING, "cancel", ("c",), N_("stop"), N_("Send none of the messages that are still waiting"), footer=False
    ),
)
