"""What may be codified: an association's mail account and a structure's sender, checked before they are kept."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from tuimail.domain.account import Account, Security
from tuimail.domain.addresses import domain_of, normalise_address
from tuimail.domain.changes import differences, sentence
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.places import Sender
from tuimail.domain.templates import misspelt
from tuimail.domain.text import clean, has_control

USUAL_PORT = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
LONGEST_PAUSE = 86_400.0
"""Seconds; whatever is longer is a slip of the hand."""
LONGEST_SUBJECT = 250


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
    user = account.user.strip()
    if has_control(user):
        raise BadInput(_("The user name holds a line break or control character."), _("Type it again."))
    return replace(account, host=_checked_host(account.host), user=user)


def _checked_host(text: str) -> str:
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


def checked_subject(text: str) -> str:
    """The subject of messages; empty: the default one."""
    subject = _on_one_line(clean(text), _("The subject"))
    if len(subject) > LONGEST_SUBJECT:
        raise BadInput(
            _("The subject is {n} characters long.").format(n=len(subject)),
            _("Write it in {n} at most.").format(n=LONGEST_SUBJECT),
        )
    return _with_keywords(subject)


def checked_body(text: str) -> str:
    """The text of messages, its last line ended; empty: the default one. A misspelt keyword is refused."""
    body = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    if text and not body:
        raise BadInput(_("The text of the message is blank."), _("Write a few words for the families."))
    if has_control(body.replace("\n", "").replace("\t", "")):
        raise BadInput(_("The text of the message holds control characters."), _("Save it as plain text."))
    return _with_keywords(body) + "\n" if body else ""


def _on_one_line(text: str, what: str) -> str:
    if has_control(text):
        raise BadInput(
            _("{what} holds a line break or control character.").format(what=what), _("Write it on one line.")
        )
    return text


def _with_keywords(text: str) -> str:
    if wrong := misspelt(text):
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


def account_changes(before: Account | None, after: Account) -> str:
    """What is different, for the journal, such as `port 25 → 587`; empty if nothing is. Never a password."""
    names = {
        "host": _("server"),
        "port": _("port"),
        "security": _("security"),
        "user": _("user"),
        "ca_file": _("certificates"),
        "gap": _("seconds between messages"),
        "pause_every": _("messages between pauses"),
        "pause": _("seconds of a pause"),
    }
    found = differences(before, after, names)
    return sentence(
        [
            replace(d, before=_protection(d.before), after=_protection(d.after)) if d.path == "security" else d
            for d in found
        ]
    )


def _protection(value: object) -> object:
    return pgettext("security", "none") if value is Security.NONE else value


def _shown(text: str) -> str:
    return "".join("?" if has_control(c) else c for c in text)
