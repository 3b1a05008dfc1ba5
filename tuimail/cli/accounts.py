"""`tuimail smtp`."""

from __future__ import annotations

import getpass
import stat
import sys
from argparse import Namespace
from dataclasses import replace

from tuimail.cli.output import columns, is_terminal, say, warn
from tuimail.cli.places import association_named, kept_association
from tuimail.config import secrets
from tuimail.config.certificates import checked_ca_file
from tuimail.config.paths import Paths
from tuimail.config.settings import COMMANDS, command_words
from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import SCALE, format_scaled
from tuimail.domain.presets import preset
from tuimail.domain.settings import USUAL_PORT, checked_account, confirmed_clear, usual_security
from tuimail.office import Office
from tuimail.store import accounts, structures
from tuimail.store.database import transaction


def set_account(args: Namespace, paths: Paths) -> int:
    """Codify the account; flags that are not given leave what was there."""
    commands = {name: command_words(text) for name in COMMANDS if (text := getattr(args, name)) is not None}
    secret = read_password() if args.password_stdin else None
    with Office(paths) as office:
        association = association_named(args.association)
        operator = office.owner.operator if args.own else ""
        before = accounts.account_of(association.id, operator) if association.id else None
        account = checked_account(_merged(args, before or _first(args, operator)))
        if secret is not None and not account.takes_password:
            raise BadInput(_("A password needs somebody whose it is."), _("Give --user as well."))
        account = confirmed_clear(account, args.allow_unencrypted or "")
        with transaction():
            account = replace(account, association_id=kept_association(association))
            account = office.mail.save(account)
        if secret is not None:
            _keep(secret, account, args.keep_in, paths)
        for name, command in commands.items():
            office.own_settings.set_command(name, account, command)
        _show(account, association.name, office)
    if before and account.security is not before.security and not (args.security or args.preset):
        warn(
            _("The protection has changed with the port: {before} → {after}; --security sets it otherwise.").format(
                before=protection(before.security), after=protection(account.security)
            )
        )
    return 0


def _keep(secret: str, account: Account, where: str, paths: Paths) -> None:
    if where == "file":
        folder = paths.database.parent.stat()
        shared = folder.st_gid if folder.st_mode & stat.S_ISGID else None
        path = secrets.share(account, secret, paths.database, shared)
        say(_("The password is kept in {path}.").format(path=path))
    elif not secrets.store(account, secret):
        say(_("No keyring on this machine can be trusted: the password is not kept, each send asks for it."))


def show_account(args: Namespace, paths: Paths) -> int:
    """Print every account, without its password."""
    del args
    with Office(paths) as office:
        names = {a.id: a.name for a in structures.associations()}
        found = accounts.accounts()
        if not found:
            raise NotSettled(
                _("No SMTP account is codified yet."),
                _("Codify it first: tuimail smtp set --host NAME --port NUMBER --security none|starttls|tls."),
            )
        for account in found:
            _show(account, names[account.association_id], office)
    return 0


def _first(args: Namespace, operator: str) -> Account:
    """What a new account starts from: server, port and security, of which each of the last two tells the other."""
    if args.preset:
        known = preset(args.preset)
        return replace(known.applied(Account(0, known.host, known.port, known.security)), operator=operator)
    if not args.host:
        raise BadInput(_("The mail server is not known yet."), _("Name it with --host, or a provider with --preset."))
    security = Security(args.security) if args.security else usual_security(args.port or USUAL_PORT[Security.STARTTLS])
    if security is None:
        raise BadInput(
            _("Port {port} does not tell how the connection is protected.").format(port=args.port),
            _("Add --security none, starttls or tls."),
        )
    return Account(0, args.host, args.port or USUAL_PORT[security], security, operator=operator)


_PLAIN = (
    "host",
    "port",
    "user",
    "tenant",
    "client_id",
    "signed_in_as",
    "gap",
    "pause_every",
    "pause",
    "per_minute",
    "per_hour",
    "per_day",
    "connections",
    "connect_timeout",
    "reply_timeout",
)


def _merged(args: Namespace, before: Account) -> Account:
    if args.preset:
        before = preset(args.preset).applied(before)
    given = {name: value for name in _PLAIN if (value := getattr(args, name)) is not None}
    if args.authentication:
        given["authentication"] = Authentication(args.authentication)
    elif args.user and before.authentication is Authentication.NONE:
        given["authentication"] = Authentication.PASSWORD
    if args.security:
        given["security"] = Security(args.security)
    elif args.port and args.port != before.port and usual_security(args.port) in (Security.TLS, Security.STARTTLS):
        # Only ever towards protection: port 25 does not undo it.
        given["security"] = usual_security(args.port)
    if args.ca_file is not None:
        given["ca_file"] = checked_ca_file(args.ca_file) if args.ca_file else ""
    return replace(before, **given)


def read_password() -> str:
    """A password typed at the terminal, or the first line of standard input; raises BadInput if it is empty."""
    typed = getpass.getpass(_("Password: ")) if is_terminal(sys.stdin) else sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise BadInput(_("The password is empty."), _("Give it as the first line of standard input."))
    return typed


def _show(account: Account, association: str, office: Office) -> None:
    security = protection(account.security)
    lines = [
        (_("Association"), association),
        (_("Server"), _("{host}, port {port}, {security}").format(**_place(account), security=security)),
        (_("Identification"), _identification(account, office)),
        (_("Certificates"), account.ca_file or _("those of the system")),
        (_("Pace"), _pace(account)),
    ]
    if account.operator:
        lines.insert(1, (_("Own account of"), account.operator))
    if limits := _limits(account):
        lines.append((_("Limits"), limits))
    if account.security is Security.NONE:
        lines = [line for line in lines if line[0] != _("Certificates")]
    for name, value in lines:
        say(columns([(name, 16), (value, 0)]))


def _limits(account: Account) -> str:
    counts = (
        (account.per_minute, _("{n} a minute")),
        (account.per_hour, _("{n} an hour")),
        (account.per_day, _("{n} a day")),
    )
    parts = [sentence.format(n=count) for count, sentence in counts if count]
    if account.connections > 1:
        parts.append(_("{n} connections").format(n=account.connections))
    return ", ".join(parts)


def protection(security: Security) -> str:
    """How the connection is protected, for people."""
    return {Security.NONE: _("no encryption"), Security.STARTTLS: "STARTTLS", Security.TLS: "TLS"}[security]


def _place(account: Account) -> dict[str, str]:
    return {"host": account.host, "port": str(account.port)}


def _identification(account: Account, office: Office) -> str:
    if not account.user:
        return pgettext("identification", "none")
    where = office.mail.sign_in_sentence(account)
    if account.oauth:
        return _("{user}, OAuth 2: {where}").format(user=account.user, where=where)
    return _("{user}, password: {where}").format(user=account.user, where=where)


def _pace(account: Account) -> str:
    parts = [
        _("{gap} s between messages").format(gap=_seconds(account.gap))
        if account.gap
        else _("no wait between messages")
    ]
    if account.pause_every and account.pause:
        pause = ngettext("{pause} s after each message", "{pause} s every {n} messages", account.pause_every)
        parts.append(pause.format(pause=_seconds(account.pause)))
    return ", ".join(parts)


def _seconds(value: float) -> str:
    return format_scaled(round(value * SCALE))
