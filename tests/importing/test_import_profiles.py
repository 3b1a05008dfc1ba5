"""How a layout is read is kept under a name, and recognised when it comes again."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import NOW, owner
from import_samples import csv_file

from tuimail.domain.errors import BadInput
from tuimail.domain.imports import Dates
from tuimail.importing.plan import Wishes, examine_file, import_files
from tuimail.importing.profiles import as_profile
from tuimail.importing.reading import ImportFile, ReadAs
from tuimail.store import imports, residents

TITLES = ("Ets", "Ident", "Patronyme", "Né(e) le", "Zone 4")
ROW = ["EHPAD A", "R1", "BERNARD Paul", "04/05/1930", "12"]
COLUMNS = {"Ets": "structure", "Ident": "code", "Patronyme": "name", "Zone 4": "room"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return csv_file(tmp_path / "gesica.csv", TITLES, ROW)


def keep(export: Path) -> None:
    file = ImportFile(export, ReadAs(dates=Dates.MONTH_FIRST), COLUMNS)
    import_files([file], owner=owner(), wishes=Wishes(dry_run=False, save_profile="Gésica"))


def test_the_next_file_of_the_same_titles_is_read_by_it(store: Path, export: Path, tmp_path: Path) -> None:
    keep(export)
    again = csv_file(tmp_path / "next.csv", TITLES, [*ROW[:4], "14"])

    (file,) = import_files([again], owner=owner()).files

    assert file.profile == "Gésica"
    assert file.counts == (0, 1, 0, 0)
    (person,) = residents.residents()
    assert (person.room, person.last_name, str(person.birth_date)) == ("14", "BERNARD", "1930-04-05")


def test_other_titles_are_not(store: Path, export: Path, tmp_path: Path) -> None:
    keep(export)
    other = csv_file(tmp_path / "other.csv", (*TITLES, "Plus"), [*ROW, ""])
    assert examine_file(ImportFile(other)).profile == ""


def test_it_can_be_named_or_forbidden(store: Path, export: Path) -> None:
    keep(export)
    assert examine_file(ImportFile(export, profile="gesica")).profile == "Gésica"
    assert examine_file(ImportFile(export, profile="")).profile == ""


def test_an_unknown_name_tells_those_there_are(store: Path, export: Path) -> None:
    keep(export)
    with pytest.raises(BadInput, match="Gésica"):
        examine_file(ImportFile(export, profile="Titan"))


def test_what_is_said_now_outweighs_the_profile(store: Path, export: Path) -> None:
    keep(export)
    found = examine_file(ImportFile(export, ReadAs(dates=Dates.DAY_FIRST), {"Zone 4": ""}))
    assert found.profile == "Gésica"
    assert found.how.dates is Dates.DAY_FIRST
    assert "Zone 4" in found.table().unused


def test_a_name_is_one_profile_whatever_its_accents(store: Path, export: Path) -> None:
    keep(export)
    imports.save_profile(as_profile(examine_file(ImportFile(export)), "GESICA"), "karim", NOW)
    (profile,) = imports.profiles()
    assert (profile.name, profile.operator) == ("GESICA", "karim")
    imports.remove_profile(profile.id)
    assert imports.profiles() == []


def test_a_dry_run_keeps_no_profile(store: Path, export: Path) -> None:
    import_files([ImportFile(export, overrides=COLUMNS)], owner=owner(), wishes=Wishes(dry_run=True, save_profile="P"))
    assert imports.profiles() == []
