from __future__ import annotations

from pathlib import Path

import pytest

from tuimail.config.paths import find_paths
from tuimail.domain.errors import BadInput


def test_data_stands_in_the_users_data_folder_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    paths = find_paths()
    assert paths.database == tmp_path / "tuimail" / "tuimail.sqlite3"
    assert paths.documents == tmp_path / "tuimail" / "documents"
    assert paths.attachments == tmp_path / "tuimail" / "attachments"
    assert not (tmp_path / "tuimail").exists()


def test_what_is_asked_for_comes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_DATABASE", str(tmp_path / "environment.sqlite3"))
    assert find_paths().database == tmp_path / "environment.sqlite3"
    assert find_paths(str(tmp_path / "asked.sqlite3")).database == tmp_path / "asked.sqlite3"


def test_an_empty_environment_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("TUIMAIL_DATABASE", "")
    assert find_paths().database.parent == tmp_path / "tuimail"


def test_a_path_is_made_absolute_and_its_tilde_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert find_paths("data/x.sqlite3").database == tmp_path / "data" / "x.sqlite3"
    assert find_paths("~/x.sqlite3").database == tmp_path / "home" / "x.sqlite3"


@pytest.mark.usefixtures("english")
def test_the_home_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="no home folder for ~nobody-of-that-name/x"):
        find_paths("~nobody-of-that-name/x.sqlite3")


@pytest.mark.usefixtures("english")
def test_a_server_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(BadInput, match=r"db\.example/tuimail") as told:
        find_paths("postgresql://virginie:secret@db.example/tuimail")
    assert "secret" not in str(told.value)
    assert "--database" in told.value.next_step
