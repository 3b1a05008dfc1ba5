"""`tuimail status`, `pause` and `cancel`: what is going on, and a hand on it from another session."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tuimail.cli.confirmation import asked
from tuimail.cli.output import is_terminal, one_line, say, say_json, warn
from tuimail.config.paths import Paths
from tuimail.domain.account import Account
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.events import EventKind, Summary
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Batch, BatchState
from tuimail.domain.ongoing import Ongoing
from tuimail.domain.periods import format_moment
from tuimail.office import Office
from tuimail.store import accounts, batches, decisions, halts, outbox, pausing

Line = tuple[Mapping[str, Any], str]
"""The same for programs and for people."""


def show_status(args: Namespace, paths: Paths) -> int:
    """Print who sends what and how far it is, what waits, and how many messages are uncertain."""
    with Office(paths) as office:
        sends = {send.account_id: send for send in office.status()}
        lines = [line for account in accounts.accounts() for line in _account_lines(account, sends.get(account.id))]
        if count := decisions.count_uncertain():
            sentence = ngettext(
                "{n} message is uncertain, perhaps sent: tuimail uncertain.",
                "{n} messages are uncertain, perhaps sent: tuimail uncertain.",
                count,
            )
            lines.append(({"event": "uncertain", "messages": count}, sentence))
    _say_lines(lines, args)
    if not (lines or args.json):
        say(_nothing())
    return 0


def _say_lines(lines: Sequence[Line], args: Namespace) -> None:
    for values, sentence in lines:
        if args.json:
            say_json(values)
        else:
            say(sentence)


def _nothing() -> str:
    return _("Nothing is being sent, and nothing waits.")


def _account_lines(account: Account, found: Ongoing | None) -> Iterator[Line]:
    if found is not None:
        yield found.as_json() | {"account": account.host}, f"{found.sentence()}."
    if halt := halts.halt(account.id):
        yield halt.as_json(), f"{halt.sentence()}."
    for batch, counts in _waiting(account):
        if found is None or batch.id != found.batch_id:
            until = None if counts.queued else outbox.next_due(account.id, batch.id)
            yield _waiting_json(account, batch, counts, until), _waiting_sentence(batch, counts, until)


def _waiting(account: Account) -> list[tuple[Batch, Summary]]:
    """The batches of which something waits, oldest first."""
    found = [(batch, batches.summary([batch.id])) for batch in batches.open_batches(account.id)]
    return [(batch, counts) for batch, counts in found if counts.queued or counts.deferred]


def _waiting_json(account: Account, batch: Batch, counts: Summary, until: datetime | None) -> dict[str, Any]:
    shown = {
        "event": "waiting",
        "operator": batch.operator,
        "host": batch.host,
        "label": batch.label,
        "queued": counts.queued,
        "deferred": counts.deferred,
        "paused": batch.state is BatchState.PAUSED,
        "account": account.host,
    }
    return shown | ({"until": until.astimezone(UTC).isoformat()} if until else {})


def _waiting_sentence(batch: Batch, counts: Summary, until: datetime | None) -> str:
    messages = counts.queued + counts.deferred
    parts = [ngettext("{n} message of {operator} waits", "{n} messages of {operator} wait", messages)]
    if batch.state is BatchState.PAUSED:
        parts.append(_("paused"))
    elif until is not None:
        parts.append(_("to be tried next at {time}").format(time=format_moment(until)))
    text = ", ".join(parts).format(operator=batch.operator)
    return _("{label}: {counts}.").format(label=one_line(batch.label), counts=text)


def pause(args: Namespace, paths: Paths) -> int:
    """Let nothing more leave, whoever sends, until `tuimail resume`."""
    lines: list[Line] = []
    with Office(paths) as office:
        if not (found := accounts.accounts()):
            raise NotSettled(
                _("No SMTP account is codified yet."),
                _("Codify it first: tuimail smtp set --host NAME --port NUMBER --security none|starttls|tls."),
            )
        for account in found:
            running = [pair for pair in _waiting(account) if pair[0].state is BatchState.RUNNING]
            pausing.pause(account.id, office.owner, datetime.now(UTC))
            if halt := halts.halt(account.id):
                lines.append((halt.as_json(), f"{halt.sentence()}."))
            for batch, counts in running:
                paused = batches.batch(batch.id)
                lines.append((_waiting_json(account, paused, counts, None), _waiting_sentence(paused, counts, None)))
    _say_lines(lines, args)
    warn(_("tuimail resume goes on."))
    return 0


def cancel(args: Namespace, paths: Paths) -> int:
    """Take back all that has not left, whoever sends."""
    if not (args.yes or is_terminal(sys.stdin)):
        raise BadInput(_("Nobody is there to confirm."), _("Add --yes to take back all that waits."))
    with Office(paths) as office:
        found = [pair for account in accounts.accounts() for pair in _waiting(account)]
        if not found:
            warn(_nothing())
            return 0
        if not args.yes:
            for batch, counts in found:
                warn(_waiting_sentence(batch, counts, None))
            if not asked(_("Take it all back? [y/N]")):
                say(_("Nothing was taken back."))
                return 1
        now = datetime.now(UTC)
        events = [event for batch, _counts in found for event in batches.cancel(batch.id, office.owner, now)]
    if args.json:
        for event in events:
            say_json(event.as_json())
    else:
        taken = sum(event.event is EventKind.CANCELLED for event in events)
        say(ngettext("{n} message was taken back.", "{n} messages were taken back.", taken))
    return 0
