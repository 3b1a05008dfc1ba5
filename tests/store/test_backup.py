"""A copy of the database that can be trusted, made while others write."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, Home, deliver, home, owner

from tuimail.domain.errors import BadInput, StoreError, StoreFull
from tuimail.domain.events import Event, EventKind
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.store import backup as backups
from tuimail.store import batches, chain, journal, outbox
from tuimail.store.backup import backup
from tuimail.store.database import close_store, open_store
from tuimail.store.tables.base import proxy
from tuimail.store.tables.outbox import DeliveryRow

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def content() -> list[str]:
    # A copy is written anew: what comes first in it is another matter than what is in it.
    return sorted(proxy.obj.connection().iterdump())


def test_a_backup_holds_everything_and_opens_as_a_database(store: Path, folder: Path) -> None:
    deliver(home(3))
    before, seal = content(), chain.verify().head

    head = backup(folder / "copy.sqlite3")

    assert head == seal
    assert names(folder) == ["copy.sqlite3"]
    close_store()
    open_store(folder / "copy.sqlite3")
    assert content() == before
    assert chain.verify(seal).intact
    assert len(outbox.deliveries()) == 3


def test_a_backup_is_private_whatever_the_umask(store: Path, folder: Path) -> None:
    mask = os.umask(0o000)
    try:
        backup(folder / "copy")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600


def test_in_a_shared_folder_the_group_may_read_it(store: Path, folder: Path) -> None:
    folder.chmod(0o2770)
    backup(folder / "copy")
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o660


def test_a_file_is_written_over_only_when_asked(store: Path, folder: Path) -> None:
    target = folder / "copy"
    target.write_text("mine")
    with pytest.raises(BadInput, match="already"):
        backup(target)
    assert target.read_text() == "mine"
    backup(target, force=True)
    assert target.read_bytes().startswith(b"SQLite format 3\0")
    assert names(folder) == ["copy"]


def test_a_file_that_appears_meanwhile_is_not_written_over(
    store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder / "copy"
    monkeypatch.setattr(backups, "_make_durable", lambda _part: target.write_text("mine"))
    with pytest.raises(BadInput, match="already"):
        backup(target)
    assert target.read_text() == "mine"
    assert names(folder) == ["copy"]


def test_where_there_are_no_links_it_is_renamed(store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    backup(folder / "copy")
    assert names(folder) == ["copy"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("how", ["itself", "wal", "link", "hard link", "folder", "no folder"])
def test_what_cannot_be_meant_is_told(store: Path, folder: Path, how: str, force: bool) -> None:
    (folder / "link").symlink_to(store)
    (folder / "hard").hardlink_to(store)
    target = {
        "itself": store,
        "wal": Path(f"{store}-wal"),
        "link": folder / "link",
        "hard link": folder / "hard",
        "folder": folder,
        "no folder": folder / "no" / "copy",
    }[how]
    journal.append([Event(EventKind.SENT, NOW)])
    with pytest.raises(BadInput):
        backup(target, force=force)
    assert chain.verify().head.lines == 1


def test_a_full_disk_leaves_nothing_behind(store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_part: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_make_durable", full)
    with pytest.raises(StoreFull, match="copy"):
        backup(folder / "copy")
    assert names(folder) == []


def test_a_folder_that_may_not_be_written_is_told(store: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(backups, "mkstemp", refuse)
    with pytest.raises(StoreError, match="this account may not do that"):
        backup(folder / "copy")


def test_a_copy_that_is_not_sound_gets_no_name(store: Path, folder: Path) -> None:
    deliver(home(1))
    with closing(sqlite3.connect(store, isolation_level=None)) as raw:
        raw.execute("UPDATE delivery SET batch_id = 99")
    with pytest.raises(StoreError, match="not sound"):
        backup(folder / "copy")
    assert names(folder) == []


def test_a_backup_while_another_writes_is_of_one_moment(store: Path, folder: Path) -> None:
    over = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not over.is_set():
            journal.append([Event(EventKind.SENT, NOW), Event(EventKind.FAILED, NOW)])
            written.append(2)
        proxy.obj.close()

    writer = threading.Thread(target=write)
    writer.start()
    heads = []
    try:
        for n in range(5):
            before = sum(written)
            heads.append(backup(folder / str(n)))
            assert before <= heads[-1].lines <= sum(written) + 2
    finally:
        over.set()
        writer.join()
    whole = chain.verify()
    assert whole.intact
    for n, head in enumerate(heads):
        assert head.lines % 2 == 0
        assert chain.verify(head).intact
        close_store()
        open_store(folder / str(n))
        assert chain.verify().head == head
        close_store()
        open_store(store)


def copied(folder: Path) -> Home:
    """A copy is open, of a database where four messages waited: one under way, two queued, one put off for an hour."""
    house = home(4)
    batches.queue(house.ask(), owner(), NOW)
    lease, _mended = outbox.acquire(house.account.id, owner(), NOW, lambda _owner: None)
    assert isinstance(outbox.claim(lease, house.account, NOW), Delivery)
    put_off = {"state": DeliveryState.DEFERRED, "next_at": NOW + timedelta(hours=1)}
    DeliveryRow.update(put_off).where(DeliveryRow.id == outbox.deliveries()[-1].id).execute()
    before = states()
    backup(folder / "copy.sqlite3")
    assert states() == before == ["claimed", "queued", "queued", "deferred"]
    close_store()
    open_store(folder / "copy.sqlite3")
    return house


def states() -> list[str]:
    return [str(delivery.state) for delivery in outbox.deliveries()]


@pytest.mark.parametrize("tried", [0, 1])
def test_what_waited_when_a_copy_was_made_is_uncertain_in_the_copy_unless_its_hour_is_still_to_come(
    store: Path, folder: Path, tried: int
) -> None:
    house = copied(folder)
    # Tried before, it may have been tried again at once.
    DeliveryRow.update(attempt=tried).where(DeliveryRow.state == DeliveryState.DEFERRED).execute()
    lease, mended = outbox.acquire(house.account.id, owner("restored"), NOW, lambda _owner: False)
    assert [event.event for event in mended] == [EventKind.UNCERTAIN] * (3 + tried)
    assert outbox.claim(lease, house.account, NOW) is None
    assert chain.verify().intact
    outbox.release(lease)
    due = NOW + timedelta(hours=2)
    lease, mended = outbox.acquire(house.account.id, owner("later"), due, lambda _owner: False)
    assert not mended
    assert isinstance(outbox.claim(lease, house.account, due), Delivery) == (not tried)


def test_cancelling_in_a_copy_does_not_make_what_may_have_been_sent_since_look_unsent(
    store: Path, folder: Path
) -> None:
    house = copied(folder)
    (batch,) = batches.open_batches(house.account.id)
    events = batches.cancel(batch.id, owner("restored"), NOW)
    assert states() == ["claimed", "uncertain", "uncertain", "cancelled"]
    assert [event.event for event in events[1:]] == [EventKind.UNCERTAIN] * 2 + [EventKind.CANCELLED]
