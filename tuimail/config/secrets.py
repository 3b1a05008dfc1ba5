"""Passwords: in a keyring that keeps them well, or in this process's memory after a prompt; nowhere else."""

from __future__ import annotations

from typing import Any

from tuimail.domain.account import Account, ImapAccount
from tuimail.domain.errors import NotSettled
from tuimail.domain.i18n import _

SERVICE = "tuimail"
_TRUSTED = tuple(f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows"))
"""Modules whose keyrings neither ask on the terminal nor write plain files."""

_in_memory: dict[str, str] = {}


def password(account: Account | ImapAccount) -> str | None:
    """The account's password: from memory, else from the keyring; None if neither has it."""
    if account.secret_key in _in_memory:
        return _in_memory[account.secret_key]
    backend = _backend()
    if backend is None:
        return None
    try:
        found: str | None = backend.get_password(SERVICE, account.secret_key)
    except Exception as error:  # besides KeyringError, backends let through whatever D-Bus says
        raise NotSettled(
            _("The keyring cannot be read: {reason}.").format(reason=str(error) or type(error).__name__),
            _("Unlock it, then try again."),
        ) from error
    return found


def remember(account: Account | ImapAccount, secret: str) -> None:
    """Keep the password in memory until this process ends."""
    _in_memory[account.secret_key] = secret


def forget(account: Account | ImapAccount) -> None:
    """Drop the password from memory: it was refused."""
    _in_memory.pop(account.secret_key, None)


def store(account: Account | ImapAccount, secret: str) -> bool:
    """Keep the password in the keyring; False where there is none that can be trusted: then only in memory."""
    remember(account, secret)
    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(SERVICE, account.secret_key, secret)
    except Exception:  # noqa: BLE001 - as above; the password is in memory, and the caller tells
        return False
    return True


def place() -> str:
    """Where a password would be kept, for people."""
    backend = _backend()
    return _("keyring ({name})").format(name=backend.name) if backend else _("memory only: asked at each start")


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
