"""What every test starts from: French, no settings of the user's, and a store of its own if it asks for one."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings
from mail_fixtures import post_office  # noqa: F401

from tuimail.config import settings as machine
from tuimail.domain.i18n import DEFAULT_LANGUAGE, use_language
from tuimail.store import database
from tuimail.store.database import close_store, open_store

# `.ci/run` has the drawn tests draw more.
settings.register_profile(
    "tuimail", deadline=None, print_blob=True, max_examples=int(os.environ.get("TUIMAIL_EXAMPLES", "40"))
)
settings.load_profile("tuimail")

# Programs that are started again and again need not be compiled each time, whatever is usual on this machine.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Every application that ends leaves thousands of objects that hold each other: looking for them all the time takes a
# quarter of the processor. What is imported stays anyhow.
gc.set_threshold(20_000, 20, 20)


LONGEST_NAME = 100
"""Characters of a value that stand in the name of a test."""


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test that is given a large text or file by its beginning: names are sent to and fro between processes."""
    if isinstance(val, bytes | str) and len(val) > LONGEST_NAME:
        return f"{val[:LONGEST_NAME]!a} of {len(val)}"
    return None


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


DURABLE = database._PRAGMAS
"""What is said on each connection of the program."""
# No test cuts the power: what a killed process wrote is there without waiting for the disk. Processes that are started,
# and whoever asks for `durable`, wait as the program does.
database._PRAGMAS = tuple((name, "OFF" if name == "synchronous" else value) for name, value in DURABLE)


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database as the program opens it."""
    monkeypatch.setattr(database, "_PRAGMAS", DURABLE)


_NUMBERS = count()
"""Each test has a folder of settings of its own, which is not there before something is kept in it."""


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever the machine's settings, the user's and the environment say, and whatever the test before spoke."""
    monkeypatch.setattr(machine, "SYSTEM_FILE", Path("/nonexistent/settings.toml"))
    monkeypatch.setattr(machine, "SYSTEM_SECRETS", Path("/nonexistent/secrets.toml"))
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path_factory.getbasetemp() / f"settings-{next(_NUMBERS)}"))
    for name in ("TUIMAIL_DATABASE", "TUIMAIL_LANG"):
        monkeypatch.delenv(name, raising=False)
    use_language(DEFAULT_LANGUAGE)
    yield
    use_language(DEFAULT_LANGUAGE)


@pytest.fixture
def english() -> Iterator[None]:
    """The interface in English: its sentences are those of the code."""
    use_language("en")
    yield
    use_language(DEFAULT_LANGUAGE)


@pytest.fixture
def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, datetime], None]:
    """Let a module read that moment from its `datetime`, whatever the machine's clock says."""

    def stop(module: ModuleType, moment: datetime) -> None:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return moment.astimezone(tz)

        monkeypatch.setattr(module, "datetime", Stopped)

    return stop


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, to be copied."""
    path = tmp_path_factory.mktemp("untouched") / "tuimail.sqlite3"
    open_store(path)
    close_store()
    return path


@pytest.fixture
def store(tmp_path: Path, untouched: Path) -> Iterator[Path]:
    """An empty database, open; gives its path."""
    path = tmp_path / "store" / "tuimail.sqlite3"
    path.parent.mkdir(mode=0o700)
    shutil.copy(untouched, path)
    open_store(path)
    yield path
    close_store()
