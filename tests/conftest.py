"""What every test starts from: French, no settings of the user's, and a store of its own if it asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings
from mail_fixtures import post_office  # noqa: F401

from tuimail.domain.i18n import DEFAULT_LANGUAGE, use_language
from tuimail.store.database import close_store, open_store

settings.register_profile("tuimail", deadline=None, print_blob=True)
settings.load_profile("tuimail")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever the user's environment and settings say, and whatever language the test before spoke."""
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path_factory.getbasetemp() / "no-settings"))
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """An empty database, open; gives its path."""
    path = tmp_path / "store" / "tuimail.sqlite3"
    open_store(path)
    yield path
    close_store()
