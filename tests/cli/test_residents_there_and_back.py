"""`residents --format csv`, then `import` of it where nobody is known yet: the same cards, and the same file again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cli_harness import Ran, Tuimail, process

from tuimail.domain.people import Billing, FamilyStatus, Guardian, Policy, Relative, Resident, Sex
from tuimail.domain.places import PostalAddress, Structure
from tuimail.store import residents, structures
from tuimail.store.database import close_store, open_store

POST = PostalAddress(('- Bât. B ; esc. "C"', "'+2 rue d’Artagnan", "@ gauche"), "+05000", "'s-Gravenhage")
FULL = Resident(
    1,
    "-0042",
    "'t Hooft",
    "=Paul",
    title="@M.",
    sex=Sex.MALE,
    birth_name='d\'Artagnan ; dit "le Grand"',
    birth_date=date(1931, 7, 21),
    birth_place="＝LINSELLES",
    family_status=FamilyStatus.WIDOWED,
    widowhood_date=date(2019, 2, 3),
    room="-012",
    unit="'-1 Les Lilas",
    entry_date=date(2020, 4, 1),
    departure_date=date(2031, 1, 31),
    emails=("+paul@orange.example", "'p.bernard@free.example"),
    guardian=Guardian(
        "-curatelle",
        "@UDAF",
        "=udaf@tutelle.example",
        True,
        POST,
        "+33 3 20 00 00 01",
        "''+33 3 20 00 00 02",
        "＋33 6 12 34 56 78",
        title="-Me",
    ),
    relatives=tuple(
        Relative(f"+Luc{n}", "=Fils", f"-luc{n}@free.example", n == 1, "@M. et Mme", POST, f"'+33 1 0{n}")
        for n in (3, 1, 2)
    ),
    billing=Billing(Policy.ALL_RELATIVES, True, "en", True, date(2024, 5, 6), '-contrat ; "de séjour"'),
)


def exported(database: Path) -> bytes:
    """What the real program writes, byte for byte."""
    running = process(database, "residents", "--show", "everyone", "--format", "csv", text=False)
    written: bytes
    written, _told = running.communicate(timeout=60)
    assert running.returncode == 0
    return written


def kept(database: Path) -> list[Resident]:
    close_store()
    open_store(database)
    return [replace(person, id=0) for person in residents.residents()]


def imported(tuimail: Tuimail, monkeypatch: pytest.MonkeyPatch, path: Path, database: Path) -> Ran:
    close_store()
    monkeypatch.setenv("TUIMAIL_DATABASE", str(database))
    return tuimail("import", str(path), "--json")


def test_a_card_filled_to_the_last_field_comes_back_as_it_was(
    tuimail: Tuimail, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(database)
    home = structures.save_structure(Structure("+Maison", structures.add_association("A").id))
    residents.save_resident(replace(FULL, structure_id=home.id))
    close_store()
    path, other = tmp_path / "r.csv", tmp_path / "other" / "o.sqlite3"
    other.parent.mkdir()

    path.write_bytes(exported(database))
    ran = imported(tuimail, monkeypatch, path, other)

    assert (ran.status, ran.json()[-1]["new"], ran.json()[-1]["refused"]) == (0, 1, 0), ran.out
    assert kept(other) == kept(database) == [FULL]
    close_store()
    assert exported(other) == path.read_bytes()
