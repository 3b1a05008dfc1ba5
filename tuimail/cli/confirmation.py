"""What a send would do, shown before it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from select import select
from typing import TYPE_CHECKING, Any

from tuimail.cli.output import is_terminal, one_line, say, say_json, warn
from tuimail.domain.events import Summary
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.money import format_cents

if TYPE_CHECKING:
    from tuimail.domain.mail import BlockedDocument
    from tuimail.sending.control import Candidate, Control


_LOOK_SECONDS = 0.2
"""How long a Ctrl-C may go unseen while an answer is waited for."""


def confirmed(control: Control) -> bool:
    """Show on standard error what is kept back, what is worth a look and the counts, and ask."""
    for blocked in control.kept_back:
        warn(_("{name}: {reason}").format(name=f"{blocked.number} {blocked.resident}", reason=one_line(blocked.reason)))
    warn_of_checks(control)
    for line in counts(control):
        warn(line)
    return asked(_("Send? [y/N]"))


def warn_of_checks(control: Control) -> None:
    """Say on standard error what is worth a look about invoices that leave all the same."""
    for candidate in control.to_check:
        warn(_("{name}: {reason}").format(name=_name(candidate), reason=" ; ".join(candidate.remarks)))


def asked(question: str) -> bool:
    """Ask on standard error; only a clear yes counts."""
    warn(question)
    # A Ctrl-C just before a read begins is only seen when the read ends: none begins before there is a line.
    while is_terminal(sys.stdin) and not select([sys.stdin], [], [], _LOOK_SECONDS)[0]:
        continue
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "o", "oui")


def print_control(control: Control) -> None:
    """The whole control for people: the counts, each message, and each invoice that would not go with the reason."""
    for line in counts(control):
        say(line)
    for title, candidates in _lists(control):
        if candidates:
            say(title)
        for candidate in candidates:
            for recipient in candidate.recipients:
                say(f"  {_name(candidate)} → {recipient.address} ({recipient.sentence()})")
    if control.to_check:
        say(_("To be checked:"))
    for candidate in control.to_check:
        say("  " + _("{name}: {reason}").format(name=_name(candidate), reason=" ; ".join(candidate.remarks)))
    if control.kept_back:
        say(_("Blocked:"))
    _print_blocked(control.kept_back)
    if control.to_post:
        say(_("To post, as one PDF with tuimail to-post:"))
    _print_blocked(control.to_post)
    if control.set_aside:
        say(_("Set aside by someone:"))
    _print_blocked(control.set_aside)


def _print_blocked(found: Sequence[BlockedDocument]) -> None:
    for blocked in found:
        name = f"{blocked.number} {blocked.resident}"
        say("  " + _("{name}: {reason}").format(name=name, reason=one_line(blocked.reason)))


def print_control_json(control: Control) -> None:
    """The control as JSON Lines: `ready`, `already-sent`, `on-the-way` and `uncertain` messages, `blocked` invoices.

    Then `to-post` and `set-aside` ones, with which nothing is wrong.
    """
    lists = {
        "ready": control.ready,
        "already-sent": control.already_sent,
        "on-the-way": control.on_the_way,
        "uncertain": control.uncertain,
    }
    for event, candidates in lists.items():
        for candidate in candidates:
            for recipient in candidate.recipients:
                told: dict[str, Any] = {"recipient": recipient.address, "role": recipient.role}
                if candidate.remarks:
                    told["detail"] = " ; ".join(candidate.remarks)
                say_json({"event": event} | _document(candidate) | told)
    others = {"blocked": control.kept_back, "to-post": control.to_post, "set-aside": control.set_aside}
    for event, found in others.items():
        for blocked in found:
            say_json(
                {
                    "event": event,
                    "number": blocked.number,
                    "period": str(blocked.period),
                    "resident": blocked.resident,
                    "detail": blocked.reason,
                }
            )
    documents = len(control.ready) + len(control.blocked)
    say_json(control.with_waiting(Summary(invoices=documents, blocked=len(control.kept_back))).as_json())


def _document(candidate: Candidate) -> dict[str, Any]:
    document = candidate.document
    return {"number": document.number, "period": str(document.period), "resident": candidate.resident.name}


def _lists(control: Control) -> list[tuple[str, tuple[Candidate, ...]]]:
    return [
        (_("To send:"), control.ready),
        (_("Perhaps sent, to be checked; sent again only with --resend:"), control.uncertain),
        (_("On their way or queued:"), control.on_the_way),
    ]


def _name(candidate: Candidate) -> str:
    return f"{candidate.document.number} {candidate.resident.name}"


def counts(control: Control) -> Iterator[str]:
    """What would be sent, and what is left aside, in one or two sentences."""
    if control.ready:
        yield _sizes(control)
    others = [
        (len(control.already_sent), _("already sent: {n}")),
        (len(control.on_the_way), _("on their way or queued: {n}")),
        (len(control.uncertain), _("uncertain: {n}")),
        (len(control.kept_back), _("blocked: {n}")),
        (len(control.to_post), _("to post: {n}")),
        (len(control.set_aside), _("set aside: {n}")),
    ]
    told = [text.format(n=count) for count, text in others if count]
    if told:
        yield _("Left aside: {counts}").format(counts=", ".join(told))
    if checks := len(control.to_check):
        yield ngettext("To be checked: {n} invoice", "To be checked: {n} invoices", checks)


def _sizes(control: Control) -> str:
    parts = [
        ngettext("{n} invoice", "{n} invoices", len(control.ready)),
        ngettext("{n} message", "{n} messages", control.messages),
        *([ngettext("+ {n} own copy", "+ {n} own copies", control.copies)] if control.copies else []),
        ngettext("{n} address", "{n} addresses", control.addresses),
        _("{amount} net").format(amount=format_cents(control.net, currency=True)),
        _duration(control.seconds),
    ]
    return _("{label}: {counts}").format(label=control.label, counts=", ".join(parts))


def _duration(seconds: float) -> str:
    if seconds < 60:
        return ngettext("about {n} second", "about {n} seconds", max(round(seconds), 1))
    return ngettext("about {n} minute", "about {n} minutes", round(seconds / 60))
