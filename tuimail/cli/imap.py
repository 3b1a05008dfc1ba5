"""`tuimail imap`: where the association's own mail is read."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from dataclasses import replace

from tuimail.cli.accounts import protection, read_password
from tuimail.cli.output import columns, is_terminal, say
from tuimail.cli.places import association_named, kept_association
from tuimail.config import secrets
from tuimail.config.certificates import checked_ca_file
from tuimail.config.paths import Paths
from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.imap import IMAP_PORT, checked_imap_account, usual_imap_security
from tuimail.office import Office
from tuimail.store import imap, structures
from tuimail.store.database import transaction


def set_imap(args: Namespace, paths: Paths) -> int:
    """Codify the account; flags that are not given leave what was there."""
    secret = read_password() if args.password_stdin else None
    with Office(paths) as office:
        association = association_named(args.association)
        before = imap.imap_account_of(association.id) if association.id else None
        account = checked_imap_account(_merged(args, before or _first(args)))
        with transaction():
            account = office.recovery.set_imap(replace(account, association_id=kept_association(association)))
        if secret is not None and not secrets.store(account, secret):
            say(_("No keyring on this machine can be trusted: the password is not kept, it is asked for each time."))
        _show(account, association.name)
    return 0


def show_imap(args: Namespace, paths: Paths) -> int:
    """Print every account, without its password."""
    del args
    with Office(paths):
        names = {a.id: a.name for a in structures.associations()}
        for account in _codified():
            _show(account, names[account.association_id])
    return 0


def test_imap(args: Namespace, paths: Paths) -> int:
    """Sign in to each account, or that association's, and name its Sent folder."""
    with Office(paths) as office:
        found = _codified()
        if args.association is not None:
            found = [a for a in found if a.association_id == association_named(args.association).id]
        for account in found:
            ask_imap_password(account)
            folder = office.recovery.test_imap(account)
            sentence = ngettext(
                "{host}: signed in as {user}; the folder {folder} holds {n} message.",
                "{host}: signed in as {user}; the folder {folder} holds {n} messages.",
                folder.messages,
            )
            say(sentence.format(host=account.host, user=account.user, folder=folder.name, n=folder.messages))
    return 0


def ask_imap_password(account: ImapAccount) -> None:
    """Ask for the password where no keyring has it and somebody is there to be asked."""
    if secrets.password(account) is None and is_terminal(sys.stdin):
        prompt = _("IMAP password of {user}: ").format(user=account.user)
        secrets.remember(account, getpass.getpass(prompt))


def _codified() -> list[ImapAccount]:
    found = imap.imap_accounts()
    if not found:
        raise NotSettled(
            _("No IMAP account is codified yet."), _("Codify it first: tuimail imap set --host NAME --user NAME.")
        )
    return found


def _first(args: Namespace) -> ImapAccount:
    if not args.host:
        raise BadInput(_("The IMAP server is not known yet."), _("Name it with --host."))
    security = Security(args.security) if args.security else usual_imap_security(args.port or 993)
    if security is None:
        raise BadInput(
            _("Port {port} does not tell how the connection is protected.").format(port=args.port),
            _("Add --security none, starttls or tls."),
        )
    return ImapAccount(0, args.host, args.port or IMAP_PORT[security], security, args.user or "")


def _merged(args: Namespace, before: ImapAccount) -> ImapAccount:
    given = {name: value for name in ("host", "port", "user", "sent_folder") if (value := getattr(args, name))}
    if args.sent_folder is not None:
        given["sent_folder"] = args.sent_folder
    if args.copy_sent:
        given["copy_sent"] = args.copy_sent == "on"
    if args.returns_folder is not None:
        given["returns_folder"] = args.returns_folder
    if args.security:
        given["security"] = Security(args.security)
    elif args.port and args.port != before.port and usual_imap_security(args.port):
        given["security"] = usual_imap_security(args.port)
    if args.ca_file is not None:
        given["ca_file"] = checked_ca_file(args.ca_file) if args.ca_file else ""
    return replace(before, **given)


def _show(account: ImapAccount, association: str) -> None:
    try:
        known = secrets.password(account) is not None
        sentence = _("{user}, password known ({place})") if known else _("{user}, password not known here ({place})")
        identification = sentence.format(user=account.user, place=secrets.place())
    except NotSettled as error:
        identification = f"{account.user} ({error})"
    place = _("{host}, port {port}, {security}").format(
        host=account.host, port=account.port, security=protection(account.security)
    )
    for name, value in (
        (_("Association"), association),
        (_("Server"), place),
        (_("Identification"), identification),
        (_("Certificates"), account.ca_file or _("those of the system")),
        (_("Sent folder"), account.sent_folder or _("the one the server says")),
        (_("Copies there"), _("yes") if account.copy_sent else _("no")),
        (_("Returns go to"), account.returns_folder or _("the inbox, where they are")),
    ):
        say(columns([(name, 16), (value, 0)]))
