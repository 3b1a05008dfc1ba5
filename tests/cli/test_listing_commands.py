"""`invoices`, `journal`, `render`: the same facts for people, spreadsheets and programs."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from cli_harness import CARON, INVOICE_OF_CARON, INVOICES, PEOPLE, Exports, MailServer, Tuimail, process

from tuimail.domain.events import Event, EventKind
from tuimail.store import journal
from tuimail.store.database import close_store, open_store

SEND = ("send", "--period", "2026-10", "--yes", "--json")
OCTOBER = ("invoices", "--period", "2026-10")


def test_the_list_says_where_each_invoice_stands(tuimail: Tuimail, ready: MailServer, exports: Exports) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE + CARON), exports.write("f.csv", INVOICES + INVOICE_OF_CARON))
    tuimail(*SEND, "--number", "021")

    lines = {line["number"]: line for line in tuimail(*OCTOBER, "--json").json()}
    table = tuimail(*OCTOBER).out

    assert {number: line["state"] for number, line in lines.items()} == {
        "020": "unsent",
        "021": "sent",
        "022": "unsent",
    }
    assert lines["020"] == {
        "event": "invoice",
        "number": "020",
        "period": "2026-10",
        "structure": "Maison",
        "heading": "Frais de séjour",
        "resident": "ANTOINE Monique",
        "recipient": "monique.antoine@orange.example, udaf@tutelle.example",
        "state": "unsent",
        "net": 2008.8,
        "delivered": 0,
        "addresses": 2,
    }
    assert lines["022"]["detail"] == "aucune adresse"
    assert datetime.fromisoformat(lines["021"]["at"]).tzinfo is not None
    (sent,) = (line for line in table.splitlines() if line.startswith("021"))
    assert sent.split()[1:4] == ["BOUCHER", "Émile", "envoyée"]
    assert "2 008,80" in sent
    assert "octobre 2026 : 3 en tout, 1 à envoyer, 1 envoyées, 0 à problème, 1 sans adresse" in table


def test_the_list_can_be_of_what_is_sent_or_not(tuimail: Tuimail, ready: MailServer) -> None:
    tuimail(*SEND, "--number", "021")

    assert [line["number"] for line in tuimail(*OCTOBER, "--sent", "--json").json()] == ["021"]
    assert [line["number"] for line in tuimail(*OCTOBER, "--unsent", "--json").json()] == ["020"]
    assert tuimail(*OCTOBER, "--structure", "Maison", "--json").out.count("\n") == 2
    assert tuimail(*OCTOBER, "--sent", "--unsent").status == 2
    assert "Aucune facture pour janvier 2026" in tuimail("invoices", "--period", "2026-01").out


def test_the_journal_is_the_same_in_its_three_formats(tuimail: Tuimail, ready: MailServer, database: Path) -> None:
    tuimail(*SEND)

    lines = tuimail("journal", "--format", "json").json()
    table = tuimail("journal").out.splitlines()
    printed = process(database, "journal", "--format", "csv", text=False).communicate(timeout=30)[0]

    assert printed.startswith(b"\xef\xbb\xbfDate;")
    assert printed.endswith(b"\r\n")
    title, *rows = csv.reader(printed.decode("utf-8-sig").splitlines(), delimiter=";")
    assert len(rows) == len(table) == len(lines)
    index = {name: position for position, name in enumerate(title)}
    for row, line in zip(rows, lines, strict=True):
        assert row[index["N°"]] == line.get("number", "")
        assert row[index["Destinataire"]] == line.get("recipient", "")
        assert row[index["Message-ID"]] == line.get("message_id", "")
        assert datetime.strptime(row[0], "%d/%m/%Y %H:%M:%S").astimezone() == datetime.fromisoformat(
            line["at"]
        ).replace(microsecond=0)
    assert "udaf@tutelle.example" in "".join(table)


def test_the_journal_of_a_month_leaves_the_rest_out(tuimail: Tuimail, ready: MailServer) -> None:
    tuimail(*SEND)

    october = tuimail("journal", "--period", "2026-10", "--format", "json").json()

    assert {line["period"] for line in october} == {"2026-10"}
    assert len(october) == 6
    assert not tuimail("journal", "--period", "2026-09").out


def append(database: Path, **values: str) -> None:
    open_store(database)
    journal.append([Event(EventKind.FAILED, datetime(2026, 11, 2, 9, 0, tzinfo=UTC), **values)])
    close_store()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_of_the_csv_is_a_formula(tuimail: Tuimail, database: Path, start: str) -> None:
    append(database, resident=f"{start}HYPERLINK(0)", detail="a;b")

    out = process(database, "journal", "--format", "csv", text=False).communicate(timeout=30)[0].decode("utf-8-sig")

    cells = next(row for row in csv.reader(out.splitlines(keepends=True), delimiter=";") if "a;b" in row)
    assert f"'{start}HYPERLINK(0)" in cells


def test_a_reply_cannot_move_the_cursor(tuimail: Tuimail, database: Path) -> None:
    append(database, resident="A\u202eB", reply="550 \x1b[2Jgone\r\n550 there")

    table = tuimail("journal").out

    assert "550 ?[2Jgone 550 there" in table
    assert "A?B" in table


def test_render_writes_one_pdf_or_a_folder(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    one, folder = tmp_path / "october.pdf", tmp_path / "october"

    first = tuimail("render", "--period", "2026-10", "--out", str(one))
    second = tuimail("render", "--period", "2026-10", "--out", str(folder))

    assert (first.status, second.status) == (0, 0)
    assert "2 documents écrits dans" in first.out
    assert len(pypdf.PdfReader(one).pages) == 2
    assert sorted(path.name for path in folder.iterdir()) == [
        "Facture 020 - ANTOINE Monique - octobre 2026.pdf",
        "Facture 021 - BOUCHER Émile - octobre 2026.pdf",
    ]


def test_render_refuses_a_place_that_cannot_be_written(tuimail: Tuimail, ready: MailServer, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    ran = tuimail("render", "--period", "2026-10", "--out", str(tmp_path / "taken"))

    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert (tmp_path / "taken").read_text() == "a file"
