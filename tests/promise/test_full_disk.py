"""A disk that is really full, at whatever commit of a batch: a small one of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from outbox_samples import House
from proof import LETTERS
from scripted import Server

from tuimail.domain.errors import StoreFull
from tuimail.store import journal, outbox
from tuimail.store.chain import verify

pytestmark = [
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root can make a small disk"),
]
BALLAST = "ballast"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An empty disk of four megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", place], check=False, capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no small disk here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def leave(disk: Path, room: int) -> None:
    """Fill the disk up to so many bytes."""
    found = os.statvfs(disk)
    (disk / BALLAST).write_bytes(bytes(found.f_bavail * found.f_frsize - room))


@pytest.mark.parametrize("pages", range(0, 48, 4))
async def test_it_ends_the_run_and_loses_nothing(disk: Path, pages: int) -> None:
    house = House(disk, 4)
    async with Server() as server:
        account = house.account(server.port)
        engine = house.engine(account, patience=(0.0,))
        full = False
        batch = await house.queue()
        assert batch is not None
        leave(disk, pages * 4096)
        try:
            async with engine:
                async for _item in engine.run(batch.id):
                    pass
        except StoreFull:
            full = True
        assert full or pages > 16, "the disk was to be full"
        assert_nothing_is_pretended(house, server)
        (disk / BALLAST).unlink()
        # The lease could not be given back either: it runs out.
        house.clock.forward(seconds=31)
        await house.resume(account)
        assert_nothing_is_pretended(house, server)
        states = "".join(LETTERS[d.state] for d in outbox.deliveries())
        assert set(states) <= {"S", "U"}
        assert states.count("U") <= 1
        last = {event.delivery_id: event.state for event in journal.events() if event.delivery_id}
        assert all(last[d.id] == d.state for d in outbox.deliveries())
        assert verify().intact
        house.office.close()


def assert_nothing_is_pretended(house: House, server: Server) -> None:
    taken = Counter(str(received.message["Message-ID"]) for received in server.accepted)
    assert max(taken.values(), default=0) <= 1
    for delivery in outbox.deliveries():
        letter = LETTERS[delivery.state]
        assert taken[delivery.message_id] == 1 or letter != "S"
        assert letter in "SUi" or not taken[delivery.message_id]
