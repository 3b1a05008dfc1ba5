"""A path into a folder that the account may not enter is answered with a sentence, by every command that takes one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cli_harness import Tuimail
from closed_folder import closed

from tuimail.domain.people import Policy
from tuimail.store import residents
from tuimail.store.database import close_store, open_store

MONTH = ("--period", "2026-10")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fermé").mkdir()
    return tmp_path / "fermé"


@pytest.fixture
def on_paper(month: None, database: Path) -> None:
    """A month with letters to post."""
    open_store(database)
    residents.save_residents(
        [replace(each, billing=replace(each.billing, policy=Policy.PAPER)) for each in residents.residents()]
    )
    close_store()


@pytest.mark.usefixtures("on_paper")
@pytest.mark.parametrize(
    "words",
    [
        ("sheet", *MONTH, "--out", "{}/bordereau.pdf"),
        ("sheet", *MONTH, "--out", "{}/bordereau.csv"),
        ("to-post", *MONTH, "--out", "{}/lettres.pdf"),
        ("to-post", *MONTH, "--out", "{}-lettres.pdf", "--list", "{}/adresses.csv"),
        ("backup", "{}/copie.sqlite3"),
        ("backup", "{}/plus/loin.sqlite3"),
    ],
    ids=lambda words: " ".join(words),
)
def test_a_file_in_a_closed_folder_is_refused_with_a_sentence(
    tuimail: Tuimail, folder: Path, words: tuple[str, ...]
) -> None:
    with closed(folder):
        ran = tuimail(*(word.format(folder) for word in words))
    assert ran.status == 2
    assert "imprévu" not in ran.err
    assert str(folder) in ran.err
    assert "ce compte n’en a pas le droit" in ran.err


@pytest.mark.usefixtures("month")
def test_a_name_alone_in_a_closed_folder_names_that_folder(
    tuimail: Tuimail, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with closed(folder):
        ran = tuimail("sheet", *MONTH, "--out", "bordereau.pdf")
    assert ran.status == 2
    assert "imprévu" not in ran.err
    assert f"dans {folder} " in ran.err


@pytest.mark.usefixtures("month")
def test_pdfs_to_be_read_in_a_closed_folder_are_said_to_be_unreadable(tuimail: Tuimail, folder: Path) -> None:
    with closed(folder):
        ran = tuimail("pdf", "import", *MONTH, str(folder / "pdf"))
    assert ran.status == 2
    assert f"{folder / 'pdf'} ne peut pas être lu : ce compte n’en a pas le droit." in ran.err
    assert "écrit" not in ran.err
