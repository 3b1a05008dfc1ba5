"""What `tuimail doctor` looks at: each finding is fine, a warning or an error, with what to do about it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from tuimail.config import secrets
from tuimail.config.files import is_there
from tuimail.config.paths import Paths
from tuimail.config.settings import read_settings
from tuimail.domain.account import Account, Security
from tuimail.domain.errors import TuimailError, os_reason
from tuimail.domain.i18n import _
from tuimail.domain.settings import needs_confirmation
from tuimail.office import Office
from tuimail.office.lost import emptied_file, lost_content
from tuimail.store import accounts, health, structures
from tuimail.store.place import is_remote

LEAST_FREE = 200_000_000
"""Bytes below which a batch with its PDFs may not fit."""
_SMALLEST = (80, 24)


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    ERR = "err"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    subject: str
    """A word that scripts can rely on."""
    level: Level
    text: str
    next_step: str = ""


def examine(paths: Paths) -> Iterator[Finding]:
    """Everything, one after the other; never raises for what it finds."""
    yield _python()
    yield from _terminal()
    yield from _settings()
    yield from _secrets()
    if not is_there(paths.database):
        yield Finding(
            "database",
            Level.WARN,
            _("{path}: there is none yet").format(path=paths.database),
            _("Make one by importing: tuimail import FILE; for several operators: tuimail init --shared."),
        )
    else:
        yield from _file(paths.database)
        if (lost := emptied_file(paths)) is not None:
            # Opening it would make a new database of it, and nobody could tell any more.
            yield Finding("integrity", Level.ERR, lost.sentence, lost.next_step)
        else:
            yield from _content(paths)
        yield from _folders(paths)
    yield _sqlite()
    yield _fonts()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", Level.OK, f"Python {version}, {sys.executable}")


def _terminal() -> Iterator[Finding]:
    encoding = (getattr(sys.__stdout__, "encoding", None) or "ascii").lower()
    utf8 = encoding.replace("-", "") == "utf8"
    yield Finding(
        "encoding",
        Level.OK if utf8 else Level.ERR,
        _("character encoding {encoding}").format(encoding=encoding),
        "" if utf8 else _("Start tuimail with LANG=C.UTF-8."),
    )
    term = os.environ.get("TERM", "")
    if not (sys.__stdout__ is not None and sys.__stdout__.isatty()):
        yield Finding("terminal", Level.OK, _("no terminal here: nothing to look at"))
        return
    columns, lines = shutil.get_terminal_size()
    large = columns >= _SMALLEST[0] and lines >= _SMALLEST[1]
    yield Finding(
        "size",
        Level.OK if large else Level.WARN,
        _("{columns} columns, {lines} lines").format(columns=columns, lines=lines),
        "" if large else _("Make the window at least 80 by 24."),
    )
    plain = term in ("", "dumb")
    colours = "COLORTERM" in os.environ or "256color" in term
    yield Finding(
        "colours",
        Level.ERR if plain else Level.OK,
        _("terminal {term}").format(term=term or "?")
        + (_(", many colours") if colours else _(", the sixteen usual colours")),
        _("Set TERM to what the terminal is, such as xterm-256color.") if plain else "",
    )
    if os.environ.get("TMUX") or term.startswith(("tmux", "screen")):
        yield Finding("tmux", Level.OK, _("inside tmux or screen: copying needs “set -g set-clipboard on” there"))


def _settings() -> Iterator[Finding]:
    try:
        read_settings()
    except TuimailError as error:
        yield Finding("settings", Level.ERR, error.sentence, error.next_step)


def _secrets() -> Iterator[Finding]:
    found = dict(secrets.back_ends())
    keyring = secrets.has_keyring()
    yield Finding(
        "keyring",
        Level.OK,
        _("keyring: {name}").format(name=found[secrets.Source.KEYRING]),
        "" if keyring else _("Without one: a command of your settings, the shared file, or a question at each start."),
    )
    try:
        secrets.check_shared_file()
    except TuimailError as error:
        yield Finding("shared-secrets", Level.ERR, error.sentence, error.next_step)
    else:
        yield Finding("shared-secrets", Level.OK, found[secrets.Source.FILE])


def _file(path: Path) -> Iterator[Finding]:
    try:
        found = health.stand(path)
    except OSError as error:
        reason = _("{path} cannot be looked at: {reason}").format(path=path, reason=os_reason(error))
        yield Finding("database", Level.ERR, reason, _("Ask the administrator for access."))
        return
    open_to_all = found.mode & 0o007 or (found.folder_mode & 0o007 and found.shared)
    text = _("{path}, {owner}:{group} {mode:o}").format(
        path=path, owner=found.owner, group=found.group, mode=found.mode
    )
    step = _("It tells about health: chmod o-rwx {path}.").format(path=path) if open_to_all else ""
    yield Finding("database", Level.WARN if open_to_all else Level.OK, text, step)
    yield from _sharing(path, found)
    remote = is_remote(found.file_system)
    yield Finding(
        "file-system",
        Level.ERR if remote else Level.OK,
        _("file system {kind}").format(kind=found.file_system or "?"),
        _("Move the database to a local disk: locks cannot be relied on here.") if remote else "",
    )
    room = found.free >= max(LEAST_FREE, found.size)
    yield Finding(
        "disk",
        Level.OK if room else Level.WARN,
        _("{n:.0f} MB free, database of {size:.0f} MB").format(n=found.free / 1e6, size=found.size / 1e6),
        "" if room else _("Make room before the next send."),
    )


def _sharing(path: Path, found: health.Stand) -> Iterator[Finding]:
    # A group of the owner's own shares nothing with anybody.
    meant = found.shared or (found.folder_mode & 0o020 and found.folder_group != found.owner)
    if found.shared and found.group_writes:
        yield Finding("shared", Level.OK, _("shared with the group {group}").format(group=found.group))
    elif meant and not found.group_writes:
        step = _("If that group shares it: chgrp {group} {path}; chmod 660 {path}; chmod 2770 {folder}.")
        yield Finding(
            "shared",
            Level.ERR if found.shared else Level.WARN,
            _("the group {group} of the folder cannot write the database").format(group=found.folder_group),
            step.format(
                group=shlex.quote(found.folder_group),
                path=shlex.quote(str(path)),
                folder=shlex.quote(str(path.parent)),
            ),
        )


def _content(paths: Paths) -> Iterator[Finding]:
    try:
        with Office(paths) as office:
            yield _integrity(paths)
            yield from _accounts(office)
    except TuimailError as error:
        yield Finding("database", Level.ERR, error.sentence, error.next_step)


def _integrity(paths: Paths) -> Finding:
    if wrong := health.damage():
        reason = _("the database is damaged: {reason}").format(reason=wrong[0])
        return Finding("integrity", Level.ERR, reason, _("Restore the last backup."))
    if (lost := lost_content(paths)) is not None:
        return Finding("integrity", Level.ERR, lost.sentence, lost.next_step)
    return Finding("integrity", Level.OK, _("the database is whole"))


def _folders(paths: Paths) -> Iterator[Finding]:
    from tuimail.documents.storage import check_writable

    for folder in paths.folders:
        try:
            check_writable(folder)
        except TuimailError as error:
            yield Finding("folders", Level.ERR, error.sentence, error.next_step)
            return
    yield Finding("folders", Level.OK, _("the folders of the PDFs and of the attached files can be written"))


def _accounts(office: Office) -> Iterator[Finding]:
    known = accounts.accounts()
    operator = office.owner.operator
    if not known:
        yield Finding(
            "account",
            Level.WARN,
            _("no SMTP account is codified"),
            _("Codify it: key S in the application, or tuimail smtp set."),
        )
    names = {each.id: each.name for each in structures.associations()}
    for account in known:
        if account.operator not in ("", operator):
            continue
        name = names.get(account.association_id, "")
        where = _("{association}: {host}, port {port}").format(association=name, host=account.host, port=account.port)
        yield _account(office, account, where)


def _account(office: Office, account: Account, where: str) -> Finding:
    if needs_confirmation(account):
        step = _("Choose STARTTLS or TLS for it.")
        return Finding("account", Level.ERR, _("{where}: its password would go unencrypted").format(where=where), step)
    if account.oauth and find_spec("msal") is None:
        step = _("Install it: pip install 'tuimail[oauth]'.")
        text = _("{where}: the part for OAuth 2 is not installed").format(where=where)
        return Finding("account", Level.ERR, text, step)
    try:
        known = not account.takes_password or secrets.password(account) is not None
        text = f"{where}, {office.mail.sign_in_sentence(account)}"
    except TuimailError as error:
        return Finding("account", Level.ERR, f"{where}: {error.sentence}", error.next_step)
    if account.takes_password and account.host.lower().endswith("office365.com"):
        step = _("Choose OAuth 2: Microsoft switches passwords off by default from the end of December 2026.")
        return Finding("account", Level.WARN, text, step)
    if account.security is Security.NONE and account.clear_allowed:
        return Finding("account", Level.WARN, text, _("Its password goes unencrypted, as somebody has confirmed."))
    step = "" if known else _("Cron cannot be asked for it: keep it in a keyring, a command or the shared file.")
    return Finding("account", Level.OK if known else Level.WARN, text, step or _("To try it: tuimail smtp test."))


def _sqlite() -> Finding:
    version = health.sqlite_version()
    sound = version >= health.SOUND_SQLITE
    return Finding(
        "sqlite",
        Level.OK if sound else Level.WARN,
        "SQLite " + ".".join(map(str, version)),
        ""
        if sound
        else _("Before 3.51.3 a very rare fault can damage a database that several use at once: keep backups."),
    )


def _fonts() -> Finding:
    from tuimail.documents.typeface import is_drawn

    try:
        whole = is_drawn("œ")
    except Exception:  # noqa: BLE001 - a damaged font fails in ways of its own
        whole = False
    if not whole:
        return Finding("fonts", Level.ERR, _("the fonts of the PDFs cannot be read"), _("Install tuimail again."))
    return Finding("fonts", Level.OK, _("the fonts of the PDFs are there"))
