"""`tuimail send`."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.cli.confirmation import asked, confirmed, counts, print_control, print_control_json, warn_of_checks
from tuimail.cli.followers import Listener, follower_for
from tuimail.cli.halted import finish_halted, is_halted
from tuimail.cli.lists import label_of
from tuimail.cli.output import is_terminal, say, warn
from tuimail.cli.places import structure_named
from tuimail.cli.rehearsing import attached, instead_of_sending, typed_words
from tuimail.cli.runs import Runs, ask_password, finish
from tuimail.cli.selected import selected_ids
from tuimail.cli.single import hand_over, keep_addresses, list_addresses, recipients
from tuimail.config import process
from tuimail.config.paths import Paths
from tuimail.domain.account import Account
from tuimail.domain.errors import AccountBusy, BadInput
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.handing import Method
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Batch, BlockedDocument
from tuimail.office import Office
from tuimail.store import batches, journal, ongoing
from tuimail.store.database import in_writer

if TYPE_CHECKING:
    from tuimail.sending.control import Control


def send(args: Namespace, paths: Paths) -> int:
    """Send the invoices of a month; 1 if something of what was asked for was not sent."""
    _check_use(args)
    with Office(paths) as office:
        structure = structure_named(args.structure) if args.structure else None
        ids = selected_ids(args, structure)
        if args.addresses:
            return list_addresses(ids, args)
        to = recipients(args, ids)
        args.attached = attached(office, args)
        control = office.control(
            ids,
            label_of(args.period, structure),
            resend=args.resend,
            to=to,
            typed=typed_words(args),
            refused_again=bool(args.number),
        )
        if args.rehearse or args.test:
            return instead_of_sending(office, control, args)
        _warn_of_waiting(control, sends=not args.dry_run)
        listener = Listener(follower_for(args))
        control = _prepared(office, control, listener, args)
        if args.dry_run:
            (print_control_json if args.json else print_control)(control)
            return 0 if control.with_waiting(_left_aside(control)).complete else 1
        if control.ready and not args.yes and not confirmed(control):
            say(_("Nothing was sent."))
            return 1
        if args.yes and not args.json:
            for line in counts(control):
                say(line)
        if args.yes and args.number:
            warn_of_checks(control)
        if args.keep and to:
            keep_addresses(office, ids, to)
        if args.method is not Method.SMTP:
            return hand_over(office, control, args)
        return _send(office, control, listener, args)


def _check_use(args: Namespace) -> None:
    if args.to and not args.number:
        raise BadInput(_("--to sends single invoices elsewhere."), _("Name them with --number."))
    if (args.addresses or args.method is not Method.SMTP) and not args.number:
        raise BadInput(_("--addresses and --method are for single invoices."), _("Name them with --number."))
    if args.keep and not args.to:
        raise BadInput(_("--keep keeps the addresses of --to."), _("Name them with --to."))
    told = args.yes or args.dry_run or args.addresses or args.rehearse or args.test
    if not (told or is_terminal(sys.stdin)):
        raise BadInput(
            _("Nobody is there to confirm."), _("Add --yes to send, or --dry-run to see what would be sent.")
        )


def _prepared(office: Office, control: Control, listener: Listener, args: Namespace) -> Control:
    """The control with its PDFs: some of what keeps an invoice back is only seen in them."""
    if not control.ready:
        return control
    if args.yes and not args.dry_run and args.method is Method.SMTP:
        # Where nobody is there to be asked, a password that is not known is told before the PDFs are made.
        _see_to_password(office, control)
    progress = listener.follower.prepared
    return office.prepare(control, lambda done, total: listener.tell(progress, done, total), args.attached)


def _see_to_password(office: Office, control: Control) -> None:
    # Of a paused account nothing leaves now: it is only queued.
    if not is_halted(control.account):
        ask_password(control.account)
        office.engine(control.account)


def _send(office: Office, control: Control, listener: Listener, args: Namespace) -> int:
    if control.ready:
        if not args.yes:
            _see_to_password(office, control)
        return _send_ready(office, control, listener, args)
    _tell_blocked(office, control, listener)
    warn(_("{label}: nothing to send.").format(label=control.label))
    summary = control.with_waiting(_left_aside(control))
    return finish(listener, summary, summary.complete)


def _send_ready(office: Office, control: Control, listener: Listener, args: Namespace) -> int:
    if is_halted(control.account):
        return asyncio.run(_queue_halted(office, control, listener, args))
    try:
        return asyncio.run(_send_now(office, control, listener, args))
    except AccountBusy as busy:
        if not (args.queue or _wants_to_queue(control.account, busy, args)):
            raise
    return asyncio.run(_send_in_turn(office, control, listener, args))


async def _send_now(office: Office, control: Control, listener: Listener, args: Namespace) -> int:
    runs = Runs(office, listener)
    async with runs.connected(control.account) as engine:
        batch = await _queue(office, control, listener, args)
        if batch is None:
            return await _taken(control, listener)
        summary = await runs.work(engine, batch.id, control.messages)
    summary = await in_writer(control.with_waiting, summary)
    status = finish(listener, summary, summary.complete)
    if told := await office.mail_counts([batch.id]):
        warn(told)
    await runs.send_behind(control.account, batch.id)
    return status


async def _queue(office: Office, control: Control, listener: Listener, args: Namespace) -> Batch | None:
    batch = await office.queue(control, args.attached)
    # Not before something is queued: a send that could not begin leaves no half of an answer behind.
    if args.yes or args.json:
        _tell_blocked(office, control, listener)
    return batch


async def _queue_halted(office: Office, control: Control, listener: Listener, args: Namespace) -> int:
    batch = await _queue(office, control, listener, args)
    if batch is None:
        return await _taken(control, listener)
    summary = await in_writer(batches.summary, [batch.id])
    return finish_halted(listener, control.account, await in_writer(control.with_waiting, summary))


def _wants_to_queue(account: Account, busy: AccountBusy, args: Namespace) -> bool:
    """Whoever is asked whether to send may be asked this too."""
    if args.yes or not is_terminal(sys.stdin):
        return False
    found = ongoing.ongoing(account, datetime.now(UTC), process.is_alive)
    warn(f"{found.sentence()}." if found else busy.sentence)
    return asked(_("Queue behind it? [y/N]"))


async def _send_in_turn(office: Office, control: Control, listener: Listener, args: Namespace) -> int:
    before = await in_writer(journal.newest)
    batch = await _queue(office, control, listener, args)
    if batch is None:
        return await _taken(control, listener)
    found = await in_writer(ongoing.ongoing, control.account, datetime.now(UTC), process.is_alive)
    if found is not None:
        warn(_("Queued. {sentence}.").format(sentence=found.sentence()))
    runs = Runs(office, listener)
    summary = await runs.send_in_turn(control.account, batch, before)
    summary = await in_writer(control.with_waiting, summary)
    status = finish(listener, summary, summary.complete)
    if told := await office.mail_counts([batch.id]):
        warn(told)
    await runs.send_behind(control.account, batch.id)
    return status


async def _taken(control: Control, listener: Listener) -> int:
    warn(_("Another session has sent these meanwhile."))
    summary = await in_writer(control.with_waiting, _left_aside(control))
    return finish(listener, summary, summary.complete)


def _left_aside(control: Control) -> Summary:
    """How it ends if nothing is sent now."""
    return Summary(invoices=len(control.blocked), blocked=len(control.kept_back))


def _tell_blocked(office: Office, control: Control, listener: Listener) -> None:
    for blocked in control.kept_back:
        listener.tell(listener.follower.event, _blocked_event(blocked, office))


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


def _warn_of_waiting(control: Control, *, sends: bool) -> None:
    waiting = batches.summary([b.id for b in batches.open_batches(control.account.id)])
    if count := waiting.queued + waiting.deferred:
        found = ongoing.ongoing(control.account, datetime.now(UTC), process.is_alive)
        if found is None:
            warn(
                ngettext(
                    "{n} message of an earlier send still waits: tuimail resume.",
                    "{n} messages of an earlier send still wait: tuimail resume.",
                    count,
                )
            )
        elif not (sends and control.ready):
            # Whoever is about to send is told so by the account that is held.
            told = ngettext(
                "{n} message of an earlier send still waits: {session}.",
                "{n} messages of an earlier send still wait: {session}.",
                count,
            )
            warn(told.format(session=found.sentence()))
    if count := len(control.uncertain):
        warn(
            ngettext(
                "{n} invoice is uncertain, perhaps sent: check it, then decide with tuimail uncertain.",
                "{n} invoices are uncertain, perhaps sent: check them, then decide with tuimail uncertain.",
                count,
            )
        )
