"""What an operator settles on this machine: the language, and where secrets come from.

Two files of the same shape: the machine's, which only root may write, and the operator's own, which only the operator
may write. None of it stands in the shared database: a command in there would be run by every other operator.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tuimail.config.files import replace_file
from tuimail.domain.errors import BadFile, BadInput, os_reason
from tuimail.domain.i18n import LANGUAGES, _

SYSTEM_FILE = Path("/etc/tuimail/settings.toml")
SYSTEM_SECRETS = Path("/etc/tuimail/secrets.toml")
COMMANDS = ("password_command", "token_command")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the two files say together; the operator's own goes first, except for commands of the same account."""

    language: str = ""
    """One of LANGUAGES, or empty where nobody has chosen."""
    secrets_file: Path = field(default_factory=lambda: SYSTEM_SECRETS)
    password_commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By `Account.secret_key`: a program and its arguments, whose first line of output is the password."""
    token_commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Likewise for OAuth 2 access tokens."""
    own_address: str = ""
    """Where tests go, and the counts of a send if they are wanted; only ever of the operator's own file."""
    mail_counts: bool = False
    """Whether the counts of each send are mailed there."""


def own_file() -> Path:
    """The operator's own settings; `TUIMAIL_CONFIG` names another folder for them."""
    if folder := os.environ.get("TUIMAIL_CONFIG"):
        return Path(folder) / "settings.toml"
    from platformdirs import user_config_path

    return user_config_path("tuimail", appauthor=False) / "settings.toml"


def read_settings() -> Settings:
    """The machine's settings with the operator's own on top. Raises BadFile for a file that must not be trusted."""
    system, own = _read(SYSTEM_FILE, 0), _read(own_file(), os.geteuid())
    return Settings(
        own.language or system.language,
        own.secrets_file if own.secrets_file != SYSTEM_SECRETS else system.secrets_file,
        {**system.password_commands, **own.password_commands},
        {**system.token_commands, **own.token_commands},
        own.own_address,
        own.mail_counts,
    )


def set_language(language: str) -> Path:
    """Keep the operator's language; the file it stands in. Raises BadFile."""
    return _change(lambda settings: replace(settings, language=language))


def set_own_address(address: str) -> Path:
    """Keep the operator's own address, checked by the caller; empty: none. The file it stands in. Raises BadFile."""
    return _change(lambda settings: replace(settings, own_address=address))


def set_mail_counts(wanted: bool) -> Path:
    """Keep whether the counts of each send are mailed to the operator; the file that says so. Raises BadFile."""
    return _change(lambda settings: replace(settings, mail_counts=wanted))


def set_secrets_file(path: Path) -> Path:
    """Keep where the shared file of secrets is; the file that says so. Raises BadInput, BadFile."""
    if not path.is_absolute():
        raise BadInput(_("The path {path} is not whole.").format(path=path), _("Write it from / on."))
    return _change(lambda settings: replace(settings, secrets_file=path))


def set_command(name: str, key: str, command: tuple[str, ...]) -> Path:
    """Keep a command (one of COMMANDS) for the account of that `secret_key`, or none; the file. Raises BadFile."""
    field_name = f"{name}s"

    def changed(settings: Settings) -> Settings:
        known: Mapping[str, tuple[str, ...]] = getattr(settings, field_name)
        rest = {each: value for each, value in known.items() if each != key}
        values = rest | ({key: command} if command else {})
        if name == "password_command":
            return replace(settings, password_commands=values)
        return replace(settings, token_commands=values)

    return _change(changed)


def command_words(text: str) -> tuple[str, ...]:
    """The program and its arguments as a shell would part them; nothing else of a shell is done. Raises BadInput."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise BadInput(
            _("“{text}” is not a command that can be read.").format(text=text), _("Close its quotation marks.")
        ) from error


def _change(change: Callable[[Settings], Settings]) -> Path:
    """Change the operator's own file, which is written whole or not at all, readable by nobody else."""
    path = own_file()
    settings = change(_read(path, os.geteuid()))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, _as_toml(settings).encode(), 0o600)
    except OSError as error:
        raise BadFile(
            _("The settings {path} cannot be written: {reason}.").format(path=path, reason=os_reason(error)),
            _("Check the folder."),
        ) from error
    return path


def _read(path: Path, owner: int) -> Settings:
    """One file; nothing if it is not there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise _unreadable(path, os_reason(error)) from error
    import tomllib

    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(stream.fileno())
        # Whoever can write it can have commands run by whoever reads it.
        if found.st_uid not in (0, owner) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise BadFile(
                _("The settings {path} could have been written by somebody else: they are not used.").format(path=path),
                _("Check them, then: chown {owner} {path}; chmod 600 {path}.").format(owner=owner, path=path),
            )
        try:
            return _parsed(tomllib.load(stream))
        except (OSError, ValueError, TypeError) as error:
            raise _unreadable(path, str(error)) from error


def _unreadable(path: Path, reason: str) -> BadFile:
    return BadFile(
        _("The settings {path} cannot be read: {reason}.").format(path=path, reason=reason),
        _("Correct the file, or move it away."),
    )


def _parsed(values: Mapping[str, object]) -> Settings:
    language, secrets_file = values.get("language", ""), values.get("secrets_file", "")
    accounts = values.get("accounts", {})
    if language not in ("", *LANGUAGES):
        raise ValueError(f"language = {language!r}")
    if not isinstance(secrets_file, str) or (secrets_file and not Path(secrets_file).is_absolute()):
        raise ValueError(f"secrets_file = {secrets_file!r}")
    commands: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in COMMANDS}
    if not isinstance(accounts, dict):
        raise TypeError(f"accounts = {accounts!r}")
    for key, each in accounts.items():
        for name in COMMANDS:
            command = each.get(name) if isinstance(each, dict) else None
            if command is None:
                continue
            if not isinstance(command, list) or not command or not all(isinstance(word, str) for word in command):
                raise ValueError(f"{name} = {command!r}")
            commands[name][key] = tuple(command)
    path = Path(secrets_file) if secrets_file else SYSTEM_SECRETS
    address, counts = values.get("own_address", ""), values.get("mail_counts", False)
    if not isinstance(address, str) or not isinstance(counts, bool):
        raise TypeError(f"own_address = {address!r}, mail_counts = {counts!r}")
    return Settings(str(language), path, commands["password_command"], commands["token_command"], address, counts)


def _as_toml(settings: Settings) -> str:
    lines = []
    if settings.language:
        lines.append(f"language = {quoted(settings.language)}")
    if settings.secrets_file != SYSTEM_SECRETS:
        lines.append(f"secrets_file = {quoted(str(settings.secrets_file))}")
    if settings.own_address:
        lines.append(f"own_address = {quoted(settings.own_address)}")
    if settings.mail_counts:
        lines.append("mail_counts = true")
    for key in sorted({*settings.password_commands, *settings.token_commands}):
        lines += ["", f"[accounts.{quoted(key)}]"]
        for name, known in zip(COMMANDS, (settings.password_commands, settings.token_commands), strict=True):
            if command := known.get(key):
                lines.append(f"{name} = [{', '.join(map(quoted, command))}]")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
