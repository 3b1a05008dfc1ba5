"""CPU time a PDF, beside the page that fpdf2 makes when asked the plain way, in the same run.

    python tests/benchmarks/bench_documents.py [rounds]

The plain way: a whole system font (DejaVu where it is installed) and `table()`. The page has 12 lines, totals, payment
and legal text in both. Figures vary by a third between machines and hours: the ratio is what counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "documents"))

from fpdf import FPDF
from sample_pages import RESIDENT, STAY, STRUCTURE, line, printable

from tuimail.documents.cleaning import cleaned
from tuimail.documents.layout import lay_out
from tuimail.documents.printable import Printable, groups, rates
from tuimail.documents.render import merge, render
from tuimail.documents.typeface import FONTS
from tuimail.domain.money import format_cents, format_rate, format_scaled

LEGAL = "Les prestations d’hébergement sont soumises à la TVA au taux de 5,5 % (article 278-0 bis du CGI). " * 4
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


def invoice(number: int) -> Printable:
    """One of a month's invoices: same home, other resident, other figures."""
    lines = [
        line(f"Prestation du {n + 1:02d}/10/2026", 1 + n % 3, 1250 + n + number, 550, STAY if n < 8 else "Débours")
        for n in range(12)
    ]
    resident = replace(RESIDENT, last_name=f"RÉSIDENT{number:03d}", room=str(number))
    return printable(lines, replace(STRUCTURE, legal_text=LEGAL), resident, number=f"{number:03d}")


def plain_page(item: Printable) -> bytes:
    """The same content through fpdf2's cells and table."""
    regular, bold = FONTS / "NotoSans-Regular.ttf", FONTS / "NotoSans-Bold.ttf"
    if DEJAVU.is_dir():
        regular, bold = DEJAVU / "DejaVuSans.ttf", DEJAVU / "DejaVuSans-Bold.ttf"
    structure, document = item.structure, item.document
    pdf = FPDF(format="A4")
    pdf.add_font("plain", "", regular)
    pdf.add_font("plain", "B", bold)
    pdf.add_page()
    pdf.set_font("plain", "B", 15)
    pdf.cell(text=f"{structure.name}   Facture n° {document.number}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("plain", "", 9)
    pdf.multi_cell(0, text="\n".join([*structure.address.block(), item.resident.name, document.period.label("fr")]))
    pdf.ln(8)
    with pdf.table(col_widths=(82, 18, 22, 16, 30), text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT")) as table:
        table.row(("Désignation", "Quantité", "Prix unitaire", "TVA", "Montant HT"))
        for group in groups(document):
            table.row((group.heading, "", "", "", ""))
            for one in group.lines:
                table.row(
                    (
                        one.label,
                        format_scaled(one.quantity, lang="fr"),
                        format_scaled(one.unit_price, 2, lang="fr"),
                        format_rate(one.vat_bp, lang="fr"),
                        format_cents(one.amount, lang="fr"),
                    )
                )
            table.row(("Sous-total", "", "", "", format_cents(group.net, lang="fr")))
        for tax in rates(document):
            table.row(("TVA", "", "", format_rate(tax.vat_bp, lang="fr"), format_cents(tax.vat, lang="fr")))
        table.row(("Total TTC", "", "", "", format_cents(document.gross, currency=True, lang="fr")))
    pdf.multi_cell(0, text=f"{structure.payment_terms}\nIBAN {structure.iban}\n{structure.legal_text}")
    return bytes(pdf.output())


def milliseconds(make: Callable[[Printable], object], items: list[Printable]) -> float:
    """CPU time of one call, after a warm-up."""
    for item in items[:3]:
        make(item)
    start = time.process_time()
    for item in items:
        make(item)
    return (time.process_time() - start) * 1000 / len(items)


def main() -> None:
    """Print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    items = [invoice(number) for number in range(rounds)]
    plain = milliseconds(plain_page, items)
    ours = milliseconds(render, items)
    laid_out = milliseconds(lambda item: lay_out(cleaned(item)), items)
    start = time.process_time()
    merged = merge(items)
    together = (time.process_time() - start) * 1000 / len(items)
    print(
        f"plain fpdf2, {'DejaVu' if DEJAVU.is_dir() else 'Noto'} and table()  {plain:7.1f} ms  "
        f"{len(plain_page(items[0])) / 1000:6.1f} kB"
    )
    print(
        f"render()                       {ours:7.1f} ms  {len(render(items[0])) / 1000:6.1f} kB   "
        f"{plain / ours:.1f} times faster"
    )
    print(f"  of which layout              {laid_out:7.1f} ms")
    print(f"merge(), a document            {together:7.1f} ms  {len(merged) / 1000 / len(items):6.1f} kB")


if __name__ == "__main__":
    main()
