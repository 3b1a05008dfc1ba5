"""Runs one fault through the whole engine, and holds what it left behind against what the server took."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import peewee
from faults import PASSWORD, Fault, on_second
from outbox_samples import Clock, House
from scripted import POLITE, Hold, Server
from servers import Certificates

from tuimail.config.process import this_owner
from tuimail.domain.account import Account, Security
from tuimail.domain.billing import KeptFile
from tuimail.domain.errors import StoreError, TuimailError
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.mail import Batch, Delivery, DeliveryState, NewBatch
from tuimail.office import Office
from tuimail.sending.course import Course
from tuimail.sending.engine import Engine
from tuimail.sending.lane import Barrier
from tuimail.sending.link import RFC_TIMEOUTS
from tuimail.store import batches, database, journal, outbox
from tuimail.store.database import in_writer

S = DeliveryState
LETTERS = {
    S.SENT: "S", S.UNCERTAIN: "U", S.DEFERRED: "D", S.QUEUED: "Q", S.FAILED: "F", S.CANCELLED: "C",
    S.CLAIMED: "c", S.INFLIGHT: "i",
}  # fmt: skip
NOTICED = 2.0
"""Seconds that may pass without a word to whoever watches."""


class Watched(Course):
    """A course on which time passes only in sleeps, all of which are to be announced."""

    def __init__(self, now: Clock, outlet: Callable[[Event], object]) -> None:
        super().__init__(now, outlet)
        self._clock = now
        self._announced = 0.0
        self.slept = 0.0
        self.unseen = 0.0
        """The longest sleep that nobody was told of."""

    def put(self, *events: Event) -> None:
        super().put(*events)
        if any(event.event is EventKind.WAITING and event.until for event in events):
            self._announced = float("inf")

    async def sleep(self, seconds: float) -> None:
        seconds = max(seconds, 0.0)
        if seconds > max(NOTICED, self._announced):
            self.unseen = max(self.unseen, seconds)
        self._announced = 0.0
        self.slept += seconds
        self._clock.forward(seconds=seconds)
        await asyncio.sleep(0)


class WatchedEngine(Engine):
    """Passes its barrier once the server has acted on all it was sent: what it does to a body comes before the dot."""

    course = Watched  # type: ignore[assignment]

    async def __aenter__(self) -> Engine:
        await super().__aenter__()
        for lane in self._sender.lanes:
            lane._barrier = partial(self._after_the_server, lane._barrier)
        return self

    async def _after_the_server(self, barrier: Barrier, delivery: Delivery, wire_sha256: str) -> bool:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_turns(), self._home))
        return await barrier(delivery, wire_sha256)


async def _turns() -> None:
    for _turn in range(10):
        await asyncio.sleep(0)


@dataclass
class Run:
    """What one run told, and how it ended."""

    events: list[Event] = field(default_factory=list)
    summary: Summary | None = None
    error: BaseException | None = None
    slept: float = 0.0
    unseen: float = 0.0

    @property
    def told(self) -> str:
        """The sentence that ended it."""
        if self.error is not None:
            return str(self.error)
        return self.summary.detail if self.summary else ""


class Died(BaseException):
    """The process was killed: nothing of it runs any more."""


@dataclass
class Scene:
    """A fault as it is played."""

    fault: Fault
    house: House
    servers: list[Server]
    account: Account
    engine: Engine | None = None
    run: Run = field(default_factory=Run)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    background: asyncio.Task[None] | None = None
    heard: dict[int, str] = field(default_factory=dict)
    """By delivery, the last state that a listener was told of."""
    commits: int = 0
    dead: bool = False
    deaf: bool = False
    """Whether it went on while nobody could be told."""

    @property
    def server(self) -> Server:
        return self.servers[-1]

    # What the server says.

    def taken(self) -> Counter[str]:
        """How often servers took each Message-ID."""
        return Counter(str(r.message["Message-ID"]) for server in self.servers for r in server.accepted)

    async def told(self, kind: EventKind) -> None:
        """Until whoever listens was told of one."""
        while all(event.event is not kind for event in self.run.events):
            self.news.clear()
            await self.news.wait()

    @property
    def cut_off(self) -> bool:
        """Whether the run could not write down what it did."""
        return self.dead or isinstance(self.run.error, StoreError)

    def states(self) -> str:
        return "".join(LETTERS[d.state] for d in outbox.deliveries())


def assert_promise(scene: Scene) -> None:
    """The three invariants, and that nothing is lost."""
    taken = scene.taken()
    rows = outbox.deliveries()
    assert max(taken.values(), default=0) <= 1, "accepted twice"
    assert set(taken) <= {d.message_id for d in rows}, "accepted, and not in the outbox"
    for server in scene.servers:
        assert not any("evil" in command for command in server.commands)
        assert not any(header in r.message for r in server.accepted for header in ("Bcc", "Cc"))
    for delivery in rows:
        if delivery.state is S.SENT:
            assert taken[delivery.message_id] == 1, f"sent, and never accepted: {delivery}"
        if taken[delivery.message_id]:
            in_doubt = (S.INFLIGHT,) if scene.cut_off else ()
            assert delivery.state in (S.SENT, S.UNCERTAIN, *in_doubt), f"accepted, and {delivery.state}"
    bodies = {str(r.message["Message-ID"]): r for server in scene.servers for r in server.accepted}
    for delivery in rows:
        if received := bodies.get(delivery.message_id):
            assert received.recipient == delivery.address
            assert hashlib.sha256(received.data).hexdigest() == delivery.wire_sha256
            (attached,) = received.message.iter_attachments()
            assert hashlib.sha256(attached.get_payload(decode=True)).hexdigest() == delivery.pdf_sha256
            assert not received.message.defects


def assert_journalled(scene: Scene) -> None:
    """The last line of each delivery says where it stands."""
    last = {e.delivery_id: e for e in journal.events() if e.delivery_id}
    for delivery in outbox.deliveries():
        assert last[delivery.id].state == delivery.state, f"the journal says {last[delivery.id].state}"


def assert_told(scene: Scene, run: Run) -> None:
    """Whoever listened has heard where each delivery stands, and was told before each long wait."""
    scene.heard |= {e.delivery_id: e.state for e in run.events if e.delivery_id}
    for delivery in outbox.deliveries():
        heard = scene.heard.get(delivery.id, S.QUEUED)
        assert heard == delivery.state or scene.deaf, f"{delivery.number} is {delivery.state}, last heard: {heard}"
    assert not run.unseen, f"{run.unseen:.0f} s of waiting that nobody was told of"


async def play(fault: Fault, folder: Path, certificates: Certificates) -> Scene:
    """The fault, then a resume a day later with a server in good health; asserts all there is to assert."""
    house = House(folder)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(lambda: house.office.close())
        tls = getattr(certificates, fault.certificate) if fault.certificate else None
        server = await stack.enter_async_context(Server(fault.script, tls=tls))
        settings = {"security": Security.NONE, **fault.account}
        if fault.account.get("security"):
            settings |= {
                "security": Security(settings["security"]),
                "host": "localhost",
                "ca_file": certificates.ca_file,
            }
        scene = Scene(fault, house, [server], house.account(server.port, **settings))
        name, _at, step = fault.trouble.rpartition(" at ")
        if name in MEANWHILE:
            held = on_second(step, Hold(Meanwhile(scene, MEANWHILE[name]), POLITE[step]))
            server._script[step] = list(held[step])
        async with asyncio.timeout(20):
            run = await _first_run(scene)
        assert_promise(scene)
        if not scene.cut_off and fault.trouble != "abandoned":
            assert_journalled(scene)
            assert_told(scene, run)
        scene.deaf = scene.cut_off or fault.trouble == "abandoned"
        queued = bool(outbox.deliveries())
        if fault.states:
            assert (scene.states() if queued else "---") == fault.states
            assert fault.told in run.told
            assert bool(fault.told) == bool(run.told), run.told
        assert run.slept <= fault.most_slept
        if fault.account.get("user") and fault.group in ("tls", "sign-in") and fault.states == "---":
            assert fault.group == "sign-in" or not any(c.holds_secret(PASSWORD) for c in server.conversations)
        house.clock.forward(days=1)
        scene.servers.append(await stack.enter_async_context(Server()))
        scene.account = house.account(scene.server.port, user="", ca_file="")
        scene.dead = False
        async with asyncio.timeout(20):
            run = await _listen(scene, queue=not queued)
        assert run.error is None
        assert_promise(scene)
        assert_journalled(scene)
        assert_told(scene, run)
        states = scene.states()
        if fault.final or fault.states:
            assert states == fault.after_resume
        else:
            assert set(states) <= set("SU")
            assert states.count("U") <= 1
        before = scene.taken()
        await _listen(scene)
        assert scene.taken() == before
        return scene


async def _first_run(scene: Scene) -> Run:
    async with TROUBLES.get(scene.fault.trouble, _nothing)(scene):
        run = await _listen(scene, queue=True)
    if scene.dead:
        scene.house.office.close()
        scene.house.office = Office(scene.house.office.paths)
    return run


async def _listen(scene: Scene, queue: bool = False) -> Run:
    scene.run = run = Run()
    house, fault = scene.house, scene.fault
    engine = WatchedEngine(
        scene.account,
        PASSWORD if scene.account.user else None,
        this_owner(),
        house.office,
        # The process that died is this one: whoever comes next finds it dead.
        lambda _owner: False,
        timeouts=fault.timeouts or RFC_TIMEOUTS,
        reconnect=(1.0, 5.0),
        patience=(0.0, 0.0),
        now=house.clock,
    )
    scene.engine = engine
    try:
        async with engine:
            batch = await _queue(scene) if queue else None
            async with contextlib.aclosing(engine.run(batch.id if batch else 0)) as items:
                async for item in items:
                    if isinstance(item, Summary):
                        run.summary = item
                    else:
                        run.events.append(item)
                        scene.news.set()
                        if fault.trouble == "abandoned":
                            break
    except (TuimailError, Died) as error:
        run.error = error
    # An engine that never got as far as its thread has no course.
    course = getattr(engine, "_course", None)
    if course is not None or run.error is None:
        assert isinstance(course, Watched)
        run.slept, run.unseen = course.slept, course.unseen
    return run


async def _queue(scene: Scene) -> Batch | None:
    house = scene.house
    folder = house.office.paths.documents
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for n, document_id in enumerate(house.ids):
        content = b"%PDF-1.7\n" + bytes(range(256)) * 30 + str(document_id).encode()
        (folder / f"{n}.pdf").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        files[document_id] = KeptFile(f"{n}.pdf", f"Facture {n:03} - BŒUF Zoé.pdf", digest, len(content))
    control = house.office.control(house.ids, "octobre 2026").with_files(files, {})
    batch = CONTENTS.get(scene.fault.trouble, lambda new: new)(control.batch())
    return await in_writer(batches.queue, batch, house.office.owner, house.clock())


# What happens on this side.


@contextlib.asynccontextmanager
async def _nothing(_scene: Scene) -> AsyncIterator[None]:
    yield


@contextlib.asynccontextmanager
async def _refuses_from_the_start(scene: Scene) -> AsyncIterator[None]:
    scene.server.refuse()
    yield


@contextlib.asynccontextmanager
async def _refuses_after_the_first(scene: Scene) -> AsyncIterator[None]:
    async def watch() -> None:
        await scene.server.reached("mail")
        scene.server.refuse()

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


def _commit_of(scene: Scene) -> Callable[[Any], None]:
    commit = database._Database.commit

    def counted(self: Any) -> None:
        if scene.dead:
            raise Died
        scene.commits = count = scene.commits + 1
        full = scene.fault.trouble == "disk full from commit" and count >= scene.fault.nth
        if count != scene.fault.nth and not full:
            commit(self)
            return
        if scene.fault.trouble.startswith("disk full"):
            raise_full()
        if scene.fault.trouble.startswith("killed after"):
            commit(self)
        else:
            # As SQLite does for whoever opens the database next.
            self.rollback()
        scene.dead = True
        if scene.engine is not None:
            scene.engine._loop.call_soon_threadsafe(_cut_wire, scene)
        raise Died

    return counted


def raise_full() -> None:
    """What peewee raises when SQLite finds no room."""
    try:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error
    except sqlite3.OperationalError as error:
        raise peewee.OperationalError(*error.args)  # noqa: B904


def _cut_wire(scene: Scene) -> None:
    assert scene.engine
    for lane in scene.engine._sender.lanes:
        lane.abort()


@contextlib.asynccontextmanager
async def _at_commit(scene: Scene) -> AsyncIterator[None]:
    with patch.object(database._Database, "commit", _commit_of(scene)):
        yield


@contextlib.asynccontextmanager
async def _pdf_changed(scene: Scene) -> AsyncIterator[None]:
    async def watch() -> None:
        await scene.server.reached("mail")
        path = scene.house.office.paths.documents / "1.pdf"
        if scene.fault.trouble.endswith("gone"):
            path.unlink()
        else:
            path.write_bytes(b"%PDF-1.7 of somebody else")

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


@contextlib.asynccontextmanager
async def _clock_changed(scene: Scene) -> AsyncIterator[None]:
    """Between two messages: while the second waits for its turn."""

    async def watch() -> None:
        await scene.told(EventKind.SENT)
        scene.house.clock.forward(hours=-1 if scene.fault.trouble.startswith("back") else 24)

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


TROUBLES: dict[str, Callable[[Scene], contextlib.AbstractAsyncContextManager[None]]] = {
    "refuses from the start": _refuses_from_the_start,
    "refuses after the first": _refuses_after_the_first,
    "killed before commit": _at_commit,
    "killed after commit": _at_commit,
    "disk full at commit": _at_commit,
    "disk full from commit": _at_commit,
    "back an hour after the first": _clock_changed,
    "on a day after the first": _clock_changed,
    "a PDF is changed": _pdf_changed,
    "a PDF is gone": _pdf_changed,
}


class Gate(asyncio.Event):
    """For `Hold`: tells when somebody has come to it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.reached.set()
        return await super().wait()


