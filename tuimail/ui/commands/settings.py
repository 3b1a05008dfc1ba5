"""The commands of the settings, of the mail account's dialog and of what opens from it."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

SETTINGS = "settings"
ACCOUNT = "account"
TRIAL = "trial"
DEVICE_CODE = "device-code"
REDIRECT = "redirect"
COMMAND = "command"

COMMANDS = (
    Command(SETTINGS, "open_line", ("enter",), N_("change"), N_("Change what this line says")),
    Command(SETTINGS, "try_account", ("t", "f5"), N_("try"), N_("Try the mail account step by step")),
    Command(SETTINGS, "clear", ("escape",), N_("put away"), N_("Put the counts of the last send away"), False),
    Command(ACCOUNT, "accept", ("enter",), N_("keep"), N_("Keep the account as it stands here")),
    Command(ACCOUNT, "next_field", ("tab", "down"), N_("next"), N_("Go to the next field")),
    Command(ACCOUNT, "try_account", ("t", "f5"), N_("try"), N_("Try the account as it stands here, step by step")),
    Command(ACCOUNT, "sign_in", ("o", "f4"), N_("sign in to Microsoft"), N_("Sign in to Microsoft 365")),
    Command(TRIAL, "again", ("t", "f5"), N_("try again"), N_("Try once more")),
    Command(TRIAL, "mail", ("m",), N_("mail to me"), N_("Try once more, and send one message to an address")),
    Command(DEVICE_CODE, "copy_code", ("y",), N_("copy the code"), N_("Copy the code to the clipboard (OSC 52)")),
    Command(DEVICE_CODE, "copy_address", ("w",), N_("copy the address"), N_("Copy the address to the clipboard")),
    Command(
        DEVICE_CODE, "redirect", ("n",), N_("without a code"), N_("Sign in by the address of a browser, without a code")
    ),
    Command(REDIRECT, "accept", ("enter",), N_("sign in"), N_("Sign in with the address that was pasted")),
    Command(COMMAND, "accept", ("enter",), N_("keep"), N_("Keep what was typed")),
)
