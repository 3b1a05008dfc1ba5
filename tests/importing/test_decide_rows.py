"""A row that may mean several residents is refused, until the operator says whom it means."""

from __future__ import annotations

from pathlib import Path

from builders import owner
from import_samples import import_, line, lines_file, people_file, person

from tuimail.importing.plan import Wishes, import_files
from tuimail.importing.report import ImportReport
from tuimail.store import documents, residents


def run(path: Path, sha256: str = "", **decisions: int) -> ImportReport:
    lines = {int(name[1:]): who for name, who in decisions.items()}
    return import_files([path], owner=owner(), wishes=Wishes(decisions={sha256: lines}))


def homonyms(folder: Path) -> None:
    import_(people_file(folder, person("R1", "PETIT", "Jean"), person("R2", "PETIT", "Jean")))


def test_homonyms_of_an_invoice_are_told_then_chosen(store: Path, tmp_path: Path) -> None:
    homonyms(tmp_path)
    path = lines_file(tmp_path, line(code="", name="PETIT Jean"), line(code="", name="PETIT Jean", label="B"))

    (file,) = run(path).files
    (refusal,) = file.undecided
    assert [choice.label.split(", ")[1] for choice in refusal.choices] == ["R1", "R2"]

    (file,) = run(path, file.sha256, l2=refusal.choices[1].resident_id).files
    assert file.counts == (1, 0, 0, 0)
    assert documents.document(1).resident_id == refusal.choices[1].resident_id


def test_a_namesake_with_another_code_may_be_somebody_new(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("R1", "PETIT", "Jean")))
    path = people_file(tmp_path, person("R7", "PETIT", "Jean"), name="more.csv")

    (file,) = run(path).files
    assert [choice.resident_id for choice in file.undecided[0].choices] == [residents.residents()[0].id, 0]

    run(path, file.sha256, l2=0)
    assert [p.code for p in residents.residents()] == ["R1", "R7"]


def test_or_the_same_person_whose_code_has_changed(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("R1", "PETIT", "Jean")))
    path = people_file(tmp_path, person("R7", "PETIT", "Jean"), name="more.csv")
    (file,) = run(path).files

    run(path, file.sha256, l2=residents.residents()[0].id)

    assert [p.code for p in residents.residents()] == ["R7"]


def test_a_code_used_by_two_people_is_asked_about(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("R1", "PETIT", "Jean")))
    path = people_file(tmp_path, person("R1", "MARTIN", "Odette"), name="more.csv")

    (file,) = run(path).files
    assert file.counts == (0, 0, 0, 1)
    (choice,) = file.undecided[0].choices

    # Married since: it is the same person.
    run(path, file.sha256, l2=choice.resident_id)
    assert [p.name for p in residents.residents()] == ["MARTIN Odette"]


def test_nobody_but_those_who_may_be_meant_can_be_chosen(store: Path, tmp_path: Path) -> None:
    homonyms(tmp_path)
    import_(people_file(tmp_path, person("R9", "DELMAS", "Odette")))
    other = next(p.id for p in residents.residents() if p.code == "R9")
    path = lines_file(tmp_path, line(code="", name="PETIT Jean"))
    (file,) = run(path).files

    assert run(path, file.sha256, l2=other).files[0].counts == (0, 0, 0, 1)


def test_numbers_of_others_are_counted_together(store: Path, tmp_path: Path) -> None:
    import_(people_file(tmp_path, person("R1"), person("R2", "CARON", "Lucie")))
    import_(lines_file(tmp_path, line("001"), line("002")))
    again = lines_file(
        tmp_path, line("001", code="R2", name="CARON Lucie"), line("002", code="R2", name="CARON Lucie"), name="g.csv"
    )

    (file,) = run(again).files

    assert file.taken_numbers == 2
    assert next(iter(file.notes())).startswith("2 numéros de cette année")
