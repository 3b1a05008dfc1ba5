"""What senders write down, as much at a time as there is: one transaction and one trip to the disk for all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tuimail.domain.errors import StoreError, StoreFull, StoreLocked
from tuimail.store.database import begin_in_writer, transaction

T = TypeVar("T")

LINGER = 0.01
"""Seconds that what is in no hurry may wait for company."""
PATIENCE = (1.0, 5.0, 15.0)
"""Seconds before each new try where the disk is full or the database locked; then it is an error."""


class Ledger:
    """Collects work on the store and has the writing thread do it, in its order and all or nothing each time.

    `trouble` is told of an error that may pass, and of the seconds before the next try.
    """

    def __init__(self, trouble: Callable[[StoreError, float], object], patience: Sequence[float] = PATIENCE) -> None:
        self._trouble = trouble
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._writing: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._urgent = False
        self._failed = 0

    @property
    def busy(self) -> bool:
        """Whether something is being written right now."""
        return bool(self._writing)

    def add(self, work: Callable[[], T], *, linger: bool = False) -> asyncio.Future[T]:
        """Have `work` done inside a transaction; its result comes once that is on the disk, or its StoreError.

        `linger`: it may wait a moment so that what comes next shares the transaction.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append((work, future))
        if not linger:
            self._urgent = True
        self._go_on()
        return future

    def _go_on(self) -> None:
        if self._writing or not self._waiting:
            return
        if self._urgent:
            self._write()
        elif self._timer is None:
            self._timer = self._loop.call_later(LINGER, self._write)

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._writing, self._waiting, self._urgent = self._waiting, [], False
        self._try()

    def _try(self) -> None:
        done = begin_in_writer(_commit, [work for work, _future in self._writing])
        done.add_done_callback(self._written)

    def _written(self, done: asyncio.Future[list[Any]]) -> None:
        error = done.exception()
        if isinstance(error, StoreFull | StoreLocked) and self._failed < len(self._patience):
            seconds = self._patience[self._failed]
            self._failed += 1
            self._trouble(error, seconds)
            self._loop.call_later(seconds, self._try)
            return
        written, self._writing, self._failed = self._writing, [], 0
        for number, (_work, future) in enumerate(written):
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(done.result()[number])
        self._go_on()


def _commit(works: list[Callable[[], Any]]) -> list[Any]:
    with transaction():
        return [work() for work in works]
