"""A thread that writes by itself: its own patience, and nobody told of it from here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tuimail.domain.errors import StoreLocked
from tuimail.store import database
from tuimail.store.database import close_store, open_store, own_connection, tell_busy, transaction

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "own.sqlite3"
    open_store(path, busy_seconds=0.1)
    yield path
    tell_busy(None)
    close_store()


def write(busy_seconds: float) -> bool:
    """Whether a transaction can be had within that time, asked on a thread of its own."""
    with own_connection(busy_seconds):
        try:
            with transaction():
                return True
        except StoreLocked:
            return False


def test_it_waits_as_long_as_it_was_told_and_tells_of_it_by_itself(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bool] = []
    monkeypatch.setattr(database, "TOLD_AFTER", 0.001)
    tell_busy(lambda: heard.append(True))
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as thread:
        other.execute("BEGIN IMMEDIATE")
        assert not thread.submit(write, 0.05).result()
        assert not heard
        # The others are told as before.
        with pytest.raises(StoreLocked), transaction():
            pass
        assert heard
        other.execute("ROLLBACK")
        assert thread.submit(write, 0.05).result()
