"""`residents erase`: who left long ago, by hand or all of them, never without a word."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_harness import Exports, Tuimail

TITLES = "Structure;Code;Nom;Prénom;Date de sortie;Email\n"
GONE = "Maison;R1;ZELINSKA;Monique;03/02/2012;monique@orange.example\n"
LATELY = "Maison;R2;BOUCHER;Émile;03/02/2025;emile@free.example\n"
HERE = "Maison;R3;CARON;Lucie;;lucie@free.example\n"


@pytest.fixture(autouse=True)
def _people(tuimail: Tuimail, exports: Exports) -> None:
    assert tuimail("import", exports.write("p.csv", TITLES + GONE + LATELY + HERE)).status == 0


def names(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return [name for (name,) in connection.execute("SELECT last_name FROM resident ORDER BY id")]


def test_only_who_left_long_ago_is_erased(tuimail: Tuimail, database: Path) -> None:
    ran = tuimail("residents", "erase", "--yes", "--json")

    assert (ran.status, [line["event"] for line in ran.json()]) == (0, ["erased"])
    assert names(database)[1:] == ["BOUCHER", "CARON"]
    assert b"ZELINSKA" not in database.read_bytes()
    assert "Personne" in tuimail("residents", "erase", "--yes").out


def test_a_dry_run_names_them_and_changes_nothing(tuimail: Tuimail, database: Path) -> None:
    ran = tuimail("residents", "erase", "--dry-run")

    assert (ran.status, "ZELINSKA" in ran.out, "BOUCHER" in ran.out) == (0, True, False)
    assert names(database) == ["ZELINSKA", "BOUCHER", "CARON"]


def test_without_a_yes_nobody_is_erased(tuimail: Tuimail, database: Path) -> None:
    assert tuimail("residents", "erase").status in (0, 2)
    assert names(database) == ["ZELINSKA", "BOUCHER", "CARON"]


@pytest.mark.parametrize(("code", "status"), [("R2", 2), ("R3", 2), ("R9", 2)])
def test_who_is_not_gone_long_enough_is_refused_in_one_sentence(
    tuimail: Tuimail, database: Path, code: str, status: int
) -> None:
    ran = tuimail("residents", "erase", code, "--yes")

    assert (ran.status, ran.err.count("\n")) == (status, 1)
    assert names(database) == ["ZELINSKA", "BOUCHER", "CARON"]


def test_fewer_years_are_the_operators_word(tuimail: Tuimail, database: Path) -> None:
    assert tuimail("residents", "erase", "R2", "--gone-for", "1", "--yes").status == 0
    assert names(database)[0::2] == ["ZELINSKA", "CARON"]
