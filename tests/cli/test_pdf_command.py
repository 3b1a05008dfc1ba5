"""`pdf import` and `pdf held` at the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from cli_harness import INVOICES, PEOPLE, Exports, Tuimail

sys.path.append(str(Path(__file__).parents[1] / "documents"))

from paper import invoice_page, write


def test_every_page_of_a_run_is_told_and_what_is_held_is_status_1(
    tuimail: Tuimail, exports: Exports, tmp_path: Path
) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE))
    tuimail("import", exports.write("f.csv", INVOICES))
    sent = tuimail("invoices", "--period", "2026-10", "--json").events("invoice")
    pages = [invoice_page(row["number"], row["resident"]) for row in sent]
    run = write(tmp_path / "run.pdf", *pages, "Menu")

    first = tuimail("pdf", "import", str(run), "--json")
    again = tuimail("pdf", "import", str(run))
    held = tuimail("pdf", "held", "--json")

    assert first.status == again.status == held.status == 1
    assert [line["state"] for line in first.events("pdf")] == ["matched"] * len(sent) + ["held"]
    assert first.json()[-1]["pages"] == len(sent) + 1
    assert f"{len(sent)} inchangés" in again.out
    assert [line["pages"] for line in held.json()] == [str(len(sent) + 1)]


def test_a_file_that_is_no_pdf_is_told_and_a_month_without_invoices_too(
    tuimail: Tuimail, exports: Exports, tmp_path: Path
) -> None:
    tuimail("import", exports.write("p.csv", PEOPLE))
    nothing = tuimail("pdf", "import", str(write(tmp_path / "a.pdf", "x")))
    tuimail("import", exports.write("f.csv", INVOICES))
    (tmp_path / "b.pdf").write_text("no PDF")
    broken = tuimail("pdf", "import", str(tmp_path / "b.pdf"))
    missing = tuimail("pdf", "import", str(tmp_path / "c.pdf"))

    assert (nothing.status, broken.status, missing.status) == (2, 1, 1)
    assert "n’est pas un PDF" in broken.out
    assert "c.pdf" in missing.out
