"""The three sample exports go in with no option at all, to counts and sums made apart from the program."""

from __future__ import annotations

import csv
import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from import_samples import OCTOBER, RESIDENTS, SEPTEMBER, counts, import_

from tuimail.domain.billing import Document, DocumentKind
from tuimail.domain.events import EventKind
from tuimail.domain.periods import Period
from tuimail.importing.report import ImportReport
from tuimail.store import documents, journal, residents, structures
from tuimail.store.tables.billing import DocumentRow, ImportRunRow

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def samples(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Residents, October and September, in a folder of their own: refused rows are written beside them."""
    return tuple(Path(shutil.copy(path, tmp_path)) for path in (RESIDENTS, OCTOBER, SEPTEMBER))  # type: ignore[return-value]


def stored(period: str) -> list[Document]:
    query = DocumentRow.select(DocumentRow.id).where(DocumentRow.period == Period.parse(period))
    return documents.documents([row.id for row in query.order_by(DocumentRow.structure, DocumentRow.number)])


def october() -> list[list[str]]:
    with OCTOBER.open(encoding="cp1252", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))[1:]


def september() -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(SEPTEMBER, read_only=True).active.iter_rows(values_only=True))[1:]


def test_residents_go_in_with_their_homes(samples: tuple[Path, Path, Path]) -> None:
    report = import_(samples[0])
    assert counts(report) == [(144, 0, 0, 0)]
    assert report.structures == ("EHPAD Les Tilleuls", "EHPAD Saint-Éloi", "Résidence autonomie L'Œillet")
    with RESIDENTS.open(encoding="cp1252", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    names = {s.id: s.name for s in structures.structures()}
    found = residents.residents()
    assert Counter(names[r.structure_id] for r in found) == Counter(row["Structure"] for row in rows)
    assert {(r.code, r.last_name, r.first_name, r.room) for r in found} == {
        (row["Code"], row["Nom"], row["Prénom"], row["Chambre"]) for row in rows
    }
    assert sum(bool(r.emails) for r in found) == sum(bool(row["Email"]) for row in rows)
    assert sum(r.guardian is not None for r in found) == sum(bool(row["Mesure de protection"]) for row in rows)
    assert sum(len(r.relatives) for r in found) == sum(bool(row["Proche 1"]) + bool(row["Proche 2"]) for row in rows)
    assert len(structures.associations()) == 1


def test_october_goes_in_to_the_cent(samples: tuple[Path, Path, Path]) -> None:
    import_(samples[0])
    assert counts(import_(samples[1])) == [(139, 0, 0, 0)]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in october():
        sums[row[1]] += Decimal(row[10].replace("\u00a0", "").replace(",", "."))
    found = stored("2026-10")
    assert {d.number: Decimal(d.net) / 100 for d in found} == sums
    assert sum(d.net for d in found) == 28_855_652
    assert sum(len(d.lines) for d in found) == len(october()) == 447
    assert {d.kind for d in found} == {DocumentKind.INVOICE}
    assert all(d.gross == d.net + d.vat and d.heading == d.lines[0].heading for d in found)


def test_september_goes_in_from_its_sheet_to_the_cent(samples: tuple[Path, Path, Path]) -> None:
    import_(samples[0])
    assert counts(import_(samples[2])) == [(141, 0, 0, 0)]
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for row in september():
        sums[row[1]] += Decimal(str(row[10]))
    found = stored("2026-09")
    assert {d.number: Decimal(d.net) / 100 for d in found} == sums
    assert sum(d.net for d in found) == 27_859_912
    assert sum(len(d.lines) for d in found) == len(september()) == 445
    assert min(sums) == "001"


def test_all_three_at_once_refuse_only_the_numbers_that_serve_twice(samples: tuple[Path, Path, Path]) -> None:
    """In the samples 18 invoices of September have the number of one of October in the same home."""
    twice = {(row[0], row[1]) for row in october()} & {(row[0], row[1]) for row in september()}
    lines = [n for n, row in enumerate(september(), 2) if (row[0], row[1]) in twice]
    assert (len(twice), len(lines)) == (18, 53)
    report = import_(*reversed(samples[1:]), samples[0])
    assert [file.path.name for file in report.files] == [
        "residents.csv",
        "factures-2026-09.xlsx",
        "factures-2026-10.csv",
    ]
    again = sum((row[0], row[1]) in twice for row in october())
    assert counts(report) == [(144, 0, 0, 0), (141, 0, 0, 0), (121, 0, 0, again)]
    assert (report.files[2].refused_invoices, report.exit_status) == (18, 1)
    assert (len(stored("2026-09")), len(stored("2026-10"))) == (141, 121)


def test_october_first_refuses_them_in_september(samples: tuple[Path, Path, Path]) -> None:
    twice = {(row[0], row[1]) for row in october()} & {(row[0], row[1]) for row in september()}
    report = import_(*samples)
    assert counts(report) == [(144, 0, 0, 0), (139, 0, 0, 0), (123, 0, 0, 53)]
    assert [refusal.line for refusal in report.files[2].refused] == [
        n for n, row in enumerate(september(), 2) if (row[0], row[1]) in twice
    ]


def test_the_same_files_again_change_nothing_and_say_so(english: None, samples: tuple[Path, Path, Path]) -> None:
    first = import_(*samples[:2])
    before = (residents.residents(), stored("2026-10"), ImportRunRow.select().count())
    again = import_(*samples[:2])
    assert counts(again) == [(0, 0, 144, 0), (0, 0, 139, 0)]
    assert (again.structures, again.exit_status) == ((), 0)
    assert before == (residents.residents(), stored("2026-10"), ImportRunRow.select().count())
    assert "residents.csv: nothing new, the 144 residents are already so." in again.lines()
    assert first.lines() != again.lines()


def test_a_dry_run_tells_what_the_import_will_and_keeps_nothing(samples: tuple[Path, Path, Path]) -> None:
    def told(report: ImportReport) -> list[object]:
        return [(f.counts, f.refused, f.refused_invoices) for f in report.files] + [report.structures]

    rehearsed = import_(*samples, dry_run=True)
    assert structures.associations() == []
    assert residents.residents() == []
    assert list(journal.events()) == []
    assert not list(samples[0].parent.glob("*-refuses.csv"))
    assert told(rehearsed) == told(import_(*samples))


def test_the_journal_and_the_runs_remember_each_file(english: None, samples: tuple[Path, Path, Path]) -> None:
    report = import_(*samples[:2])
    events = list(journal.events(kinds=[EventKind.IMPORTED]))
    assert [(e.operator, e.host) for e in events] == [("virginie", "bureau")] * 2
    assert events[0].detail.startswith("residents.csv: 144 new residents")
    runs = [
        (r.file_name, r.sha256, r.subject, r.new, r.refused) for r in ImportRunRow.select().order_by(ImportRunRow.id)
    ]
    assert runs == [
        ("residents.csv", report.files[0].sha256, "residents", 144, 0),
        ("factures-2026-10.csv", report.files[1].sha256, "invoices", 139, 0),
    ]
    import_(*samples[:2])
    assert len(list(journal.events(kinds=[EventKind.IMPORTED]))) == 4


def test_invoices_before_their_residents_are_refused_with_the_next_step(
    english: None, samples: tuple[Path, Path, Path]
) -> None:
    report = import_(samples[1])
    assert counts(report) == [(0, 0, 0, 447)]
    assert report.structures == ()
    assert report.files[0].refused_invoices == 139
    assert report.files[0].refused[0].problems[0].reason == (
        "no resident is known by that code or name; import the residents first"
    )
