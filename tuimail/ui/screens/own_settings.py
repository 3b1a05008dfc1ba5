"""What is settled in the operator's own file: the command that gives a secret, and where the shared file is."""

from __future__ import annotations

import shlex
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.config import settings
from tuimail.config.commands import secret_from
from tuimail.domain.account import Account
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import COMMAND
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field, PathField
from tuimail.ui.widgets.prose import Prose


class OneField(Dialog[str]):
    """A sentence, a field, what is to be said. The answer is a sentence for the place below."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMAND)

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(title)
        self._sentence = sentence

    def field(self) -> Field:
        """The field with what holds now."""
        raise NotImplementedError

    def content(self) -> ComposeResult:
        """Sentence, field, what is said."""
        yield Prose(self._sentence)
        yield self.field()
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_accept(self) -> None:
        """Keep what was typed, if it can be."""
        self.run_worker(self._accept(self.query_one(Field).value), exclusive=True)

    async def _accept(self, typed: str) -> None:
        try:
            sentence = await self.keep(typed)
        except TuimailError as error:
            self.say(told(error))
            return
        self.dismiss(sentence)

    async def keep(self, typed: str) -> str:
        """Keep it; the sentence for the place below. Raises TuimailError."""
        raise NotImplementedError


class CommandDialog(OneField):
    """The command that prints the password, or the token, of one account; it is tried before it is kept."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._setting = "token_command" if account.oauth else "password_command"
        what = _("an access token") if account.oauth else _("the password")
        super().__init__(
            _("Command for {user} at {host}").format(user=account.user, host=account.host),
            _(
                "A program with its arguments that prints {what} on one line, such as “pass show mail”. "
                "It is run without a shell. Empty: none. It is kept in your own settings."
            ).format(what=what),
        )

    def field(self) -> Field:
        """The command as a shell would write it."""
        known = settings.read_settings()
        commands = known.token_commands if self._account.oauth else known.password_commands
        return Field(shlex.join(commands.get(self._account.secret_key, ())))

    async def keep(self, typed: str) -> str:
        """Try it, then keep it."""
        command = settings.command_words(typed)
        if command:
            self.say(_("Trying the command…"))
            await in_background(secret_from, command)
        settings.set_command(self._setting, self._account.secret_key, command)
        return _("The command works and is kept.") if command else _("There is no command any more.")


class SecretsFileDialog(OneField):
    """Where the file of secrets is that root shares with a group."""

    def __init__(self) -> None:
        super().__init__(
            _("Shared file of secrets"),
            _("Its whole path. Root makes it: sudo tuimail smtp set --password-stdin --keep-in file."),
        )

    def field(self) -> Field:
        """The path that holds now."""
        return PathField(str(settings.read_settings().secrets_file))

    async def keep(self, typed: str) -> str:  # noqa: ARG002
        """Keep the path; the file may come later."""
        settings.set_secrets_file(self.query_one(PathField).path or settings.SYSTEM_SECRETS)
        return _("The path is kept.")
