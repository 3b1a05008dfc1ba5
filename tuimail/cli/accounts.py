"""`tuimail smtp`."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

from tuimail.cli.output import columns, is_terminal, say, warn
from tuimail.cli.places import association_named, kept_association
from tuimail.config import secrets
from tuimail.config.certificates import checked_ca_file
from tuimail.config.paths import Paths
from tuimail.domain.account import Account, Security
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import SCALE, format_scaled
from tuimail.domain.settings import USUAL_PORT, checked_account, usual_security
from tuimail.office import Office
from tuimail.store import accounts, structures
from tuimail.store.database import transaction
from tuimail.store.settings import change_account


def set_account(args: Namespace, paths: Paths) -> int:
    """Codify the account; flags that are not given leave what was there."""
    secret = read_password() if args.password_stdin else None
    with Office(paths) as office:
        association = association_named(args.association)
        before = accounts.account_of(association.id) if association.id else None
        account = checked_account(_merged(args, before or _first(args)))
        if secret is not None and not account.user:
            raise BadInput(_("A password needs somebody whose it is."), _("Give --user as well."))
        with transaction():
            account = replace(account, association_id=kept_association(association))
            account = change_account(account, office.owner, datetime.now(UTC))
        if secret is not None and not secrets.store(account, secret):
            say(_("No keyring on this machine can be trusted: the password is not kept, each send asks for it."))
        _show(account, association.name)
    if before and account.security is not before.security and not args.security:
        warn(
            _("The protection has changed with the port: {before} → {after}; --security sets it otherwise.").format(
                before=protection(before.security), after=protection(account.security)
            )
        )
    return 0


def show_account(args: Namespace, paths: Paths) -> int:
    """Print every account, without its password."""
    del args
    with Office(paths):
        names = {a.id: a.name for a in structures.associations()}
        found = accounts.accounts()
        if not found:
            raise NotSettled(
                _("No SMTP account is codified yet."),
                _("Codify it first: tuimail smtp set --host NAME --port NUMBER --security none|starttls|tls."),
            )
        for account in found:
            _show(account, names[account.association_id])
    return 0


def _first(args: Namespace) -> Account:
    """What a new account starts from: server, port and security, of which each of the last two tells the other."""
    if not args.host:
        raise BadInput(_("The mail server is not known yet."), _("Name it with --host."))
    security = Security(args.security) if args.security else usual_security(args.port or USUAL_PORT[Security.STARTTLS])
    if security is None:
        raise BadInput(
            _("Port {port} does not tell how the connection is protected.").format(port=args.port),
            _("Add --security none, starttls or tls."),
        )
    return Account(0, args.host, args.port or USUAL_PORT[security], security)


def _merged(args: Namespace, before: Account) -> Account:
    given = {
        name: value
        for name in ("host", "port", "user", "gap", "pause_every", "pause")
        if (value := getattr(args, name)) is not None
    }
    if args.security:
        given["security"] = Security(args.security)
    elif args.port and args.port != before.port and usual_security(args.port) in (Security.TLS, Security.STARTTLS):
        # Only ever towards protection: port 25 does not undo it.
        given["security"] = usual_security(args.port)
    if args.ca_file is not None:
        given["ca_file"] = checked_ca_file(args.ca_file) if args.ca_file else ""
    return replace(before, **given)


def read_password() -> str:
    """The password from standard input, or typed unseen; raises BadInput if there is none."""
    typed = getpass.getpass(_("Password: ")) if is_terminal(sys.stdin) else sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise BadInput(_("The password is empty."), _("Give it as the first line of standard input."))
    return typed


def _show(account: Account, association: str) -> None:
    security = protection(account.security)
    lines = [
        (_("Association"), association),
        (_("Server"), _("{host}, port {port}, {security}").format(**_place(account), security=security)),
        (_("Identification"), _identification(account)),
        (_("Certificates"), account.ca_file or _("those of the system")),
        (_("Pace"), _pace(account)),
    ]
    if account.security is Security.NONE:
        lines = [line for line in lines if line[0] != _("Certificates")]
    for name, value in lines:
        say(columns([(name, 16), (value, 0)]))


def protection(security: Security) -> str:
    """How the connection is protected, for people."""
    return {Security.NONE: _("no encryption"), Security.STARTTLS: "STARTTLS", Security.TLS: "TLS"}[security]


def _place(account: Account) -> dict[str, str]:
    return {"host": account.host, "port": str(account.port)}


def _identification(account: Account) -> str:
    if not account.user:
        return pgettext("identification", "none")
    try:
        known = secrets.password(account) is not None
    except NotSettled as error:
        return f"{account.user} ({error})"
    if known:
        return _("{user}, password known ({place})").format(user=account.user, place=secrets.place())
    return _("{user}, password not known here ({place})").format(user=account.user, place=secrets.place())


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
