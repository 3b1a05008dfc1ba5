"""`tuimail mailing`: one letter to the people of a list."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.cli.body_file import read_body
from tuimail.cli.confirmation import asked
from tuimail.cli.followers import Listener, follower_for
from tuimail.cli.halted import finish_halted, is_halted
from tuimail.cli.output import columns, is_terminal, say, say_json, warn
from tuimail.cli.places import structure_named
from tuimail.cli.rehearsing import attached, say_rehearsed
from tuimail.cli.runs import Runs, ask_password, finish
from tuimail.config.paths import Paths
from tuimail.domain.addresses import normalise_address
from tuimail.domain.audience import Person, role_label
from tuimail.domain.errors import AccountBusy, BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import LeftOut, Letter, parse_fields
from tuimail.domain.mail import Batch
from tuimail.domain.mailing import MailingList
from tuimail.domain.periods import format_moment
from tuimail.domain.text import clean, fold
from tuimail.office import Office
from tuimail.store import audience, batches, journal, letters, mailings
from tuimail.store.database import in_writer

if TYPE_CHECKING:
    from tuimail.sending.letters import LetterControl


def list_lists(args: Namespace, paths: Paths) -> int:
    """Print the lists that were kept."""
    with Office(paths):
        found = mailings.lists()
        everybody = audience.people() if found else []
    today = datetime.now().astimezone().date()
    for kept in found:
        try:
            count, wrong = len(kept.people(everybody, today)), ""
        except TuimailError as error:
            count, wrong = 0, error.sentence
        if args.json:
            told = {"list": kept.name, "fixed": kept.fixed, "people": count, "criteria": kept.criteria.sentence()}
            say_json(told | ({"error": wrong} if wrong else {}))
        else:
            people = ngettext("{n} person", "{n} people", count)
            what = wrong or (_("always the same") if kept.fixed else kept.criteria.sentence())
            say(columns([(kept.name, 30), (people, 14), (what, 0)]))
    if not (found or args.json):
        say(_("No list is kept yet."))
    return 0


def send_letter(args: Namespace, paths: Paths) -> int:
    """Send a letter to a list; 1 if a message of it was not sent. Who is left out, and why, is told."""
    if not (args.yes or args.dry_run or args.test or args.rehearse or is_terminal(sys.stdin)):
        raise BadInput(
            _("Nobody is there to confirm."), _("Add --yes to send, or --dry-run to see what would be sent.")
        )
    with Office(paths) as office:
        kept = _list_named(args.list)
        today = datetime.now().astimezone().date()
        control = office.mailings.control(
            _letter(args, office), kept.people(audience.people(), today), _("list “{name}”").format(name=kept.name)
        )
        if args.dry_run:
            (_print_json if args.json else _print)(control)
            return 0 if control.ready and not (control.undecided or control.too_large) else 1
        control.check_ready()
        if not args.json or not (args.yes or args.test or args.rehearse):
            # Whether or not somebody is asked: who gets no letter is never left unsaid.
            for line in _counts(control):
                warn(line)
        if args.rehearse:
            return _rehearse(office, control, args)
        if args.test:
            return _send_test(office, control, args)
        if not (args.yes or asked(_("Send? [y/N]"))):
            say(_("Nothing was sent."))
            return 1
        return _send(office, control, args)


def _list_named(name: str) -> MailingList:
    found = mailings.lists()
    for kept in found:
        if fold(kept.name) == fold(clean(name)):
            return kept
    names = ", ".join(_("“{name}”").format(name=kept.name) for kept in found)
    step = _("Choose among: {names}.").format(names=names) if names else _("Keep one first, in the mailings.")
    raise BadInput(_("There is no list “{name}”.").format(name=name), step)


def _letter(args: Namespace, office: Office) -> Letter:
    fields = parse_fields("\n".join(args.field))
    letter = Letter(
        args.subject,
        read_body(args.body_file),
        args.promotional,
        structure_named(args.sender).id if args.sender else 0,
        fields,
        tuple(attachment for _to_all, attachment in attached(office, args)),
        scheduled_at=_moment(args.at) if args.at else None,
    )
    for text in args.instead:
        name, equals, value = text.partition("=")
        keyword = letter.vocabulary.known(f"&{name.strip().removeprefix('&')}")
        if keyword is None or not equals:
            raise BadInput(
                _("“{text}” does not say what stands in the place of a keyword.").format(text=text),
                _("Write it as title=Madam, or title= to leave people without a value out."),
            )
        letter = letter.decided(keyword.value, clean(value))
    return letter


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(
            _("“{text}” is not a day and hour.").format(text=text), _("Write it as 2026-11-05T09:00.")
        ) from error


def _rehearse(office: Office, control: LetterControl, args: Namespace) -> int:
    count, size = office.mailings.rehearse(control, args.rehearse)
    for left in control.left_out:
        _tell_left_out(left, args)
    say_rehearsed(args, count, size)
    return 0


def _send_test(office: Office, control: LetterControl, args: Namespace) -> int:
    ask_password(control.account)
    to, first = normalise_address(args.test), control.ready[0]
    reply = asyncio.run(office.mailings.send_test(control, first, to))
    if args.json:
        for left in control.left_out:
            _tell_left_out(left, args)
        say_json({"event": "tested", "recipient": to, "name": first.person.name, "reply": reply})
    else:
        say(_("Test sent to {address}, as {name} would read it.").format(address=to, name=first.person.name))
    return 0


def _send(office: Office, control: LetterControl, args: Namespace) -> int:
    listener = Listener(follower_for(args))
    if is_halted(control.account):
        batch, _messages = asyncio.run(_queue(office, control, listener, args))
        return finish_halted(listener, control.account, batches.summary([batch.id]))
    if (at := control.letter.scheduled_at) is not None:
        return _schedule(office, control, at, listener, args)
    ask_password(control.account)
    try:
        return asyncio.run(_send_now(office, control, listener, args))
    except AccountBusy:
        if not args.queue:
            raise
    return asyncio.run(_send_in_turn(office, control, listener, args))


def _schedule(office: Office, control: LetterControl, at: datetime, listener: Listener, args: Namespace) -> int:
    _batch, messages = asyncio.run(_queue(office, control, listener, args))
    if args.json:
        told = {"event": "scheduled", "label": control.label, "messages": messages, "until": str(at)}
        listener.tell(say_json, told)
    else:
        said = ngettext(
            "{n} message leaves on {moment}, from a running tuimail or tuimail resume --wait.",
            "{n} messages leave on {moment}, from a running tuimail or tuimail resume --wait.",
            messages,
        )
        listener.tell(say, said.format(moment=format_moment(at, year=True)))
    if listener.lost is not None:
        raise listener.lost
    return 0


async def _send_now(office: Office, control: LetterControl, listener: Listener, args: Namespace) -> int:
    runs = Runs(office, listener)
    async with runs.connected(control.account) as engine:
        batch, messages = await _queue(office, control, listener, args)
        summary = await runs.work(engine, batch.id, messages)
    status = finish(listener, summary, summary.complete)
    await runs.send_behind(control.account, batch.id)
    return status


async def _send_in_turn(office: Office, control: LetterControl, listener: Listener, args: Namespace) -> int:
    before = await in_writer(journal.newest)
    batch, _messages = await _queue(office, control, listener, args)
    runs = Runs(office, listener)
    summary = await runs.send_in_turn(control.account, batch, before)
    status = finish(listener, summary, summary.complete)
    await runs.send_behind(control.account, batch.id)
    return status


async def _queue(office: Office, control: LetterControl, listener: Listener, args: Namespace) -> tuple[Batch, int]:
    """Queue it, and tell who is left out of it; with its number of messages.

    Not told before: a send that could not begin leaves no half of an answer behind, and whoever has unsubscribed since
    the control is among them.
    """
    batch = await office.queue(control)
    left_out, messages = await in_writer(_what_was_queued, batch.id)
    known = {(left.key, left.reason) for left in control.left_out}
    for left in left_out:
        if args.json or (left.key, left.reason) not in known:
            listener.tell(_tell_left_out, left, args)
    return batch, messages


def _what_was_queued(batch_id: int) -> tuple[list[LeftOut], int]:
    mailing = letters.of_batch(batch_id)
    return letters.left_out(mailing.id) if mailing else [], batches.summary([batch_id]).messages


def _counts(control: LetterControl) -> Iterator[str]:
    people = ngettext("{n} person chosen", "{n} people chosen", control.people)
    messages = ngettext("{n} message", "{n} messages", control.messages)
    yield _("{label}: {counts}").format(label=control.label, counts=f"{people}, {messages}")
    for reason, count in control.reasons:
        yield "  " + _("left out: {n}, {reason}").format(n=count, reason=reason)
    for word, found in control.undecided.items():
        yield "  " + _("without a value for “{word}”: {n}").format(word=word, n=len(found))


def _print(control: LetterControl) -> None:
    for line in _counts(control):
        say(line)
    if control.too_large:
        say(control.too_large)
    for addressed in control.ready:
        say(f"  {_named(addressed.person)} → {addressed.person.address}")
    for left in control.left_out:
        say("  " + _("{name}: {reason}").format(name=left.name, reason=left.reason))


def _named(person: Person) -> str:
    return f"{person.name} ({role_label(person.role)})"


def _tell_left_out(left: LeftOut, args: Namespace) -> None:
    if args.json:
        _print_left_out([left])
    else:
        warn("  " + _("{name}: {reason}").format(name=left.name, reason=left.reason))


def _print_left_out(left_out: Iterable[LeftOut]) -> None:
    for left in left_out:
        say_json({"event": "left-out", "recipient": left.address, "name": left.name, "detail": left.reason})


def _print_json(control: LetterControl) -> None:
    for addressed in control.ready:
        person = addressed.person
        say_json(
            {
                "event": "ready",
                "recipient": person.address,
                "name": person.name,
                "role": person.role,
                "resident": person.resident,
                "values": dict(addressed.values),
            }
        )
    _print_left_out(control.left_out)
    for word, people in control.undecided.items():
        for person in people:
            say_json({"event": "undecided", "recipient": person.address, "name": person.name, "keyword": word})
    say_json(
        {
            "event": "summary",
            "people": control.people,
            "messages": control.messages,
            "left_out": len(control.left_out),
            "undecided": control.people - control.messages - len(control.left_out),
        }
        | ({"detail": control.too_large} if control.too_large else {})
    )
