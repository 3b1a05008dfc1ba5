"""`tuimail mailing`: one letter to the people of a list."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.cli.body_file import read_body
from tuimail.cli.confirmation import asked
from tuimail.cli.followers import Listener, follower_for
from tuimail.cli.output import columns, is_terminal, say, say_json, warn
from tuimail.cli.places import structure_named
from tuimail.cli.rehearsing import attached, say_rehearsed
from tuimail.cli.runs import Runs, ask_password, finish
from tuimail.config.paths import Paths
from tuimail.domain.addresses import normalise_address
from tuimail.domain.audience import Person, role_label
from tuimail.domain.errors import AccountBusy, BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import Letter, parse_fields
from tuimail.domain.mailing import MailingList
from tuimail.domain.periods import format_moment
from tuimail.domain.text import clean, fold
from tuimail.office import Office
from tuimail.store import audience, journal, mailings
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
        if args.rehearse:
            say_rehearsed(args, *office.mailings.rehearse(control, args.rehearse))
            return 0
        if args.test:
            return _send_test(office, control, args)
        if args.json and args.yes:
            _print_left_out(control)
        else:
            # Whether or not somebody is asked: who gets no letter is never left unsaid.
            for line in _counts(control):
                warn(line)
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


def _send_test(office: Office, control: LetterControl, args: Namespace) -> int:
    ask_password(control.account)
    to = normalise_address(args.test)
    asyncio.run(office.mailings.send_test(control, control.ready[0], to))
    say(_("Test sent to {address}, as {name} would read it.").format(address=to, name=control.ready[0].person.name))
    return 0


def _send(office: Office, control: LetterControl, args: Namespace) -> int:
    at = control.letter.scheduled_at
    if at is not None:
        asyncio.run(office.queue(control))
        if args.json:
            say_json({"event": "scheduled", "label": control.label, "messages": control.messages, "until": str(at)})
        else:
            said = ngettext(
                "{n} message leaves on {moment}, from a running tuimail or tuimail resume --wait.",
                "{n} messages leave on {moment}, from a running tuimail or tuimail resume --wait.",
                control.messages,
            )
            say(said.format(moment=format_moment(at, year=True)))
        return 0
    ask_password(control.account)
    listener = Listener(follower_for(args))
    try:
        return asyncio.run(_send_now(office, control, listener))
    except AccountBusy:
        if not args.queue:
            raise
    return asyncio.run(_send_in_turn(office, control, listener))


async def _send_now(office: Office, control: LetterControl, listener: Listener) -> int:
    runs = Runs(office, listener)
    async with runs.connected(control.account) as engine:
        batch = await office.queue(control)
        summary = await runs.work(engine, batch.id, control.messages)
    status = finish(listener, summary, summary.complete)
    await runs.send_behind(control.account, batch.id)
    return status


async def _send_in_turn(office: Office, control: LetterControl, listener: Listener) -> int:
    before = await in_writer(journal.newest)
    batch = await office.queue(control)
    runs = Runs(office, listener)
    summary = await runs.send_in_turn(control.account, batch, before)
    status = finish(listener, summary, summary.complete)
    await runs.send_behind(control.account, batch.id)
    return status


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


def _print_left_out(control: LetterControl) -> None:
    for left in control.left_out:
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
    _print_left_out(control)
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
