"""What an operator settles in a file of their own, each change with its line in the journal. No secret stands there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tuimail.config import settings
from tuimail.domain.account import Account, Owner
from tuimail.domain.i18n import _
from tuimail.store.changes import tell


class OwnSettings:
    """The operator's own settings. Each method raises BadFile where the file cannot be written, and StoreError."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def set_command(self, name: str, account: Account, command: tuple[str, ...]) -> None:
        """Keep the command (one of `settings.COMMANDS`) that gives the account's password or token, or none.

        The journal names its program alone: among its arguments there may be what nobody else is to read.
        """
        settings.set_command(name, account.secret_key, command)
        program = command[0] if command else _("none")
        self._tell(f"{name} ({account.user}, {account.host})", program)

    def set_secrets_file(self, path: Path | None) -> None:
        """Keep where the file of secrets is that root shares; None: the usual place. Raises BadInput as well."""
        settings.set_secrets_file(path or settings.SYSTEM_SECRETS)
        self._tell("secrets_file", str(path or settings.SYSTEM_SECRETS))

    def set_language(self, language: str) -> None:
        """Keep the language of the interface."""
        settings.set_language(language)
        self._tell("language", language)

    def set_address(self, address: str) -> None:
        """Keep the operator's own address, checked by the caller; empty: none, and no counts are mailed there."""
        settings.set_own_address(address)
        self._tell("own_address", address or _("none"))
        if not address and settings.read_settings().mail_counts:
            self.set_mail_counts(False)

    def set_mail_counts(self, wanted: bool) -> None:
        """Keep whether the counts of each send are mailed to the operator."""
        settings.set_mail_counts(wanted)
        self._tell("mail_counts", _("yes") if wanted else _("no"))

    def _tell(self, name: str, value: str) -> None:
        detail = _("Own settings: {name} = {value}").format(name=name, value=value)
        tell(detail, self._owner, datetime.now(UTC))
