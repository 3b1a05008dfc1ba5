"""What an import would do, row by row, before it does it; then what it did."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.i18n import _, ngettext
from tuimail.importing.fields import Subject
from tuimail.importing.refusals import Refusal
from tuimail.importing.report import ImportReport
from tuimail.ui.commands import bindings
from tuimail.ui.commands.imports import IMPORT_CHECK
from tuimail.ui.desk import Desk
from tuimail.ui.import_job import ImportJob
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import Question
from tuimail.ui.screens.import_step import ImportStep
from tuimail.ui.screens.page import Page
from tuimail.ui.screens.paths import shortened
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.import_rows import ORDER, Item, Items, State, counts, items_of, state_word, whole
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import start

_NOBODY = "nobody"


class ImportCheck(ImportStep):
    """The counts of each file, what needs a word, and the rows; `I` imports, after a question."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT_CHECK)

    def __init__(self, desk: Desk, job: ImportJob) -> None:
        super().__init__(desk, job)
        self._report: ImportReport | None = None
        self._items: list[Item] = []
        self._filter: State | None = None

    def content(self) -> ComposeResult:
        """Counts and sentences, the rows, the row under the cursor in full."""
        yield Prose("", id="summary")
        yield Lines(id="counts")
        yield RowList(id="items", cell_padding=0)
        yield Prose("", id="about-item")

    def on_mount(self) -> None:
        """Rehearse at once."""
        self.tell_place(_("checking"))
        self.query_one(RowList).focus()
        start(self, self._rehearse, exclusive=True)

    def on_resize(self) -> None:
        """Columns follow the width."""
        wide = self.size.width >= 100
        columns = [
            TableColumn("line", _("Line"), 7, "right", gap=1),
            TableColumn("state", _("Becomes"), 11, gap=1),
            TableColumn("who", _("Who or what"), 34 if wide else 26, gap=1),
            TableColumn("what", _("Before and after, or why"), 20, gap=1, flexible=True),
        ]
        if wide and len(self.job.files) > 1:
            columns.append(TableColumn("file", _("File"), 24))
        self.query_one(RowList).set_columns(columns)
        self.query_one("#summary").styles.max_height = max(4, self.size.height // 2)

    async def _rehearse(self, row: int = 0) -> None:
        report = await self.attempt(_("Checking…"), self.job.run(dry_run=True))
        if report is not None:
            self._report = report
            self._show(row)

    # What is shown

    def _show(self, row: int = 0) -> None:
        assert self._report is not None
        self._items = items_of(self._report, decidable=not self.job.done)
        if self._filter is not None and not any(item.state is self._filter for item in self._items):
            self._filter = None
        self.query_one("#summary", Prose).update(self._summary(self._report))
        self._load(row)

    def _load(self, row: int) -> None:
        items = [item for item in self._items if self._filter in (None, item.state)]
        table = self.query_one(RowList)
        table.load(Items(items), min(row, max(0, len(items) - 1)))
        table.display = bool(items)
        word = _("Shown: {filter}").format(filter=state_word(self._filter))
        self.query_one("#counts", Lines).set_line(
            ngettext("{n} row in the list", "{n} rows in the list", len(items)) if self._items else "",
            right=(word,) if self._items else (),
        )
        self._show_item()
        self.refresh_bindings()

    def _summary(self, report: ImportReport) -> Text:
        first = _("Imported.") if self.job.done else _("Nothing is written yet: this is what the import would do.")
        text = Text(first, "bold")
        if report.structures:
            made = ngettext("New structure: {names}.", "New structures: {names}.", len(report.structures))
            text.append("\n" + made.format(names=", ".join(report.structures)), "not bold")
        text.append("\n")
        text.append_text(counts(report, self.size.width - 3, decidable=not self.job.done))
        for file in report.files:
            sentences = list(file.notes())
            if unclear := len(file.undecided):
                sentences.insert(0, self._unclear(unclear))
            if file.totals:
                left = ngettext("{n} row of totals left out.", "{n} rows of totals left out.", file.totals)
                sentences.insert(0, left)
            if file.refused_file:
                sentences.append(_("Refused rows: {path}").format(path=shortened(file.refused_file)))
            for sentence in sentences:
                text.append("\n" + _("{file}: {sentence}").format(file=file.path.name, sentence=sentence), "not bold")
        return text

    def _unclear(self, rows: int) -> str:
        if self.job.done:
            return ngettext(
                "{n} row was refused as nobody said whom it means: import the file again to say so.",
                "{n} rows were refused as nobody said whom they mean: import the file again to say so.",
                rows,
            )
        return ngettext(
            "{n} row may mean a known resident: Enter on it says whom.",
            "{n} rows may mean known residents: Enter on each says whom.",
            rows,
        )

    @property
    def _current(self) -> Item | None:
        table = self.query_one(RowList)
        model = table.model
        return model[table.cursor_row] if isinstance(model, Items) and len(model) else None

    def _show_item(self) -> None:
        item = self._current
        text = Text()
        if item is not None:
            text.append(_("{file}, line {line}").format(file=item.file.path.name, line=item.line), "bold")
            parts = [item.who, item.what]
            text.append("\n" + " — ".join(filter(None, parts)), "not bold")
        self.query_one("#about-item", Prose).update(text)

    def on_data_table_row_highlighted(self) -> None:
        """Another row."""
        self._show_item()

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        if not self.busy and self.is_mounted:
            if action == "do_import":
                return not self.job.done and self._report is not None
            if action == "open_item":
                return self._current is not None
            if action == "cycle_filter":
                return len({item.state for item in self._items}) > 1
        return super().check_action(action, parameters)

    def action_cycle_filter(self) -> None:
        """All, then each kind of row there is."""
        there = {item.state for item in self._items}
        turn = [state for state in ORDER if state is None or state in there]
        self._filter = turn[(turn.index(self._filter) + 1) % len(turn)]
        self._load(0)

    def action_open_item(self) -> None:
        """Decide about the row, or read all of it."""
        item = self._current
        if item is None:
            return
        decided = self.job.decisions.get(item.file.sha256, {})
        if item.refusal is not None and item.refusal.choices and not self.job.done:
            self._ask(item, item.refusal)
        elif item.line in decided and not self.job.done:
            self._decide(item, None)
        else:
            self.app.push_screen(Page([item.file.path.name, _("line {n}").format(n=item.line)], whole(item)))

    def _ask(self, item: Item, refusal: Refusal) -> None:
        rows = [(_NOBODY, _("Leave the row out (refused)"), "")]
        for choice in refusal.choices:
            label = choice.label or _("Somebody else, who is new")
            rows.append((str(choice.resident_id), label, ""))
        title = _("Whom does line {n} mean?").format(n=item.line)

        def chosen(key: str | None) -> None:
            if key is not None and key != _NOBODY:
                self._decide(item, int(key))

        self.app.push_screen(Choose(title, rows, rows[1][0]), chosen)

    def _decide(self, item: Item, resident_id: int | None) -> None:
        self.job.decide(item.file.sha256, item.line, resident_id)
        start(self, partial(self._rehearse, self.query_one(RowList).cursor_row), exclusive=True)

    def action_do_import(self) -> None:
        """Ask, then import."""
        report = self._report
        if report is None:
            return
        if not any(file.added or file.changes or file.pdfs for file in report.files):
            self.say(_("Nothing to import: nothing is new or changed."))
            return
        people = sum(f.new + f.changed for f in report.files if f.subject is Subject.RESIDENTS)
        invoices = sum(f.new + f.changed for f in report.files if f.subject is Subject.INVOICES)
        sentences = [
            _("{people} and {invoices} are written, all or none.").format(
                people=ngettext("{n} resident", "{n} residents", people),
                invoices=ngettext("{n} invoice", "{n} invoices", invoices),
            )
        ]
        if report.refused:
            sentences.append(
                ngettext(
                    "{n} refused row goes to a file beside its own, to be corrected.",
                    "{n} refused rows go to a file beside their own, to be corrected.",
                    report.refused,
                )
            )
        sentences.append(_("It can be undone as long as nothing of it was sent."))
        self.app.push_screen(Question(_("Import?"), sentences), self._begin)

    def _begin(self, wanted: bool | None) -> None:
        if wanted:
            start(self, self._import, exclusive=True)

    async def _import(self) -> None:
        report = await self.attempt(_("Importing…"), self.job.run(dry_run=False))
        if report is None:
            return
        self.job.done = True
        self._report, self._filter = report, None
        self._show()
        self.tell_place(_("done"))
        self.say(_("Imported. Esc goes back."))

    def action_back(self) -> None:
        """To the step before, or out of the desk once it is done."""
        self.dismiss(self.job.done)
