"""OAuth 2 tokens: in the keyring, or where there is none in a file that only this account can read.

They cannot stand in the file that root shares, because they change with each refresh.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from pathlib import Path

from tuimail.config import secrets
from tuimail.config.files import replace_file
from tuimail.domain.account import Account
from tuimail.domain.errors import NotSettled, os_reason
from tuimail.domain.i18n import _


def own_file() -> Path:
    """The file of this account's tokens; `TUIMAIL_CONFIG` names another folder for it."""
    if folder := os.environ.get("TUIMAIL_CONFIG"):
        return Path(folder) / "tokens.json"
    from platformdirs import user_state_path

    return user_state_path("tuimail", appauthor=False) / "tokens.json"


def load(account: Account) -> str:
    """What was saved for that sign-in; empty if nothing was. Raises NotSettled."""
    return secrets.kept(account.token_key) or _all().get(account.token_key, "")


def save(account: Account, cache: str) -> str:
    """Keep the tokens; where they are, for people. Raises NotSettled."""
    key = account.token_key
    if secrets.keep(key, cache):
        _write({name: value for name, value in _all().items() if name != key})
        return secrets.place()
    _write(_all() | {key: cache})
    return _("{path}: readable by you and root").format(path=own_file())


def forget(account: Account) -> None:
    """Sign out: nothing of the tokens stays."""
    if secrets.kept(account.token_key):
        secrets.keep(account.token_key, "")
    _write({name: value for name, value in _all().items() if name != account.token_key})


def _all() -> dict[str, str]:
    path = own_file()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused(path, os_reason(error)) from error
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(stream.fileno())
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise _refused(path, _("other accounts could read or change it"))
        try:
            values = json.load(stream)
        except (OSError, ValueError):
            values = {}  # it can be made anew by signing in
    return {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else {}


def _write(values: dict[str, str]) -> None:
    path = own_file()
    try:
        if not values:
            with suppress(FileNotFoundError):
                path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, json.dumps(values).encode(), 0o600)
    except OSError as error:
        raise _refused(path, os_reason(error)) from error


def _refused(path: Path, reason: str) -> NotSettled:
    return NotSettled(
        _("The file of tokens {path} is not used: {reason}.").format(path=path, reason=reason),
        _("Remove it, then sign in again."),
    )
