"""Import of 10,000 residents and 100,000 invoice lines into an empty database, then the same files again.

    python tests/benchmarks/bench_import.py [residents] [lines] [--xlsx]

Prints wall and CPU time, and the most memory a process ever held: each import runs in one of its own, as the command
does. `--xlsx` writes the invoices as a workbook.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import owner

from tuimail.importing.plan import import_files
from tuimail.store.database import close_store, open_store

HOMES = 12
LINES_EACH = 3
PEOPLE = ("Structure;Code;Titre;Nom;Prénom;Date de naissance;Chambre;Date d'entrée;Email;Mesure de protection;Délégué;"
          "Email tutelle;Tutelle reçoit facture;Proche 1;Lien 1;Email proche 1;Proche 1 reçoit facture")  # fmt: skip
LINES = ("Structure;N° facture;Période;Date facture;Code résident;Nom résident;Rubrique;Libellé;Quantité;Prix unitaire;"
         "Montant H.T;TVA %")  # fmt: skip


def people(count: int) -> Iterator[list[str]]:
    """Residents with an address, a guardian and a relative each."""
    yield PEOPLE.split(";")
    for n in range(count):
        yield [f"EHPAD n° {n % HOMES}", f"R{n:05}", "Mme", f"NOM{n}", f"Hélène{n % 300}", "21/07/1935", str(n % 200),
               "01/04/2020", f"a{n}@orange.example", "Curatelle", f"UDAF {n % 99}", f"udaf{n % 99}@tutelle.example",
               "O", f"Proche {n}", "Fils", f"p{n}@free.example", "O"]  # fmt: skip


def lines(count: int, residents: int) -> Iterator[list[str]]:
    """Invoice lines, a month's invoices of all residents after another's."""
    yield LINES.split(";")
    for n in range(count):
        invoice = n // LINES_EACH
        who, month = invoice % residents, invoice // residents % 12 + 1
        price = 100 + n * 7919 % 9900
        amount = price * 31
        yield [f"EHPAD n° {who % HOMES}", f"{invoice:06}", f"2026-{month:02}", f"28/{month:02}/2026", f"R{who:05}",
               f"NOM{who} Hélène{who % 300}", "Frais de séjour", f"Prestation {n % LINES_EACH}", "31",
               f"{price // 100},{price % 100:02}", f"{amount // 100},{amount % 100:02}", "5,50"]  # fmt: skip


def write(path: Path, rows: Iterator[list[str]]) -> Path:
    """A file of these rows, by its suffix."""
    if path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Factures")
        for row in rows:
            sheet.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="cp1252", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(rows)
    return path


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("residents", type=int, nargs="?", default=10_000)
    parser.add_argument("lines", type=int, nargs="?", default=100_000)
    parser.add_argument("--xlsx", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [write(folder / "residents.csv", people(args.residents))]
        files.append(
            write(folder / ("factures.xlsx" if args.xlsx else "factures.csv"), lines(args.lines, args.residents))
        )
        for what in ("empty database", "again"):
            importing = multiprocessing.get_context("spawn").Process(
                target=measure, args=(what, folder / "tuimail.sqlite3", files)
            )
            importing.start()
            importing.join()


def measure(what: str, database: Path, files: list[Path]) -> None:
    """Import the files and print what it took."""
    open_store(database)
    wall, cpu = time.perf_counter(), time.process_time()
    report = import_files(files, owner=owner())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    done = ", ".join(f"{file.new} new {file.unchanged} unchanged" for file in report.files)
    print(f"{what:15} {wall:6.2f} s  {cpu:6.2f} s CPU  {peak:5.0f} MB   {done}")
    close_store()


if __name__ == "__main__":
    main()
