"""PDFs that others made, read at arm's length: each refusal is a clear word, and no file takes tuimail down with it."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tuimail.documents.pdf_worker import MEMORY, MOST_OBJECTS, MOST_PAGES
from tuimail.domain.errors import BadFile, os_reason
from tuimail.domain.i18n import _

MOST_BYTES = 400_000_000
"""Of a file: a print run of thousands of pages is smaller."""
PATIENCE = 60.0
"""Seconds for one request."""


class PdfReader:
    """The process that reads. Use as a context manager; it is started when it is first needed, and again if it died."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.wait()
            for stream in (worker.stdin, worker.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()

    def texts(self, path: Path) -> list[str]:
        """The text of each page; BadFile says why there is none to be had. A scanned page has an empty text."""
        return list(self._ask(path, work="texts"))

    def laid_out(self, path: Path, columns: int) -> list[str]:
        """The text of each page as it stands on the page, in lines of about `columns` characters."""
        return list(self._ask(path, work="laid-out", columns=columns))

    def split(self, path: Path, parts: Sequence[tuple[Sequence[int], Path]]) -> None:
        """Write pages of the file (from 0) to a file of their own each."""
        wanted = [(list(pages), str(target)) for pages, target in parts]
        self._ask(path, work="split", parts=wanted, patience=self._patience * 5)

    def merge(self, sources: Sequence[Path], target: Path) -> int:
        """Write all pages of these files, in their order, to another; how many pages there are."""
        target.touch()
        names = [str(source) for source in sources]
        return int(self._ask(target, work="merge", sources=names, patience=self._patience * 5))

    def picture(self, path: Path, page: int, width: int) -> bytes:
        """A page (from 0) as a PNG about `width` pixels wide."""
        return base64.b64decode(self._ask(path, work="picture", page=page, width=width))

    def _ask(self, path: Path, *, patience: float = 0.0, **request: Any) -> Any:
        try:
            size = path.stat().st_size
        except OSError as error:
            raise unreadable(path.name, error) from error
        if size > MOST_BYTES:
            raise refusal(path, "huge")
        answer = self._exchange(json.dumps(request | {"path": str(path)}).encode(), patience or self._patience)
        if answer is None:
            self.close()
            raise refusal(path, "stopped")
        if "errno" in answer:
            raise unreadable(path.name, OSError(answer["errno"], os.strerror(answer["errno"]), answer["file"]))
        if "refused" in answer:
            raise refusal(path, answer["refused"])
        return answer["result"]

    def _exchange(self, line: bytes, patience: float) -> dict[str, Any] | None:
        """The answer; None if the worker died of the question or thinks for too long."""
        if self._worker is None or self._worker.poll() is not None:
            self.close()
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "tuimail.documents.pdf_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        worker = self._worker
        if worker.stdin is None or worker.stdout is None:
            return None
        try:
            worker.stdin.write(line + b"\n")
            worker.stdin.flush()
        except OSError:
            return None
        ready, _writable, _failed = select.select([worker.stdout], [], [], patience)
        answer = worker.stdout.readline() if ready else b""
        return json.loads(answer) if answer.endswith(b"\n") else None


def refusal(path: Path, word: str) -> BadFile:
    """Why that file is not taken, for people."""
    name = path.name
    told = {
        "not-pdf": (_("{file} is not a PDF."), _("Bring the PDFs that the billing program made.")),
        "broken": (_("{file} is damaged: its pages cannot be read."), _("Have the billing program make it again.")),
        "encrypted": (
            _("{file} is protected by a password."),
            _("Make it again without one: it could not be checked."),
        ),
        "pages": (_("{file} has more than {pages} pages."), _("Split it by month or by home first.")),
        "objects": (_("{file} holds more than {objects} objects."), _("No invoice does: make it again.")),
        "crowded": (_("A page of {file} holds more than any invoice does."), _("Have a look at it: make it again.")),
        "huge": (_("{file} is larger than {size} MB."), _("Split it by month or by home first.")),
        "memory": (_("{file} unfolds to more than {memory} GB: it was put aside."), _("Make it again.")),
        "stopped": (
            _("{file} was given up: it takes too long or too much memory to be read."),
            _("Have the billing program make it again."),
        ),
    }
    sentence, step = told[word]
    figures = {"pages": MOST_PAGES, "objects": MOST_OBJECTS, "size": MOST_BYTES // 1_000_000, "memory": MEMORY >> 30}
    return BadFile(sentence.format(file=name, **figures), step)


def unreadable(name: str, error: OSError) -> BadFile:
    """Why the system does not let that file or folder be read, for people."""
    return BadFile(
        _("{file} cannot be read: {reason}.").format(file=name, reason=os_reason(error)),
        _("Check that it is there and that this account may read it."),
    )
