"""The import desk: the files, and what each seems to be."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.periods import Period, format_moment
from tuimail.store.database import in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.imports import IMPORT_FILES
from tuimail.ui.ending import end
from tuimail.ui.import_job import JobFile
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import Question, told
from tuimail.ui.screens.import_step import ImportStep
from tuimail.ui.screens.leaving import Leaving
from tuimail.ui.screens.paths import AskPath, shortened
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.import_words import contents, read_as, with_step
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import Styled, TableColumn
from tuimail.ui.work import start

_RED = Style(color="red", bold=True)


class ImportFiles(ImportStep, Leaving[bool]):
    """Files are added, looked at, checked together; the last import can be undone here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT_FILES)

    def content(self) -> ComposeResult:
        """The files, what is wrong with the one under the cursor, what goes for all."""
        yield Lines(id="counts")
        yield RowList(id="files", cell_padding=0)
        yield Prose("", id="guide")
        yield Prose("", id="about-file")
        yield Lines(2, id="for-all")

    def on_mount(self) -> None:
        """Without a file, ask for one at once."""
        self.tell_place(_("files"))
        self.query_one(RowList).focus()
        self._show()
        if not self.job.files:
            self.action_add()

    def on_resize(self) -> None:
        """Columns follow the width."""
        self.query_one(RowList).set_columns(
            (
                TableColumn("name", _("File"), 30, gap=1, flexible=True),
                TableColumn("what", _("Holds"), 24, gap=1),
                TableColumn("how", _("Read as"), 22),
            )
        )

    @property
    def _current(self) -> JobFile | None:
        key = self.query_one(RowList).current_key
        return self.job.files[int(key)] if key is not None and int(key) < len(self.job.files) else None

    def _show(self, row: int | None = None) -> None:
        files = self.job.files
        rows = []
        for number, item in enumerate(files):
            what: str | Styled = contents(item.found) if item.found else ""
            if item.error:
                what = Styled(_("to be corrected") if item.found else _("cannot be read"), _RED)
            how = read_as(item.found) if item.found else ""
            rows.append((str(number), {"name": item.file.path.name, "what": what, "how": how}))
        table = self.query_one(RowList)
        table.display = bool(files)
        table.show_rows(rows, row)
        guide = self.query_one("#guide", Prose)
        guide.display = not files
        guide.update(
            _("No file chosen yet.")
            + "\n\n"
            + _("CSV, TSV, XLSX or ODS, as the billing software writes them; residents and invoices together.")
            + "\n\n"
            + _("An empty template: tuimail import --template residents")
        )
        self.query_one("#counts", Lines).set_line(ngettext("{n} file to import", "{n} files to import", len(files)))
        self._show_around()

    def _show_around(self) -> None:
        item = self._current
        about = Text()
        if item is not None:
            about = Text(shortened(item.file.path))
            if item.error and item.found:
                about = with_step(item.error, _("Enter shows its columns: say there what they hold."))
            elif item.error:
                about = told(item.error)
        self.query_one("#about-file", Prose).update(about)
        lines = self.query_one("#for-all", Lines)
        dot = f" {signs().dot} "
        folder = _("PDF folder: {path}").format(path=shortened(self.job.pdf_folder)) if self.job.pdf_folder else ""
        month = _("month: {period}").format(period=self.job.period.label()) if self.job.period else ""
        lines.set_line(dot.join(filter(None, (folder, month))))
        last = self.job.imports.last()
        sentence = ""
        if last is not None:
            sentence = _("Last import: {at}, {operator}, {files}").format(
                at=format_moment(last.at), operator=last.operator, files=", ".join(last.files)
            )
        lines.set_line(sentence, row=1)
        self.refresh_bindings()

    def on_data_table_row_highlighted(self) -> None:
        """Another file."""
        self._show_around()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        if not self.busy and self.is_mounted:
            if action in ("columns", "remove"):
                return self._current is not None and (action == "remove" or self._current.found is not None)
            if action == "check":
                return self.job.ready
            if action in ("pdf_folder", "period"):
                return bool(self.job.files)
            if action == "undo":
                return self.job.imports.last() is not None
        return super().check_action(action, parameters)

    # Files

    def action_add(self) -> None:
        """Ask for a file."""
        start = self.job.files[-1].file.path.parent if self.job.files else None
        proposed = f"{shortened(start)}/" if start and start != Path() else ""
        self.app.push_screen(
            AskPath(_("Add a file"), _("File to import (* stands for anything):"), proposed), self._add
        )

    def _add(self, typed: str | None) -> None:
        if typed:
            start(self, partial(self._look, _matching(typed)), exclusive=True)

    async def _look(self, paths: Sequence[Path]) -> None:
        with self.working(_("Reading…")):
            for path in paths:
                await self.job.add(path)
        self._show(len(self.job.files) - 1)

    def action_remove(self) -> None:
        """Take the file off the desk; it stays where it is."""
        if item := self._current:
            self.job.files.remove(item)
            self._show()

    def action_columns(self) -> None:
        """See how the file is read."""
        from tuimail.ui.screens.import_columns import ImportColumns

        if item := self._current:
            number = self.job.files.index(item)
            self.app.push_screen(ImportColumns(self.desk, self.job, number), self._stepped)

    def action_check(self) -> None:
        """See what the import would do."""
        from tuimail.ui.screens.import_check import ImportCheck

        self.app.push_screen(ImportCheck(self.desk, self.job), self._stepped)

    def _stepped(self, done: bool | None) -> None:
        if done:
            self.dismiss(True)
        else:
            self._show()

    # What goes for all files

    def action_pdf_folder(self) -> None:
        """Ask for the folder of PDFs."""
        proposed = shortened(self.job.pdf_folder) if self.job.pdf_folder else ""
        label = _("Folder of the invoices' PDFs, called by a column or by their number (empty: none):")
        self.app.push_screen(AskPath(_("PDF folder"), label, proposed), self._set_folder)

    def _set_folder(self, typed: str | None) -> None:
        if typed is None:
            return
        if not typed:
            self.job.pdf_folder = None
        else:
            with self.telling():
                self.job.imports.check_pdf_folder(Path(typed))
                self.job.pdf_folder = Path(typed)
        self._show_around()

    def action_period(self) -> None:
        """Ask for the month of invoices whose file does not tell."""
        proposed = str(self.job.period) if self.job.period else ""
        label = _("Month of the invoices whose file does not tell it (2026-10; empty: none):")
        self.app.push_screen(Ask(_("Month"), label, proposed), self._set_period)

    def _set_period(self, typed: str | None) -> None:
        if typed is None:
            return
        with self.telling():
            self.job.period = Period.parse(typed) if typed else None
            start(self, self._look_again, exclusive=True)

    async def _look_again(self) -> None:
        with self.working(_("Reading…")):
            await self.job.look_again()
        self._show()

    # Undo

    def action_undo(self) -> None:
        """Ask, then take the last import back."""
        last = self.job.imports.last()
        if last is None:
            return
        sentences = (
            _("{files}, imported on {at} by {operator}.").format(
                files=", ".join(last.files), at=format_moment(last.at), operator=last.operator
            ),
            _("{people} and {invoices} go back to what they were before.").format(
                people=ngettext("{n} resident", "{n} residents", last.residents),
                invoices=ngettext("{n} invoice", "{n} invoices", last.documents),
            ),
            _("Nothing is undone if one of them was sent or changed since."),
        )
        self.app.push_screen(Question(_("Undo the last import"), sentences), self._undo)

    def _undo(self, wanted: bool | None) -> None:
        if wanted:
            start(self, self._take_back, exclusive=True)

    async def _take_back(self) -> None:
        undone = await self.attempt(_("Undoing…"), in_writer(self.job.imports.undo))
        self._show()
        if undone is not None:
            self.say(
                _("Undone: {people} and {invoices} removed, {before} as before.").format(
                    people=ngettext("{n} resident", "{n} residents", undone.residents_removed),
                    invoices=ngettext("{n} invoice", "{n} invoices", undone.documents_removed),
                    before=undone.residents_restored + undone.documents_restored,
                )
            )

    @property
    def unsaved(self) -> bool:
        """Whether something said about files has not served yet."""
        return bool(self.job.files) and not self.job.done

    def action_back(self) -> None:
        """Leave; what was said about the files would be forgotten."""
        if not self.unsaved:
            self.dismiss(False)
            return
        if any(isinstance(step, ImportStep) and step.busy for step in self.app.screen_stack):
            # It may be the import itself: nobody can say yet that nothing was imported.
            return
        sentences = (_("Nothing was imported. The files stay where they are; what you said about them is forgotten."),)
        self.ask_to_lose(_("Leave the import?"), sentences, partial(end, self, False))


def _matching(typed: str) -> list[Path]:
    """The files that were meant; what stands for nothing is taken as it is, and told by whoever reads it."""
    if not glob.has_magic(typed) or os.path.exists(typed):  # noqa: PTH110 - Path.exists raises
        return [Path(typed)]
    return sorted(map(Path, glob.glob(typed))) or [Path(typed)]  # noqa: PTH207 - a whole path is a pattern
