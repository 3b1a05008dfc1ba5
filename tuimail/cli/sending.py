"""`tuimail send` and `tuimail resume`."""

from __future__ import annotations

import asyncio
import getpass
import signal
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.cli.confirmation import confirmed, counts, print_control, print_control_json
from tuimail.cli.followers import Listener, follower_for
from tuimail.cli.lists import label_of
from tuimail.cli.output import is_terminal, say, warn
from tuimail.cli.places import structure_named
from tuimail.cli.selected import selected_ids
from tuimail.config import secrets
from tuimail.config.paths import Paths
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.models import Account, Batch, BlockedDocument
from tuimail.office import Office
from tuimail.store import accounts, batches

if TYPE_CHECKING:
    from tuimail.domain.recipients import Recipient
    from tuimail.sending.control import Control
    from tuimail.sending.engine import Engine

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def send(args: Namespace, paths: Paths) -> int:
    """Send the invoices of a month; 1 if something of what was asked for was not sent."""
    _check_use(args)
    with Office(paths) as office:
        structure = structure_named(args.structure) if args.structure else None
        ids = selected_ids(args, structure)
        control = office.control(ids, label_of(args.period, structure), resend=args.resend, to=_other_address(args))
        _warn_of_waiting(control)
        if args.dry_run:
            (print_control_json if args.json else print_control)(control)
            return 0 if _complete(control, Summary(blocked=len(control.blocked))) else 1
        if control.ready and not args.yes and not confirmed(control):
            say(_("Nothing was sent."))
            return 1
        if args.yes and not args.json:
            for line in counts(control):
                say(line)
        return _send(office, control, Listener(follower_for(args)))


def resume(args: Namespace, paths: Paths) -> int:
    """Go on with what waits on every account; 1 if something of it was not sent."""
    listener = Listener(follower_for(args))
    total = Summary()
    with Office(paths) as office:
        for account in accounts.accounts():
            waiting = batches.summary([b.id for b in batches.open_batches(account.id)])
            if waiting.queued or waiting.deferred:
                engine = _engine(office, account)
                total = _added(total, asyncio.run(_run(engine, None, listener, waiting.queued + waiting.deferred)))
    return _finish(listener, total, total.complete)


def _check_use(args: Namespace) -> None:
    if args.to and not args.number:
        raise BadInput(_("--to sends single invoices elsewhere."), _("Name them with --number."))
    if not (args.yes or args.dry_run or is_terminal(sys.stdin)):
        raise BadInput(
            _("Nobody is there to confirm."), _("Add --yes to send, or --dry-run to see what would be sent.")
        )


def _other_address(args: Namespace) -> list[Recipient] | None:
    if not args.to:
        return None
    from tuimail.sending.control import other_address

    return [other_address(args.to)]


def _send(office: Office, control: Control, listener: Listener) -> int:
    follower = listener.follower
    summary = Summary()
    if control.ready:
        engine = _engine(office, control.account)
        control = office.prepare(control, lambda done, total: listener.tell(follower.prepared, done, total))
    for blocked in control.blocked:
        listener.tell(follower.event, _blocked_event(blocked, office))
    if control.ready:
        summary = asyncio.run(_run(engine, lambda: office.queue(control), listener, control.messages))
    else:
        summary = Summary(invoices=len(control.blocked), blocked=len(control.blocked))
        warn(_("{label}: nothing to send.").format(label=control.label))
    return _finish(listener, summary, _complete(control, summary))


def _engine(office: Office, account: Account) -> Engine:
    """The sender for that account; somebody at a terminal is asked for a password that is not known."""
    if account.user and is_terminal(sys.stdin) and secrets.password(account) is None:
        question = _("Password of {user} at {host}: ").format(user=account.user, host=account.host)
        if typed := getpass.getpass(question):
            secrets.remember(account, typed)
    return office.engine(account)


async def _run(
    engine: Engine, queue: Callable[[], Awaitable[Batch | None]] | None, listener: Listener, messages: int
) -> Summary:
    """Connect, queue (without `queue`: take what waits) and send, telling the listener; how it ended."""
    summary = Summary()
    listener.tell(listener.follower.connects, engine.account)
    async with engine:
        _heed_signals(engine)
        batch_id = 0
        if queue is not None:
            batch = await queue()
            if batch is None:
                warn(_("Another session has sent these meanwhile."))
                return summary
            batch_id = batch.id
        listener.tell(listener.follower.begins, engine.account, messages)
        async for item in engine.run(batch_id):
            if isinstance(item, Summary):
                summary = item
            else:
                listener.tell(listener.follower.event, item)
    return summary


def _heed_signals(engine: Engine) -> None:
    """Ctrl+C and a polite kill end the send after the message in flight; a closed terminal does not end it."""

    def stop() -> None:
        engine.stop()
        warn(_("Stopping after the message in flight."))

    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        loop.add_signal_handler(signal.SIGHUP, lambda: None)


def _blocked_event(blocked: BlockedDocument, office: Office) -> Event:
    return Event(
        EventKind.BLOCKED,
        datetime.now(UTC),
        document_id=blocked.document_id,
        number=blocked.number,
        period=str(blocked.period),
        resident=blocked.resident,
        detail=blocked.reason,
        operator=office.owner.operator,
        host=office.owner.host,
    )


def _warn_of_waiting(control: Control) -> None:
    waiting = batches.summary([b.id for b in batches.open_batches(control.account.id)])
    if count := waiting.queued + waiting.deferred:
        warn(
            ngettext(
                "{n} message of an earlier send still waits: tuimail resume.",
                "{n} messages of an earlier send still wait: tuimail resume.",
                count,
            )
        )
    if count := len(control.uncertain):
        warn(
            ngettext(
                "{n} invoice is uncertain, perhaps sent: check it, then --number N --resend to send it again.",
                "{n} invoices are uncertain, perhaps sent: check them, then --number N --resend to send them again.",
                count,
            )
        )


def _complete(control: Control, summary: Summary) -> bool:
    return summary.complete and not (control.on_the_way or control.uncertain)


def _added(one: Summary, other: Summary) -> Summary:
    counts = {f.name: getattr(one, f.name) + getattr(other, f.name) for f in fields(Summary) if f.name != "detail"}
    return Summary(**counts, detail=" ".join(filter(None, (one.detail, other.detail))))


def _finish(listener: Listener, summary: Summary, complete: bool) -> int:
    listener.tell(listener.follower.ends, summary)
    if summary.detail:
        warn(summary.detail)
    if listener.lost is not None:
        raise listener.lost
    return 0 if complete else 1
