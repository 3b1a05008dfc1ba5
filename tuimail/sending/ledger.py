"""What a sender writes down, as much at a time as there is: one transaction and one trip to the disk for all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tuimail.domain.errors import StoreError, StoreFull, StoreLocked
from tuimail.store.database import transaction

T = TypeVar("T")

LINGER = 0.01
"""Seconds that what is in no hurry may wait for company."""
PATIENCE = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 30.0)
"""Seconds before each new try where the disk is full or the database locked; then it is an error."""

_Entry = tuple[Callable[[], Any], asyncio.Future[Any]]


class Ledger:
    """Does work on the store in the order in which it is handed in, on this thread, all or nothing each time.

    Whoever has the loop must not mind that it stands still while the disk works. `trouble` is told of an error that
    may pass, and of the seconds before the next try.
    """

    def __init__(self, trouble: Callable[[StoreError, float], object], patience: Sequence[float] = PATIENCE) -> None:
        self._trouble = trouble
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._entries: list[_Entry] = []
        self._due: asyncio.Handle | None = None
        self._lingers = False
        self._failed = 0
        self._rests = False
        self.crowded = False
        """Whether several write at about the same time: then what is urgent waits for what the others have at hand."""
        self.meanwhile: Callable[[], object] = lambda: None
        """Called before each trip to the disk, for what another thread can do while it lasts."""
        self.busy = False
        """Whether the disk is at work, for who looks on from another thread."""

    def add(self, work: Callable[[], T], *, linger: bool = False) -> asyncio.Future[T]:
        """Do `work` inside a transaction; its result comes once that is on the disk, or its StoreError.

        `linger`: it may wait a moment so that what comes next shares the transaction.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._entries.append((work, future))
        if self._rests:
            pass
        elif not linger and not self.crowded:
            self._write()
        elif self._due is None or (self._lingers and not linger):
            self._unschedule()
            self._lingers = linger
            self._due = self._loop.call_later(LINGER, self._write) if linger else self._loop.call_soon(self._write)
        return future

    def _unschedule(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _write(self) -> None:
        self._unschedule()
        self._rests = False
        self.busy = True
        try:
            with transaction():
                results = [work() for work, _future in self._entries]
                self.meanwhile()
        except BaseException as error:  # noqa: BLE001 - it goes to whoever waits for the result
            self._not_written(error)
            return
        finally:
            self.busy = False
        entries, self._entries, self._failed = self._entries, [], 0
        for (_work, future), result in zip(entries, results, strict=True):
            if not future.done():
                future.set_result(result)

    def _not_written(self, error: BaseException) -> None:
        """Try all of it again later, or give up."""
        if isinstance(error, StoreFull | StoreLocked) and self._failed < len(self._patience):
            seconds = self._patience[self._failed]
            self._failed += 1
            self._rests = True
            self._trouble(error, seconds)
            self._loop.call_later(seconds, self._write)
            return
        entries, self._entries, self._failed = self._entries, [], 0
        for _work, future in entries:
            if not future.done():
                future.set_exception(error)
