"""`tuimail pdf import` and `tuimail pdf held`."""

from __future__ import annotations

from argparse import Namespace

from tuimail.cli.output import say, say_json
from tuimail.config.paths import Paths
from tuimail.domain.brought import Brought, BroughtState, page_ranges
from tuimail.domain.i18n import _
from tuimail.office import Office
from tuimail.store import brought, documents, listing


def import_pdfs(args: Namespace, paths: Paths) -> int:
    """Take PDFs and print the account of every page; 1 if something is held or was refused."""
    with Office(paths) as office:
        account = office.prints.bring(args.sources, args.period)
    if args.json:
        for line in account.as_json():
            say_json(line)
    else:
        for sentence in account.lines():
            say(sentence)
        if account.exit_status:
            say(_("Held PDFs are looked at and confirmed in the application: b on the list of invoices."))
    return account.exit_status


def list_held(args: Namespace, paths: Paths) -> int:
    """Print what waits for a look; 1 if something does."""
    with Office(paths):
        period = args.period or next(reversed(documents.periods()), None)
        items = brought.brought(period, [BroughtState.HELD]) if period else []
        rows = {row.id: row for row in listing.rows([item.document_id for item in items if item.document_id])}
        for item in items:
            row = rows.get(item.document_id or 0)
            whose = f"{row.number} {row.resident}" if row else ""
            if args.json:
                say_json(_as_json(item, row.number if row else "", row.resident if row else ""))
            else:
                say(" · ".join(filter(None, (item.where, whose, item.sentence))))
        if not items and not args.json:
            say(_("No PDF waits for a look."))
    return 1 if items else 0


def _as_json(item: Brought, number: str, resident: str) -> dict[str, str]:
    values = {"event": "pdf", "file": item.source, "pages": page_ranges(item.pages), "state": str(item.state)}
    values |= {"number": number, "resident": resident, "detail": item.sentence, "pdf_sha256": item.sha256}
    return {key: value for key, value in values.items() if value}
