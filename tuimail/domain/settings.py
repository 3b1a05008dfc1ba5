"""What may be codified: an association's mail account and a structure's sender, checked before they are kept."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from tuimail.domain.account import Account, Security
from tuimail.domain.addresses import normalise_address
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, pgettext
from tuimail.domain.places import Sender
from tuimail.domain.templates import KEYWORDS
from tuimail.domain.text import clean, has_control

USUAL_PORT = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
LONGEST_PAUSE = 86_400.0
"""Seconds; whatever is longer is a slip of the hand."""
LONGEST_SUBJECT = 250
_KEYWORD_LIKE = re.compile(r"(?<!\w)&\w+")


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
    return replace(account, host=checked_host(account.host), user=user)


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


def checked_sender(sender: Sender) -> Sender:
    """The sender as it is kept; raises BadInput (BadAddress) for what could not stand in a message."""
    name, subject = clean(sender.name), clean(sender.subject)
    if not name:
        raise BadInput(_("The sender has no name."), _("Give the name that families know."))
    for text, what in ((name, _("The sender's name")), (subject, _("The subject"))):
        if has_control(text):
            raise BadInput(
                _("{what} holds a line break or control character.").format(what=what), _("Write it on one line.")
            )
    if len(subject) > LONGEST_SUBJECT:
        raise BadInput(
            _("The subject is {n} characters long.").format(n=len(subject)),
            _("Write it in {n} at most.").format(n=LONGEST_SUBJECT),
        )
    return replace(
        sender,
        name=name,
        email=normalise_address(sender.email),
        reply_to=normalise_address(sender.reply_to) if sender.reply_to else "",
        subject=subject,
        body=_checked_body(sender.body),
    )


def _checked_body(text: str) -> str:
    body = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    if text and not body:
        raise BadInput(_("The text of the message is blank."), _("Write a few words for the families."))
    if has_control(body.replace("\n", "").replace("\t", "")):
        raise BadInput(_("The text of the message holds control characters."), _("Save it as plain text."))
    return body + "\n" if body else ""


def unknown_keywords(text: str) -> list[str]:
    """What looks like a keyword in a subject or text and would be sent as it stands."""
    return sorted({word for word in _KEYWORD_LIKE.findall(text) if word not in KEYWORDS})


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
    return changes_of(names, before, after)


def sender_changes(before: Sender, after: Sender) -> str:
    """What is different, for the journal; empty if nothing is. The text itself is too long to be repeated."""
    names = {
        "name": _("name"),
        "email": _("address"),
        "reply_to": _("address for replies"),
        "receipt": _("receipt"),
        "subject": _("subject"),
    }
    changes = changes_of(names, before, after)
    text = _("text") if before.body != after.body else ""
    return ", ".join(filter(None, (changes, text)))


def changes_of(names: dict[str, str], before: object, after: object) -> str:
    """What differs among these attributes, each with its name for people; empty if nothing does."""
    found = []
    for field, name in names.items():
        old, new = (_value(getattr(side, field, "")) for side in (before, after))
        if old != new:
            found.append(f"{name} {old} → {new or '-'}" if old else f"{name} {new}")
    return ", ".join(found)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is Security.NONE:
        return pgettext("security", "none")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(text: str) -> str:
    return "".join("?" if has_control(c) else c for c in text)
