"""CPU time an invoice in a month's run, beside other ways to make the same page, all in one run.

    python tests/benchmarks/bench_documents.py [invoices]

The page has 12 lines under two headings, totals, payment with a QR code and legal text. The plain way is fpdf2 as its
manual shows it: a whole system font (DejaVu where it is installed), `table()`, and segno's own choice of a mask.
reportlab gets a font registered once, its canvas and our QR code's modules; weasyprint one HTML page. Figures vary by a
third between machines and hours: the ratios are what counts.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "documents"))

import segno
from fpdf import FPDF
from sample_pages import RESIDENT, STAY, STRUCTURE, line, printable

from tuimail.documents import bulk
from tuimail.documents.bulk import render_all
from tuimail.documents.cleaning import cleaned
from tuimail.documents.layout import lay_out
from tuimail.documents.payment_code import payment_code
from tuimail.documents.printable import Printable, groups, rates
from tuimail.documents.render import merge, render
from tuimail.documents.typeface import FONTS
from tuimail.domain.money import format_cents, format_rate, format_scaled

LEGAL = "Les prestations d’hébergement sont soumises à la TVA au taux de 5,5 % (article 278-0 bis du CGI). " * 4
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
MM = 72 / 25.4


def invoice(number: int) -> Printable:
    """One of a month's invoices: same home, other resident, other figures."""
    lines = [
        line(f"Prestation du {n + 1:02d}/10/2026", 1 + n % 3, 1250 + n + number, 550, STAY if n < 8 else "Débours")
        for n in range(12)
    ]
    resident = replace(RESIDENT, last_name=f"RÉSIDENT{number:03d}", room=str(number))
    return printable(lines, replace(STRUCTURE, legal_text=LEGAL), resident, number=f"{number:03d}")


def system_fonts() -> tuple[Path, Path]:
    """Regular and bold, whole."""
    if DEJAVU.is_dir():
        return DEJAVU / "DejaVuSans.ttf", DEJAVU / "DejaVuSans-Bold.ttf"
    return FONTS / "NotoSans-Regular.ttf", FONTS / "NotoSans-Bold.ttf"


def rows(item: Printable) -> list[tuple[str, ...]]:
    """The table, totals included."""
    document = item.document
    found: list[tuple[str, ...]] = [("Désignation", "Quantité", "Prix unitaire", "TVA", "Montant HT")]
    for group in groups(document):
        found.append((group.heading, "", "", "", ""))
        found += [
            (
                one.label,
                format_scaled(one.quantity, lang="fr"),
                format_scaled(one.unit_price, 2, lang="fr"),
                format_rate(one.vat_bp, lang="fr"),
                format_cents(one.amount, lang="fr"),
            )
            for one in group.lines
        ]
        found.append(("Sous-total", "", "", "", format_cents(group.net, lang="fr")))
    for tax in rates(document):
        found.append(("TVA", "", "", format_rate(tax.vat_bp, lang="fr"), format_cents(tax.vat, lang="fr")))
    found.append(("Total TTC", "", "", "", format_cents(document.gross, currency=True, lang="fr")))
    return found


def texts(item: Printable) -> tuple[list[str], list[str]]:
    """What stands above and below the table."""
    structure, document = item.structure, item.document
    head = [f"{structure.name}   Facture n° {document.number}", *structure.address.block(), item.resident.name]
    return [*head, document.period.label("fr")], [f"{structure.payment_terms} IBAN {structure.iban}", LEGAL]


def payment(item: Printable) -> str:
    """What the QR code holds."""
    amount = f"EUR{item.document.gross / 100:.2f}"
    return f"BCD\n002\n1\nSCT\n\n{STRUCTURE.legal_name}\n{STRUCTURE.iban}\n{amount}\n\n\n{item.document.number}"


