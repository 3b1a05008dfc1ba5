"""`tuimail returns` and `tuimail imap copy-sent`: what comes back, and what goes into the Sent folder."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from tuimail.cli.imap import ask_imap_password
from tuimail.cli.output import columns, is_terminal, say, say_json, warn
from tuimail.config.paths import Paths
from tuimail.domain.errors import NotSettled
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import format_moment
from tuimail.domain.returns import Harvest, Return
from tuimail.domain.words import filed_sentences, harvest_sentence
from tuimail.office import Office
from tuimail.store import returns, sent_copies


def read_returns(args: Namespace, paths: Paths) -> int:
    """Read the mailboxes and print what is new, or with --list what is known."""
    with Office(paths) as office:
        if args.list:
            found: tuple[Return, ...] = tuple(reversed(returns.returns()))
            harvest = None
        else:
            for account in office.returns.accounts():
                ask_imap_password(account)
            harvest = office.returns.read(_tell)
            found = harvest.returns
    for one in found:
        if args.json:
            say_json(_json(one))
        else:
            say(_row(one))
    if harvest is None:
        if not (found or args.json):
            say(_("Nothing has come back yet."))
        return 0
    if args.json:
        say_json(_summary(harvest))
    else:
        say(harvest_sentence(harvest))
    return 0


def _tell(count: int) -> None:
    if is_terminal(sys.stderr):
        warn(ngettext("{n} message looked at", "{n} messages looked at", count))


def _row(one: Return) -> str:
    about = f"{one.number} {one.resident}".strip() if one.matched else _("unmatched")
    said = f"{one.code} {one.why}".strip() if one.matched else f"{one.sender} {one.subject}".strip()
    return columns(
        [
            (format_moment(one.at, year=True), 16),
            (one.kind.label, 14),
            (about, 26),
            (one.address, 32),
            (said, 0),
        ]
    )


def _json(one: Return) -> dict[str, Any]:
    shown: dict[str, Any] = {"event": str(one.kind), "at": one.at.isoformat(), "matched": one.matched}
    names = {"number": one.number, "resident": one.resident, "recipient": one.address, "code": one.code}
    names |= {"reply": one.why, "message_id": one.message_id}
    if not one.matched:
        names |= {"sender": one.sender, "subject": one.subject}
    return shown | {name: value for name, value in names.items() if value}


def _summary(harvest: Harvest) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for one in harvest.returns:
        name = str(one.kind) if one.matched else "unmatched"
        counts[name] = counts.get(name, 0) + 1
    return {"event": "summary", "looked_at": harvest.looked_at, "moved": harvest.moved} | counts


def copy_sent(args: Namespace, paths: Paths) -> int:
    """Put what was sent into the Sent folders; 1 if something is left that waits for its PDF."""
    del args
    with Office(paths) as office:
        wanting = [account for account in office.returns.accounts() if account.copy_sent]
        if not wanting:
            raise NotSettled(
                _("No IMAP account puts what was sent into the Sent folder."),
                _("Ask for it: tuimail imap set --copy-sent on."),
            )
        for account in wanting:
            if sent_copies.waiting(account):
                ask_imap_password(account)
        filed = office.returns.copy_sent(_tell_filed)
    for sentence in filed_sentences(filed):
        say(sentence)
    return 1 if filed.waiting else 0


def _tell_filed(done: int, total: int) -> None:
    if is_terminal(sys.stderr) and (done == total or not done % 20):
        warn(_("{done} of {total}").format(done=done, total=total))
