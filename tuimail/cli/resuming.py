"""`tuimail resume`: go on with what waits, once, or until nothing waits any more."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tuimail.cli.followers import JsonFollower, Listener, follower_for
from tuimail.cli.output import warn
from tuimail.cli.runs import LOOK_SECONDS, Interrupted, Runs, ask_password, finish
from tuimail.config import process
from tuimail.config.paths import Paths
from tuimail.domain.account import Account
from tuimail.domain.errors import AccountBusy
from tuimail.domain.events import Event, EventKind
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import BatchState
from tuimail.domain.periods import format_moment
from tuimail.office import Office
from tuimail.store import accounts, batches, halts, ongoing, pausing, waiting
from tuimail.store.database import in_writer

if TYPE_CHECKING:
    from collections.abc import Sequence

REST = timedelta(minutes=1)
"""Before a server that failed is called again."""


def resume(args: Namespace, paths: Paths) -> int:
    """Go on with what waits on every account of this operator's; 1 if something of it was not sent."""
    with Office(paths) as office:
        found = accounts.usable_by(office.owner.operator)
        for account in accounts.accounts():
            if halts.halt(account.id):
                # What waits on an own account goes on once this has called its server; others' is not ours to send.
                (halts.end if account in found else pausing.unpause)(account.id, office.owner, datetime.now(UTC))
                warn(_("{account}: paused no more.").format(account=account.host))
            if account not in found and (messages := _waiting(account.id).messages):
                warn(_of_somebody_else(account, messages))
        for account in found:
            if _waiting(account.id).messages:
                ask_password(account)
        return asyncio.run(_resume(office, found, args))