def plain_page(item: Printable) -> bytes:
    """The same content through fpdf2's cells and table."""
    above, below = texts(item)
    pdf = FPDF(format="A4")
    for style, path in zip(("", "B"), system_fonts(), strict=True):
        pdf.add_font("plain", style, path)
    pdf.add_page()
    pdf.set_font("plain", "B", 15)
    pdf.cell(text=above[0], new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("plain", "", 9)
    pdf.multi_cell(0, text="\n".join(above[1:]))
    pdf.ln(8)
    with pdf.table(col_widths=(82, 18, 22, 16, 30), text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT")) as table:
        for row in rows(item):
            table.row(row)
    code = io.BytesIO()
    segno.make(payment(item), error="m").save(code, kind="png", scale=4)
    pdf.image(code, w=28)
    pdf.multi_cell(0, text="\n".join(below))
    return bytes(pdf.output())


def reportlab_page(item: Printable) -> bytes:
    """The same on reportlab's canvas, with the QR code of our page: its own takes longer."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if "plain" not in pdfmetrics.getRegisteredFontNames():
        for name, path in zip(("plain", "bold"), system_fonts(), strict=True):
            pdfmetrics.registerFont(TTFont(name, str(path)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, A4)
    above, below = texts(item)
    y = 280.0
    for position, text in enumerate(above):
        canvas.setFont("plain" if position else "bold", 9 if position else 15)
        canvas.drawString(20 * MM, y * MM, text)
        y -= 5
    canvas.setFont("plain", 9)
    for row in rows(item):
        y -= 5
        canvas.drawString(20 * MM, y * MM, row[0])
        for x, text in zip((121, 144, 159, 188), row[1:], strict=True):
            canvas.drawRightString(x * MM, y * MM, text)
        canvas.line(20 * MM, (y - 1) * MM, 190 * MM, (y - 1) * MM)
    code = payment_code(payment(item))
    module = 28 * MM / len(code)
    path = canvas.beginPath()
    for down, modules in enumerate(code):
        for across, dark in enumerate(modules):
            if dark:
                path.rect(20 * MM + across * module, (y - 4) * MM - down * module, module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    y -= 40
    for text in below:
        for part in simpleSplit(text, "plain", 9, 170 * MM):
            canvas.drawString(20 * MM, y * MM, part)
            y -= 4
    canvas.save()
    return buffer.getvalue()


def weasyprint_page(item: Printable) -> bytes:
    """The same as HTML."""
    from html import escape

    from weasyprint import HTML

    above, below = texts(item)
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows(item))
    code = segno.make(payment(item), error="m").svg_inline(scale=2)
    body = "".join(f"<div>{escape(text)}</div>" for text in above) + f"<table>{cells}</table>{code}"
    body += "".join(f"<p>{escape(text)}</p>" for text in below)
    style = "@page{size:A4;margin:2cm}body{font:9pt sans-serif}td{border-bottom:.1mm solid #ccc}table{width:100%}"
    return bytes(HTML(string=f"<style>{style}</style>{body}").write_pdf())


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
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    items = [invoice(number) for number in range(count)]
    few = items[: max(count // 5, 5)]
    ours = milliseconds(render, items)
    engines: list[tuple[str, Callable[[Printable], bytes], list[Printable]]] = [
        ("fpdf2 as its manual shows", plain_page, few),
        ("reportlab", reportlab_page, items),
        ("weasyprint", weasyprint_page, few),
    ]
    print(f"{'engine':<34} {'ms CPU':>7} {'kB':>6}  beside tuimail")
    print(f"{'tuimail':<34} {ours:7.1f} {len(render(items[0])) / 1000:6.1f}")
    for name, make, chosen in engines:
        try:
            taken = milliseconds(make, chosen)
        except (ImportError, OSError):
            print(f"{name:<34} not installed")
            continue
        print(f"{name:<34} {taken:7.1f} {len(make(items[0])) / 1000:6.1f}  {taken / ours:.1f} times")
    laid_out = milliseconds(lambda item: lay_out(cleaned(item)), items)
    start = time.process_time()
    merged = merge(items)
    together = (time.process_time() - start) * 1000 / len(items)
    print(f"{'  of which layout':<34} {laid_out:7.1f}")
    print(f"{'merge(), a document':<34} {together:7.1f} {len(merged) / 1000 / len(items):6.1f}")
    many = [invoice(number) for number in range(max(count * 5, 1000))]
    for name, worth in (("one process", len(many) + 1), ("two processes", 0)):
        bulk.WORTH_IT = worth
        start = time.perf_counter()
        for _item, _content in render_all(many, len(many)):
            pass
        taken = time.perf_counter() - start
        print(f"{len(many)} invoices, {name:<20} {taken:6.1f} s elapsed, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
