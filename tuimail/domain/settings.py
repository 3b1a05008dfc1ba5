"""What may be codified: an association's mail account and a structure's sender, checked before they are kept."""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import replace

from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.addresses import domain_of, normalise_address
from tuimail.domain.changes import Labels
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.keywords import Vocabulary
from tuimail.domain.places import Sender
from tuimail.domain.templates import INVOICE
from tuimail.domain.text import clean, has_control

USUAL_PORT = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
LONGEST_PAUSE = 86_400.0
"""Seconds; whatever is longer is a slip of the hand."""
LONGEST_SUBJECT = 250
MOST_CONNECTIONS = 20


def usual_security(port: int) -> Security | None:
    """How servers protect that port by custom; None where there is none."""
    return {port: security for security, port in USUAL_PORT.items()}.get(port)


def parse_port(text: str) -> int:
    """A TCP port; raises BadInput."""
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 1 <= port <= 65_535:
        raise BadInput(
            _("“{text}” is not a port.").format(text=_shown(text)),
            _("Give a number from 1 to 65535: 587 and 465 are usual."),
        )
    return port


def parse_seconds(text: str) -> float:
    """A pause in seconds, 0 or more, with a point or a comma; raises BadInput."""
    try:
        seconds = float(text.strip().replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise BadInput(
            _("“{text}” is not a pause in seconds.").format(text=_shown(text)),
            _("Give 0 or more, such as 2 or 0.5; a day at most."),
        )
    return seconds


def parse_timeout(text: str) -> float:
    """A time-out in seconds, 1 to 3600; raises BadInput."""
    try:
        seconds = float(text.strip().replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not 1 <= seconds <= 3600:
        raise BadInput(
            _("“{text}” is not a time-out in seconds.").format(text=_shown(text)),
            _("Give 1 to 3600; 30 to connect and 300 to answer are usual."),
        )
    return seconds


def parse_connections(text: str) -> int:
    """How many connections at once; raises BadInput."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= MOST_CONNECTIONS:
        raise BadInput(
            _("“{text}” is not a number of connections.").format(text=_shown(text)),
            _("Give 1 to {n}; 1 suits nearly everybody.").format(n=MOST_CONNECTIONS),
        )
    return count


def parse_count(text: str) -> int:
    """A number of messages, 0 or more; raises BadInput."""
    try:
        count = int(text)
    except ValueError:
        count = -1
    if not 0 <= count <= 1_000_000:
        raise BadInput(
            _("“{text}” is not a number of messages.").format(text=_shown(text)), _("Give 0 (never) or more.")
        )
    return count


def checked_account(account: Account) -> Account:
    """The account as it is kept; raises BadInput for what no mail could be sent with."""
    texts = {name: getattr(account, name).strip() for name in ("user", "signed_in_as", "tenant", "client_id")}
    if any(has_control(text) for text in texts.values()):
        raise BadInput(_("The user name holds a line break or control character."), _("Type it again."))
    method = account.authentication
    if method is Authentication.NONE or not texts["user"]:
        texts, method = dict.fromkeys(texts, ""), Authentication.NONE
    host = checked_host(account.host)
    return replace(account, host=host, authentication=method, clear_host=_kept_clear_host(account, host), **texts)


def _kept_clear_host(account: Account, host: str) -> str:
    """What was agreed to for one host says nothing about another one, nor about an account that is protected."""
    return host if account.security is Security.NONE and account.clear_host == host else ""


def needs_confirmation(account: Account) -> bool:
    """Whether its password would go to another machine unencrypted without anybody having said that it may."""
    unprotected = account.security is Security.NONE and account.takes_password and not is_here(account.host)
    return unprotected and not account.clear_allowed


def is_here(host: str) -> bool:
    """Whether that name or address is this very machine by definition."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def confirmed_clear(account: Account, typed: str) -> Account:
    """The account with its password allowed on an unencrypted connection, if its host's name was typed; else BadInput.

    An account that needs no such word is answered as it is.
    """
    if not needs_confirmation(account):
        return account
    if typed.strip().lower() != account.host.lower():
        raise BadInput(
            _("The password would go to {host} unencrypted: whoever listens could read it.").format(host=account.host),
            _("Choose STARTTLS or TLS; or, if you really want this, type the server's name to confirm."),
        )
    return replace(account, clear_host=account.host)


def checked_host(text: str) -> str:
    """The name of a server as it is kept; raises BadInput."""
    host = clean(text)
    step = _("Give its name alone, such as smtp.example.org; the port has its own place.")
    if not host:
        raise BadInput(_("The mail server has no name."), step)
    problem = _("“{text}” is not the name of a server.").format(text=_shown(host))
    if has_control(host) or any(c.isspace() or c in "/@\\,;\"'<>" for c in host):
        raise BadInput(problem, step)
    if ":" in host and not re.fullmatch(r"[0-9A-Fa-f:.]+(%\w+)?", host):
        raise BadInput(problem, step)
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise BadInput(problem, step) from error
    return host


def checked_sender(sender: Sender, default_name: str = "") -> Sender:
    """The sender as it is kept; raises BadInput (BadAddress) for what could not stand in a message.

    `default_name`: the association's, for a sender without a name of its own.
    """
    return replace(
        sender,
        name=checked_sender_name(sender.name, default_name),
        email=normalise_address(sender.email),
        reply_to=checked_optional_address(sender.reply_to),
        copy_to=checked_optional_address(sender.copy_to),
        subject=checked_subject(sender.subject),
        body=checked_body(sender.body),
    )


def checked_sender_name(text: str, default: str) -> str:
    """The name that families see; may be empty where there is a default one."""
    name = clean(text)
    if not name and not default:
        raise BadInput(_("The sender has no name."), _("Give the name that families know."))
    return _on_one_line(name, _("The sender's name"))


def checked_optional_address(text: str) -> str:
    """An address, or nothing; raises BadAddress."""
    return normalise_address(text) if text.strip() else ""


def checked_subject(text: str, vocabulary: Vocabulary = INVOICE) -> str:
    """The subject of messages; empty: the default one."""
    subject = _on_one_line(clean(text), _("The subject"))
    if len(subject) > LONGEST_SUBJECT:
        raise BadInput(
            _("The subject is {n} characters long.").format(n=len(subject)),
            _("Write it in {n} at most.").format(n=LONGEST_SUBJECT),
        )
    return _with_keywords(subject, vocabulary)


def checked_body(text: str, vocabulary: Vocabulary = INVOICE) -> str:
    """The text of messages, its last line ended; empty: the default one. A misspelt keyword is refused."""
    body = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    if text and not body:
        raise BadInput(_("The text of the message is blank."), _("Write a few words for the families."))
    if has_control(body.replace("\n", "").replace("\t", "")):
        raise BadInput(_("The text of the message holds control characters."), _("Save it as plain text."))
    return _with_keywords(body, vocabulary) + "\n" if body else ""


def _on_one_line(text: str, what: str) -> str:
    if has_control(text):
        raise BadInput(
            _("{what} holds a line break or control character.").format(what=what), _("Write it on one line.")
        )
    return text


def _with_keywords(text: str, vocabulary: Vocabulary) -> str:
    if wrong := vocabulary.misspelt(text):
        step = _("Correct it: it would be sent as it stands.")
        raise BadInput(" ".join(each.sentence() for each in wrong), step)
    return text


def foreign_sender(email: str, account: Account | None) -> str:
    """Why mail from that address may be refused or lost on the way; empty where its domain is the account's."""
    if account is None or "@" not in account.user or "@" not in email:
        return ""
    theirs, ours = domain_of(account.user).casefold(), domain_of(email).casefold()
    if theirs == ours:
        return ""
    return _(
        "The account is at {theirs}, not {ours}: the server may refuse this sender, or families find it in junk mail."
    ).format(theirs=theirs, ours=ours)


def account_labels() -> Labels:
    """The fields of an account that are compared and told, as people call them. Never a password."""
    return {
        "host": _("server"),
        "port": _("port"),
        "security": _("security"),
        "user": _("user"),
        "authentication": _("authentication"),
        "signed_in_as": _("signed in as"),
        "tenant": _("directory"),
        "client_id": _("application"),
        "clear_host": _("password unencrypted to"),
        "ca_file": _("certificates"),
        "gap": _("seconds between messages"),
        "pause_every": _("messages between pauses"),
        "pause": _("seconds of a pause"),
        "per_minute": _("messages a minute"),
        "per_hour": _("messages an hour"),
        "per_day": _("messages a day"),
        "connections": _("connections"),
        "connect_timeout": _("seconds to connect"),
        "reply_timeout": _("seconds to answer"),
    }


def _shown(text: str) -> str:
    return "".join("?" if has_control(c) else c for c in text)
