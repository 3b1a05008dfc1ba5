"""What is settled in the operator's own file: the command that gives a secret, and where the shared file is."""

from __future__ import annotations

import shlex
from typing import ClassVar

from textual.binding import BindingType

from tuimail.config import settings
from tuimail.config.commands import secret_from
from tuimail.config.shared_secrets import made_by
from tuimail.domain.account import Account
from tuimail.domain.i18n import _
from tuimail.office import Office
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import COMMAND
from tuimail.ui.screens.decision import Decision
from tuimail.ui.widgets.field import path_of


class CommandDialog(Decision[str]):
    """The command that prints the password, or the token, of one account; it is tried before it is kept."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMAND)

    def __init__(self, office: Office, account: Account) -> None:
        self._office, self._account = office, account
        self._setting = "token_command" if account.oauth else "password_command"
        what = _("an access token") if account.oauth else _("the password")
        known = settings.read_settings()
        commands = known.token_commands if account.oauth else known.password_commands
        super().__init__(
            _("Command for {user} at {host}").format(user=account.user, host=account.host),
            (),
            _(
                "A program with its arguments that prints {what} on one line, such as “pass show mail”. "
                "It is run without a shell. Empty: none. It is kept in your own settings."
            ).format(what=what),
            shlex.join(commands.get(account.secret_key, ())),
        )

    async def do(self, typed: str) -> str:
        """Try it, then keep it."""
        command = settings.command_words(typed)
        if command:
            self.say(_("Trying the command…"))
            await in_background(secret_from, command)
        await in_writer(self._office.own_settings.set_command, self._setting, self._account, command)
        return _("The command works and is kept.") if command else _("There is no command any more.")

    def action_back(self) -> None:
        """Give up, even while the command is tried: nothing is kept before it has worked."""
        self.workers.cancel_node(self)
        self.dismiss(None)


class SecretsFileDialog(Decision[str]):
    """Where the file of secrets is that root shares with a group."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMAND)

    def __init__(self, office: Office) -> None:
        self._office = office
        super().__init__(
            _("Shared file of secrets"),
            (),
            _("Its whole path. Root makes it: {command}").format(command=made_by(office.paths.database)),
            str(settings.read_settings().secrets_file),
        )

    async def do(self, typed: str) -> str:
        """Keep the path; the file may come later."""
        await in_writer(self._office.own_settings.set_secrets_file, path_of(typed) if typed.strip() else None)
        return _("The path is kept.")
