"""Setting the demonstration up, and clearing it away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tuimail.config.paths import Paths
from tuimail.demo.data import fill
from tuimail.demo.mailbox import DemoBox
from tuimail.domain.errors import BadInput, os_reason
from tuimail.domain.i18n import _
from tuimail.office import Office


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demonstration."""

    paths: Paths
    """Its own database; the user's is never asked for."""
    box: DemoBox


@contextmanager
def started(*, gap: float, keep: Path | None = None) -> Iterator[Demo]:
    """A filled throw-away database and a mail server that runs, with `gap` seconds between two messages.

    Both stand in a temporary folder that is removed in the end, or in `keep`, a new or empty folder. Raises BadInput
    for a folder that cannot be used so.
    """
    folder = _kept(keep) if keep else Path(tempfile.mkdtemp(prefix="tuimail-demo-"))
    try:
        paths = Paths(folder / "demo.sqlite3")
        with DemoBox(folder / "mail") as box:
            with Office(paths) as office:
                fill(office, box.host, box.port, gap)
            yield Demo(paths, box)
    finally:
        if not keep:
            _clear(folder)


def _clear(folder: Path) -> None:
    """Remove the demonstration but for what an incident left, which whoever used it has been told to hand on."""
    told = list(folder.glob("crash-*.txt"))
    if not told:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in set(folder.iterdir()).difference(told):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _kept(folder: Path) -> Path:
    place = folder.expanduser().absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
        used = any(place.iterdir())
    except OSError as error:
        raise BadInput(
            _("The folder {path} cannot be used: {reason}.").format(path=place, reason=os_reason(error)),
            _("Choose another one."),
        ) from error
    if used:
        raise BadInput(
            _("The folder {path} is not empty.").format(path=place), _("Choose a new one: nothing is overwritten.")
        )
    return place
