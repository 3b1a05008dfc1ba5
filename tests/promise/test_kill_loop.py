"""A real process killed with SIGKILL again and again: nothing twice, nothing lost, nothing pretended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kill_loop import KillLoop
from smtp_sink import MISSING, PROGRAM, Sink

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(not PROGRAM, reason=MISSING),
]


@pytest.mark.parametrize(
    ("connections", "kills", "messages"),
    [(1, 8, 700), (4, 8, 700), pytest.param(1, 22, 700, marks=pytest.mark.long)],
)
def test_kills_and_nothing_twice_nothing_lost(tmp_path: Path, connections: int, kills: int, messages: int) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    dumps = tmp_path / "sink"
    dumps.mkdir()
    sink = Sink(dumps)
    try:
        sink.wait_until_ready()
        tally = KillLoop(tmp_path / "house", sink, messages, seed, connections).run(kills)
    finally:
        sink.stop()
    print(tally)
    assert tally.kept, tally.troubles
    assert tally.while_sending > kills / 2