def _of_somebody_else(account: Account, messages: int) -> str:
    return ngettext(
        "{n} message waits on {operator}'s own account, from which only {operator} sends.",
        "{n} messages wait on {operator}'s own account, from which only {operator} sends.",
        messages,
    ).format(operator=account.operator)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits on an account."""

    batch_ids: tuple[int, ...]
    paused: bool
    """All of it."""
    messages: int


def _waiting(account_id: int) -> _Waiting:
    found = batches.open_batches(account_id)
    counts = {batch.id: batches.summary([batch.id]) for batch in found}
    messages = {batch_id: count.queued + count.deferred for batch_id, count in counts.items()}
    paused = all(batch.state is BatchState.PAUSED for batch in found if messages[batch.id])
    return _Waiting(tuple(messages), paused, sum(messages.values()))


@dataclass
class _Course:
    """How it goes with one account."""

    account: Account
    begun: bool = False
    batch_ids: set[int] = field(default_factory=set)
    detail: str = ""
    """Why the last run ended before its time."""
    rests_until: datetime | None = None

    def rest(self) -> datetime:
        """Leave the server alone for a while; until when."""
        self.rests_until = datetime.now(UTC) + REST
        return self.rests_until


async def _resume(office: Office, found: Sequence[Account], args: Namespace) -> int:
    runs = Runs(office, Listener(follower_for(args)))
    courses = [_Course(account) for account in found]
    for course in courses:
        if args.now:
            await in_writer(waiting.retry_now, course.account.id, office.owner, datetime.now(UTC))
        left = await in_writer(_waiting, course.account.id)
        if left.messages:
            await _begin(runs, course, left, args)
    if args.wait:
        await _wait(runs, courses)
    return await _end(runs, courses, args)


async def _begin(runs: Runs, course: _Course, left: _Waiting, args: Namespace) -> None:
    try:
        await (_try(runs, course) if args.wait else _go(runs, course))
    except AccountBusy:
        if not (await in_writer(_let_go_on, runs.office, course.account) or args.wait):
            raise
        if not args.wait:
            return
    course.batch_ids.update(left.batch_ids)
    if not (args.wait or course.detail):
        await runs.send_behind(course.account, max(left.batch_ids))


def _let_go_on(office: Office, account: Account) -> bool:
    """Another session sends: have it go on with what is paused. Whether anything was."""
    now = datetime.now(UTC)
    paused = [batch for batch in batches.open_batches(account.id) if batch.state is BatchState.PAUSED]
    for batch in paused:
        batches.unpause(batch.id, office.owner, now)
    if paused and (found := ongoing.ongoing(account, now, process.is_alive)):
        warn(_("Goes on: {sentence}.").format(sentence=found.sentence()))
    return bool(paused)


async def _try(runs: Runs, course: _Course) -> None:
    """One run, where a server that cannot be reached is no reason to give up."""
    from tuimail.sending.failures import ConnectionFailed

    try:
        await _go(runs, course)
    except ConnectionFailed as error:
        warn(_("{sentence} Next try at {time}.").format(sentence=error.sentence, time=format_moment(course.rest())))


async def _go(runs: Runs, course: _Course) -> None:
    """One run: the first with all that waits, what was paused too; later ones with the batch whose turn it is."""
    # Somebody may have mended the account meanwhile.
    course.account = account = await in_writer(accounts.account, course.account.id)
    if not course.begun:
        summary = await runs.send(account)
    elif batch := await in_writer(waiting.next_batch, account.id, datetime.now(UTC)):
        summary = await runs.send(account, batch.id)
    else:
        # A sender died with messages in its hands: whoever takes the account mends that.
        async with runs.connected(account):
            pass
        if not await in_writer(waiting.next_batch, account.id, datetime.now(UTC)):
            course.rest()
        return
    course.begun, course.detail = True, summary.detail
    if summary.queued:
        course.rest()


async def _wait(runs: Runs, courses: Sequence[_Course]) -> None:
    """Stay until nothing waits any more, or a signal comes."""
    told: datetime | None = None
    while not runs.stopped.is_set():
        moments = [at for course in courses if (at := await _next(runs, course)) is not None]
        if not moments:
            return
        if (until := min(moments)) != told and until > datetime.now(UTC) + timedelta(seconds=LOOK_SECONDS):
            told = until
            await _tell_until(runs, courses, until)
        await runs.pause(LOOK_SECONDS)


async def _next(runs: Runs, course: _Course) -> datetime | None:
    """Send what is due; the moment when there may be something to do again, None if never."""
    now = datetime.now(UTC)
    left = await in_writer(_waiting, course.account.id)
    course.batch_ids.update(left.batch_ids)
    if not left.messages or (left.paused and course.detail):
        return None
    elsewhere = await in_writer(ongoing.ongoing, course.account, now, process.is_alive)
    if elsewhere is not None:
        runs.tell(runs.follower.waits, elsewhere.sentence())
    if left.paused or elsewhere is not None:
        return now
    due = await in_writer(waiting.next_departure, course.account, now) or now
    due = max(due, course.rests_until or due)
    if due <= now:
        with suppress(AccountBusy, Interrupted):
            await _try(runs, course)
    return due


async def _tell_until(runs: Runs, courses: Sequence[_Course], until: datetime) -> None:
    if isinstance(runs.follower, JsonFollower):
        runs.tell(runs.follower.event, Event(EventKind.WAITING, datetime.now(UTC), until=until))
        return
    messages = sum([(await in_writer(_waiting, course.account.id)).messages for course in courses])
    warn(_next_try(messages, until))


def _next_try(messages: int, until: datetime) -> str:
    return ngettext(
        "{n} message waits, to be tried next at {time}.", "{n} messages wait, to be tried next at {time}.", messages
    ).format(time=format_moment(until))


async def _end(runs: Runs, courses: Sequence[_Course], args: Namespace) -> int:
    ids = sorted(batch_id for course in courses for batch_id in course.batch_ids)
    summary = await in_writer(batches.summary, ids)
    summary = replace(summary, detail=" ".join(course.detail for course in courses if course.detail))
    now = datetime.now(UTC)
    moments = [await in_writer(waiting.next_departure, course.account, now) for course in courses]
    if summary.deferred and not args.json and (known := [at for at in moments if at is not None]):
        warn(_next_try(summary.deferred, min(known)))
    return finish(runs.listener, summary, summary.complete)
