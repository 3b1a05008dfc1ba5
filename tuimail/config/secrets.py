"""Secrets, in this order: a keyring that keeps them well, a command of the operator's, a file that root shares with a
group, and what was typed, which stays in this process's memory. What was typed comes from a question that is asked
only where the others have no answer or a wrong one, so it is looked at first.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tuimail.config import shared_secrets
from tuimail.config.commands import secret_from
from tuimail.config.settings import Settings, read_settings
from tuimail.domain.account import Account, ImapAccount
from tuimail.domain.errors import NotSettled, TuimailError
from tuimail.domain.i18n import _

SERVICE = "tuimail"
_TRUSTED = tuple(f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows"))
"""Modules whose keyrings neither ask on the terminal nor write plain files."""

_in_memory: dict[str, str] = {}


class Source(StrEnum):
    """Where a secret comes from."""

    MEMORY = "memory"
    KEYRING = "keyring"
    COMMAND = "command"
    FILE = "file"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A secret with where it came from; its `repr` does not show it."""

    value: str
    source: Source


def password(account: Account | ImapAccount) -> str | None:
    """The account's password; None if nobody has it. Raises NotSettled where a source is there and fails."""
    found = find(account)
    return found.value if found else None


def find(account: Account | ImapAccount) -> Secret | None:
    """The account's password and its source; see `password`."""
    key = account.secret_key
    if key in _in_memory:
        return Secret(_in_memory[key], Source.MEMORY)
    if (kept := _from_keyring(key)) is not None:
        return Secret(kept, Source.KEYRING)
    settings = read_settings()
    if command := settings.password_commands.get(key):
        return Secret(secret_from(command), Source.COMMAND)
    if (shared := shared_secrets.read(settings.secrets_file, key)) is not None:
        return Secret(shared, Source.FILE)
    return None


def remember(account: Account | ImapAccount, secret: str) -> None:
    """Keep the password in memory until this process ends."""
    _in_memory[account.secret_key] = secret


def forget(account: Account | ImapAccount) -> None:
    """Drop the password from memory: it was refused."""
    _in_memory.pop(account.secret_key, None)


def store(account: Account | ImapAccount, secret: str) -> bool:
    """Keep the password in the keyring; False where there is none that can be trusted: then only in memory."""
    kept = keep(account.secret_key, secret)
    _count_from_now(account, secret)
    return kept


def share(account: Account | ImapAccount, secret: str, database: Path, group: int | None = None) -> str:
    """Keep the password in the file that root shares with a group, and no older one in the keyring, which would be
    asked first; the file's path. Raises NotSettled, which tells root's command for that database."""
    path = read_settings().secrets_file
    shared_secrets.write(path, account.secret_key, secret, database, group)
    if (backend := _backend()) is not None:
        with suppress(Exception):  # There may be none.
            backend.delete_password(SERVICE, account.secret_key)
    _count_from_now(account, secret)
    return str(path)


def _count_from_now(account: Account | ImapAccount, secret: str) -> None:
    """The password counts in this process even where what is asked first has another one, or what has it is silent."""
    forget(account)
    try:
        found = password(account)
    except TuimailError:
        found = None
    if found != secret:
        remember(account, secret)


def keep(key: str, secret: str) -> bool:
    """Keep any secret in the keyring; False where there is none that can be trusted."""
    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(SERVICE, key, secret)
    except Exception:  # noqa: BLE001 - besides KeyringError, backends let through whatever D-Bus says
        return False
    return True


def kept(key: str) -> str | None:
    """What the keyring keeps under that key; raises NotSettled where it cannot be read."""
    return _from_keyring(key)


def has_keyring() -> bool:
    """Whether there is a keyring that can be trusted."""
    return _backend() is not None


def place() -> str:
    """Where a password that is given now would be kept, for people."""
    backend = _backend()
    return _("keyring ({name})").format(name=backend.name) if backend else _("memory only: asked at each start")


def source(account: Account | ImapAccount, *, beside_memory: bool = False) -> Source | None:
    """Where the account's password comes from, without running a command for it; None if nobody has it.

    `beside_memory`: in a process that starts anew. Raises NotSettled where a source is there and fails.
    """
    key = account.secret_key
    if key in _in_memory and not beside_memory:
        return Source.MEMORY
    if _from_keyring(key) is not None:
        return Source.KEYRING
    settings = read_settings()
    if settings.password_commands.get(key):
        return Source.COMMAND
    return Source.FILE if shared_secrets.read(settings.secrets_file, key) is not None else None


def source_sentence(account: Account | ImapAccount, *, beside_memory: bool = False) -> str:
    """Where the account's password comes from and who can read it there, without asking for the password itself."""
    try:
        found = source(account, beside_memory=beside_memory)
        settings = read_settings()
    except TuimailError as error:
        return str(error)
    if found is Source.MEMORY:
        return _("typed, kept in memory until the program ends: only this process can read it")
    if found is Source.KEYRING:
        return _("keyring ({name}): readable by you, while your session is open").format(name=_backend().name)
    if found is Source.COMMAND:
        command = settings.password_commands[account.secret_key]
        return _("command {name} of your own settings: readable by whoever it lets").format(name=command[0])
    if found is Source.FILE:
        return shared_secrets.readers_sentence(settings.secrets_file)
    return _("not known on this machine: it is asked for at each start")


def back_ends() -> list[tuple[Source, str]]:
    """The sources in their order, each with what there is of it here, for people."""
    backend = _backend()
    try:
        settings = read_settings()
        commands = len(settings.password_commands) + len(settings.token_commands)
    except TuimailError:
        settings, commands = Settings(), 0
    return [
        (Source.KEYRING, str(backend.name) if backend else _("none that can be trusted on this machine")),
        (Source.COMMAND, _("{n} in your settings").format(n=commands) if commands else _("none in your settings")),
        (Source.FILE, shared_secrets.readers_sentence(settings.secrets_file)),
        (Source.MEMORY, _("what is typed, until the program ends")),
    ]


def check_shared_file() -> None:
    """Raise NotSettled where the file that root shares with a group is there and cannot be trusted or understood."""
    shared_secrets.check(read_settings().secrets_file)


def _from_keyring(key: str) -> str | None:
    backend = _backend()
    if backend is None:
        return None
    try:
        found: str | None = backend.get_password(SERVICE, key)
    except Exception as error:  # besides KeyringError, backends let through whatever D-Bus says
        raise NotSettled(
            _("The keyring cannot be read: {reason}.").format(reason=str(error) or type(error).__name__),
            _("Unlock it, then try again."),
        ) from error
    return found


def _backend() -> Any:
    """The first trusted keyring. The chainer is looked into: on a server it may offer one that asks on the terminal."""
    import keyring
    from keyring.backends import chainer

    try:
        backend = keyring.get_keyring()
    except Exception:  # noqa: BLE001 - the user's configuration names one that cannot be imported: as good as none
        return None
    candidates = backend.backends if isinstance(backend, chainer.ChainerBackend) else [backend]
    for candidate in candidates:
        if type(candidate).__module__ in _TRUSTED:
            return candidate
    return None
