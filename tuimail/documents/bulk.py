"""Many documents at once: by this process alone, or with another that makes every second one where that is quicker."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import IO

from tuimail.documents.printable import Printable
from tuimail.documents.render import render
from tuimail.domain.errors import TuimailError

SHARE = 24
"""Documents handed over at a time: as long as it takes to read and write what is handed over is next to nothing."""

WORTH_IT = 800
"""Documents from which the second process has made up for its own start, a second or more."""


def render_all(items: Iterable[Printable], expected: int) -> Iterator[tuple[Printable, bytes | TuimailError]]:
    """Each item with its PDF, or with the reason why there is none, in their order; `expected`: how many there are.

    The bytes do not depend on who made them.
    """
    if expected < WORTH_IT or (os.cpu_count() or 1) < 2:
        for item in items:
            yield item, _made(item)
        return
    with Helper() as helper:
        left = iter(items)
        while both := list(islice(left, 2 * SHARE)):
            theirs, ours = both[::2], both[1::2]
            helper.ask(theirs)
            own = [_made(item) for item in ours]
            contents = helper.answers()
            found: list[bytes | TuimailError] = []
            for position, item in enumerate(theirs):
                # Whatever it could not make is tried here, for the reason in the operator's words.
                content = contents[position] if contents else None
                found += [content if content is not None else _made(item), *own[position : position + 1]]
            yield from zip(both, found, strict=True)


def _made(item: Printable) -> bytes | TuimailError:
    try:
        return render(item)
    except TuimailError as error:
        return error


class Helper:
    """Another process that makes PDFs, from when it is entered. Should it die, all goes on without it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Helper:
        with suppress(OSError):
            # In a session of its own: Ctrl+C is for this process, which then lets that one end.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tuimail.documents.bulk"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def ask(self, items: Sequence[Printable]) -> None:
        """Have it begin with these."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                pickle.dump(items, self._process.stdin)
                self._process.stdin.flush()

    def answers(self) -> list[bytes | None] | None:
        """What it made of them, None where it could not; None if it is not there any more."""
        if self._process is None or self._process.stdout is None:
            return None
        try:
            found: list[bytes | None] = pickle.load(self._process.stdout)  # noqa: S301 - from our own process
        except (OSError, EOFError, pickle.UnpicklingError):
            self._process.kill()
            return None
        return found


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """What the other process does until there are no more questions."""
    while True:
        try:
            items = pickle.load(questions)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        made = (_made(item) for item in items)
        pickle.dump([content if isinstance(content, bytes) else None for content in made], answers)
        answers.flush()


if __name__ == "__main__":
    # Read while nobody waits for it yet, and not with the first document.
    import tuimail.documents.writer  # noqa: F401

    serve(sys.stdin.buffer, sys.stdout.buffer)