class Meanwhile:
    """Something that happens on this side while the server holds its answer back."""

    def __init__(self, scene: Scene, act: Callable[[Scene], Awaitable[None]]) -> None:
        self._scene = scene
        self._act = act

    async def wait(self) -> None:
        await self._act(self._scene)


async def _taken_over(scene: Scene) -> None:
    now = scene.house.clock()
    await in_writer(outbox.acquire, scene.account.id, this_owner(), now, lambda _owner: False)


async def _stopped(scene: Scene) -> None:
    assert scene.engine
    scene.engine.stop()


async def _cancelled(scene: Scene) -> None:
    assert scene.engine
    await scene.engine.cancel()


async def _paused(scene: Scene) -> None:
    """By another session, which lets it go on a moment later."""
    (batch,) = await in_writer(batches.open_batches, scene.account.id)
    owner = this_owner()
    await in_writer(batches.pause, batch.id, owner, scene.house.clock())

    async def go_on() -> None:
        await scene.told(EventKind.BATCH_PAUSED)
        await in_writer(batches.unpause, batch.id, owner, scene.house.clock())

    scene.background = asyncio.create_task(go_on())


MEANWHILE: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "taken over": _taken_over,
    "stopped": _stopped,
    "cancelled": _cancelled,
    "paused": _paused,
}

