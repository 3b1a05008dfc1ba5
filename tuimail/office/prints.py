"""A document's PDF wherever it comes from: brought from elsewhere, kept as it was sent, or made now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.domain.billing import KeptFile
from tuimail.domain.brought import Account, Brought, BroughtState, Doubt, FileAccount, Outcome, Taken
from tuimail.domain.errors import BadFile, BadInput, DocumentError
from tuimail.domain.i18n import _
from tuimail.domain.mail import DeliveryState
from tuimail.domain.periods import Period
from tuimail.store import brought, documents, listing, outbox
from tuimail.store.database import in_writer
from tuimail.store.pinned import pinned

if TYPE_CHECKING:
    from tuimail.documents.bringing import ReadFile
    from tuimail.documents.pdf_reader import PdfReader
    from tuimail.office import Office

Progress = Callable[[int, int], None]
_ARRIVED = (DeliveryState.SENT, DeliveryState.UNCERTAIN)


class Prints:
    """What an office does with PDFs that are there already."""

    def __init__(self, office: Office) -> None:
        self._office = office

    # Bringing

    def read(self, sources: Sequence[Path], period: Period | None, progress: Progress | None = None) -> ReadFiles:
        """Read files and folders, and find whose their pages are among a month's documents (the newest's if None).

        Nothing is kept yet. Raises BadInput where there is no document, BadFile where there is no PDF.
        """
        from tuimail.documents.bringing import files_of, read_files
        from tuimail.documents.pdf_reader import PdfReader

        month = period or next(reversed(documents.periods()), None)
        expected = brought.expected(month) if month else []
        if month is None or not expected:
            raise BadInput(
                _("There is no document of {period} that a PDF could be of.").format(
                    period=month.label() if month else _("any month")
                ),
                _("Import the month's invoices first: tuimail import FILE."),
            )
        with PdfReader() as reader:
            return ReadFiles(month, read_files(files_of(sources), expected, reader, progress))

    def keep(self, found: ReadFiles, progress: Progress | None = None) -> Account:
        """Keep what was read, each file in one transaction, and give the account of every page."""
        from tuimail.documents.pdf_reader import PdfReader

        accounts = []
        self._office.library.check_writable()
        with PdfReader() as reader:
            for done, item in enumerate(found.files, 1):
                accounts.append(self._keep(item, found.period, reader))
                if progress is not None:
                    progress(done, len(found.files))
        ids = list(listing.index(found.period).ids)
        without = len(ids) - len({*brought.used(ids), *brought.held_for(ids)})
        return Account(found.period, tuple(accounts), without)

    def bring(self, sources: Sequence[Path], period: Period | None = None) -> Account:
        """Read and keep at once."""
        return self.keep(self.read(sources, period))

    def bring_named(self, wanted: Mapping[int, Path], progress: Progress | None = None) -> list[Account]:
        """Read and keep the PDFs that an import names for its documents (by id); an account for each month.

        The text must say so too, as of any other PDF. A file that is named for several documents is a print run.
        """
        from tuimail.documents.bringing import read_files
        from tuimail.documents.pdf_reader import PdfReader

        times = Counter(wanted.values())
        months: dict[Period, dict[Path, int | None]] = defaultdict(dict)
        for document_id, period in brought.periods_of(wanted).items():
            path = wanted[document_id]
            months[period][path] = document_id if times[path] == 1 else None
        accounts = []
        for period, files in sorted(months.items()):
            meant = {path: document_id for path, document_id in files.items() if document_id is not None}
            with PdfReader() as reader:
                read = read_files(list(files), brought.expected(period), reader, progress, meant)
            accounts.append(self.keep(ReadFiles(period, read)))
        return accounts

    def _keep(self, item: ReadFile, period: Period, reader: PdfReader) -> FileAccount:
        from tuimail.documents.bringing import keep

        if item.refused is not None:
            return FileAccount(item.path.name, refused=str(item.refused))
        known = brought.known_parts(item.sha256, period)
        new, old = [], []
        for found in item.found:
            before = known.get(tuple(page + 1 for page in found.pages))
            same = before and (before.state is not BroughtState.HELD or before.document_id == found.document_id)
            if before and same:
                old.append(before)
            else:
                new.append(found)
        try:
            kept = keep(item, new, period, self._office.library.folder, reader) if new else []
        except BadFile as refused:
            return FileAccount(item.path.name, refused=str(refused))
        taken = brought.take(kept, self._office.owner, datetime.now(UTC)) if kept else []
        return FileAccount(item.path.name, item.pages, (*_unchanged(old), *taken))

    # Deciding

    async def confirm(self, brought_id: int, document_id: int) -> Brought:
        """Someone has looked: it is this document's."""
        return await in_writer(brought.confirm, brought_id, document_id, self._office.owner, datetime.now(UTC))

    async def put_aside(self, brought_id: int) -> Brought:
        """Someone has looked: it is nobody's."""
        return await in_writer(brought.put_aside, brought_id, self._office.owner, datetime.now(UTC))

    async def hold_again(self, brought_id: int) -> Brought:
        """Take a decision back."""
        return await in_writer(brought.hold_again, brought_id, self._office.owner, datetime.now(UTC))

    # Looking and sending

    def kept(self, document_ids: Iterable[int]) -> tuple[dict[int, KeptFile], dict[int, str]]:
        """Of these documents, those whose PDF was brought: the file that is sent, or why it cannot be."""
        from tuimail.documents.naming import readable_name

        used = brought.used(document_ids)
        files: dict[int, KeptFile] = {}
        failed: dict[int, str] = {}
        for item in self._office.printables(sorted(used)):
            document_id = item.document.id
            of = used[document_id]
            try:
                self._office.library.read(of.path, of.sha256)
            except DocumentError as error:
                failed[document_id] = _("{what} Bring it again.").format(what=error.sentence)
            else:
                files[document_id] = KeptFile(of.path, readable_name(item), of.sha256, of.size)
        return files, failed

    def content(self, document_id: int, *, held: bool = False) -> bytes:
        """The PDF of a document as a family got it, or would: as it was sent or posted, brought, or made now.

        `held`: also one that waits for a look, for who looks. Without the resident's password: this is for the home's
        own eyes. Raises DocumentError, BadInput where it waits.
        """
        from tuimail.documents.protection import unlocked
        from tuimail.documents.render import render

        sent = [d for d in outbox.deliveries(document_id=document_id) if d.state in _ARRIVED]
        (printable,) = self._office.printables([document_id])
        left = pinned([document_id]).get(document_id)
        kept_as = [(left.path, left.sha256)] if left else []
        kept_as += [(d.pdf_path, d.pdf_sha256) for d in sent]
        with suppress(DocumentError):
            if kept_as:
                kept = self._office.library.read(*kept_as[-1])
                return unlocked(kept, printable.resident.pdf_password)
        waiting = brought.held_for([document_id])
        unsure = any(item.doubt is not Doubt.UNPROTECTED for item in waiting.values())
        if unsure and not held:
            raise BadInput(
                _("The PDF of {number} waits for someone to look at it.").format(
                    number=documents.document(document_id).number
                ),
                _("Look at it and confirm it first: it is on the list of PDFs that were brought."),
            )
        found = waiting or brought.used([document_id])
        if found:
            item = found[document_id]
            return self._office.library.read(item.path, item.sha256)
        return render(printable.unlocked)

    def brought_content(self, brought_id: int) -> bytes:
        """A PDF that was brought."""
        item = brought.one(brought_id)
        return self._office.library.read(item.path, item.sha256)

    # To paper and to files

    def export(self, document_ids: Sequence[int], out: Path, progress: Progress | None = None) -> int:
        """Write these documents as one PDF (`out` ends in .pdf) or as a folder of PDFs; how many there were.

        Those that were sent or brought are written as they are kept. `progress` is told how many of how many are done.
        Raises DocumentError, BadInput.
        """
        from tuimail.documents.gathering import write_file, write_folder
        from tuimail.documents.library import export
        from tuimail.documents.naming import readable_name

        if not self._kept_somewhere(document_ids):
            return export(self._office.printables(document_ids), out, progress)
        if out.suffix.lower() == ".pdf":
            write_file(list(map(self.content, _telling(document_ids, progress))), out)
            return len(document_ids)
        items = zip(self._office.printables(document_ids), _telling(document_ids, progress), strict=True)
        return write_folder(((readable_name(item), self.content(key)) for item, key in items), out)

    def print_out(
        self, document_ids: Sequence[int], title: str, printer: str = "", progress: Progress | None = None
    ) -> str:
        """Send these documents to a printer, one job in their order; what the system answered. Errors as `export`."""
        from tuimail.documents.gathering import merged
        from tuimail.documents.printer import print_out
        from tuimail.documents.render import merge

        if not document_ids:
            raise DocumentError(_("There is no document to print."), _("Choose another period or structure."))
        if self._kept_somewhere(document_ids):
            content = merged(list(map(self.content, _telling(document_ids, progress))))
        else:
            content = merge(self._office.printables(document_ids), title, progress)
        return print_out(content, title, printer)

    def printers(self) -> list[str]:
        """The printers of this machine, the default one first."""
        from tuimail.documents.printer import printers

        return printers()

    @staticmethod
    def _kept_somewhere(document_ids: Sequence[int]) -> bool:
        left = documents.last_sent(document_ids) or pinned(document_ids)
        return bool(left or brought.used(document_ids) or brought.held_for(document_ids))


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files that were read for a month."""

    period: Period
    files: Sequence[ReadFile]

    @property
    def pages(self) -> int:
        """Pages of all files that could be read."""
        return sum(item.pages for item in self.files)


def _telling(ids: Sequence[int], progress: Progress | None) -> Iterator[int]:
    """The same, and tell how many of them are done each time the next one is asked for."""
    for done, key in enumerate(ids, 1):
        yield key
        if progress is not None:
            progress(done, len(ids))


def _unchanged(items: Sequence[Brought]) -> list[Taken]:
    ids = [item.document_id for item in items if item.document_id]
    rows = {row.id: row for row in listing.rows(ids)}
    told = []
    for item in items:
        row = rows.get(item.document_id or 0)
        number, resident = (row.number, row.resident) if row else ("", "")
        held = item.state is BroughtState.HELD
        outcome = Outcome.HELD if held else Outcome.UNCHANGED
        told.append(Taken(item.source, item.pages, outcome, number, resident, item.sentence if held else ""))
    return told
