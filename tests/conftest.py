"""What every test starts from: French, no settings of the user's, and a store of its own if it asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from mail_fixtures import post_office  # noqa: F401

from tuimail.config import settings as machine
from tuimail.domain.i18n import DEFAULT_LANGUAGE, use_language
from tuimail.store.database import close_store, open_store

settings.register_profile("tuimail", deadline=None, print_blob=True)
settings.load_profile("tuimail")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever the machine's settings, the user's and the environment say, and whatever the test before spoke."""
    monkeypatch.setattr(machine, "SYSTEM_FILE", Path("/nonexistent/settings.toml"))
    monkeypatch.setattr(machine, "SYSTEM_SECRETS", Path("/nonexistent/secrets.toml"))
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
def store(tmp_path: Path) -> Iterator[Path]:
    """An empty database, open; gives its path."""
    path = tmp_path / "store" / "tuimail.sqlite3"
    open_store(path)
    yield path
    close_store()