EVIL = "evil@evil.example"


def _worded(**changes: str) -> Callable[[NewBatch], NewBatch]:
    return lambda new: replace(new, wordings=tuple(replace(wording, **changes) for wording in new.wordings))


def _second(**changes: str) -> Callable[[NewBatch], NewBatch]:
    def change(new: NewBatch) -> NewBatch:
        first, second, *rest = new.deliveries
        if "name" in changes:
            second = replace(second, pdf=replace(second.pdf, **changes))
        else:
            second = replace(second, **changes)
        named = (replace(wording, subject="&periode &personne") for wording in new.wordings)
        return replace(new, wordings=tuple(named), deliveries=(first, second, *rest))

    return change


CONTENTS: dict[str, Callable[[NewBatch], NewBatch]] = {
    "a line break in the sender's name": _worded(sender_name=f"Virginie\r\nBcc: {EVIL}"),
    "a line break in the subject": _worded(subject=f"Facture\nBcc: {EVIL}"),
    "a line break in a resident's name": _second(resident=f"BŒUF\r\nBcc: {EVIL}"),
    "a line break in a file name": _second(name=f'f.pdf"\r\nBcc: {EVIL}'),
    "a line break in an address": _second(address=f"famille1@poste.example\r\nRCPT TO:<{EVIL}>"),
    "a second command in an address": _second(address=f"famille1@poste.example>,<{EVIL}"),
    "an address that is not ASCII": _second(address="zoé@poste.example"),
    "dots and bare line feeds in the text": _worded(body=".\n..\nx\r.\r\n.\r\n\n.hidden"),
    "accents in a file name": _second(name="Facture Hélène – œuvre n° 12 “juin”.pdf"),
}
