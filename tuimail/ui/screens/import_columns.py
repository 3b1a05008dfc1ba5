"""How a file is read: what each of its columns holds, with its first rows, all of it correctable."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.i18n import _, ngettext
from tuimail.importing.cells import shown, visible
from tuimail.importing.fields import NUMBERED, OFFERED, Field, Subject, field_label, target_key
from tuimail.importing.formats import Formats
from tuimail.importing.matches import Match, Matched
from tuimail.importing.people import split_name
from tuimail.importing.profiles import column_words
from tuimail.importing.titles import title_key
from tuimail.ui.commands import bindings
from tuimail.ui.commands.imports import IMPORT_COLUMNS
from tuimail.ui.desk import Desk
from tuimail.ui.import_job import ImportJob, JobFile
from tuimail.ui.look import signs
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.import_reading import NONE, ImportReading
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.import_words import (
    contents,
    dates_name,
    decimals_name,
    read_as,
    with_step,
)
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.table_model import Styled, TableColumn

_ROWS = 5
"""First rows of the file that are shown."""
_RELATIVES = 4
"""Relatives that are offered; a title may name more."""
_DIM = Style(dim=True)
_BOLD = Style(bold=True)


class ImportColumns(ImportReading):
    """The columns of one file; Tab goes to the next file."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT_COLUMNS)

    def __init__(self, desk: Desk, job: ImportJob, number: int) -> None:
        super().__init__(desk, job)
        self._number = number

    def content(self) -> ComposeResult:
        """How it is read, its columns, the column under the cursor, what is missing."""
        yield Lines(2, id="reading")
        yield RowList(id="columns", cell_padding=0)
        yield Prose("", id="about-column")
        yield Prose("", id="problem")

    def on_mount(self) -> None:
        """Show the file."""
        self.query_one(RowList).focus()
        self.show_file(0)

    def on_resize(self) -> None:
        """Columns follow the width."""
        wide = self.size.width >= 100
        self.query_one(RowList).set_columns(
            (
                TableColumn("title", _("Column"), 30 if wide else 21, gap=1),
                TableColumn("field", _("Holds"), 30 if wide else 23, gap=1),
                TableColumn("how", _("Known by"), 10, gap=1),
                TableColumn("first", _("First rows"), 18, flexible=True),
            )
        )

    @property
    def item(self) -> JobFile:
        """The file that is shown."""
        return self.job.files[self._number]

    # What is shown

    def show_file(self, row: int | None = None) -> None:
        found, match = self.found, self.found.match
        self.tell_place(self.item.file.path.name, *_place(self._number, len(self.job.files)))
        dot = f" {signs().dot} "
        lines = self.query_one("#reading", Lines)
        formats = match.formats(found.how) if match else Formats()
        lines.set_line(
            dot.join(
                filter(
                    None, (contents(found), read_as(found), dates_name(formats.dates), decimals_name(formats.decimals))
                )
            )
        )
        profile = _("profile “{name}”").format(name=found.profile) if found.profile else _("no profile")
        titles = _("titles on line {n}").format(n=match.sheet.rows[match.at].line) if match else ""
        lines.set_line(dot.join(filter(None, (profile, titles))), row=1)
        self.query_one(RowList).show_rows(self._rows(match) if match else [], row)
        problem = self.query_one("#problem", Prose)
        hint = ""
        if match and match.addresses and not self.item.error:
            hint = ngettext(
                "{n} column of addresses is left aside: nothing says whose they are.",
                "{n} columns of addresses are left aside: nothing says whose they are.",
                len(match.addresses),
            )
        step = _("Enter says what the column under the cursor holds, l how the file is read.")
        problem.update(with_step(self.item.error, step) if self.item.error else hint)
        self._show_column()
        self.refresh_bindings()

    def _rows(self, match: Match) -> list[tuple[str, dict[str, str | Styled]]]:
        width = max([len(match.headers), *(column + 1 for column in match.columns.values())])
        rows: list[tuple[str, dict[str, str | Styled]]] = []
        for column in range(width):
            words = column_words(match, column)
            title = match.headers[column] if column < len(match.headers) else ""
            values = self._values(match, column)
            if not (title or words or any(values)):
                continue
            how = match.how.get(column) if words else None
            aside = Styled(_("(left aside)"), _DIM)
            cells: dict[str, str | Styled] = {
                "title": title or _("(column {n})").format(n=column + 1),
                "field": words or aside,
                "how": _how(how, profile=bool(self.found.profile)),
                "first": f" {signs().dot} ".join(value for value in values if value),
            }
            rows.append((str(column), cells))
        return rows

    def _values(self, match: Match, column: int) -> list[str]:
        rows = match.rows[:_ROWS]
        return [visible(shown(row.cells[column])).strip() if column < len(row.cells) else "" for row in rows]

    def _show_column(self) -> None:
        match, column = self.found.match, self._column
        text = Text()
        if match is not None and column is not None:
            values = self._values(match, column)
            title = match.headers[column] if column < len(match.headers) else ""
            text.append(title or _("(column {n})").format(n=column + 1), "bold")
            text.append(_(": "), "not bold")
            text.append(f" {signs().dot} ".join(value or "(…)" for value in values), "not bold")
            if match.columns.get((Field.NAME, 0)) == column and match.subject is Subject.RESIDENTS:
                first = next((value for value in values if value), "")
                _title, last, given = split_name(first)
                sentence = _("Cut in two: last name “{last}”, first name “{first}”.").format(last=last, first=given)
                text.append(f"\n{sentence}", "not bold")
        self.query_one("#about-column", Prose).update(text)

    @property
    def _column(self) -> int | None:
        key = self.query_one(RowList).current_key
        return int(key) if key is not None else None

    def on_data_table_row_highlighted(self) -> None:
        """Another column."""
        self._show_column()

    # Corrections

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now has no key."""
        if not self.busy and self.is_mounted:
            if action == "check":
                return self.job.ready
            if action == "next_file":
                return len(self.job.files) > 1
            if action in ("choose_field", "set_aside"):
                return self._column is not None
        return super().check_action(action, parameters)

    def _key(self, match: Match, column: int) -> str:
        """The column as overrides name it: by its title, or by its place where another one has the same."""
        keys = [title_key(title) for title in match.headers]
        key = keys[column] if column < len(keys) else ""
        return key if key and keys.count(key) == 1 else f"#{column + 1}"

    def action_choose_field(self) -> None:
        """Ask what the column holds."""
        match, column = self.found.match, self._column
        if match is None or column is None:
            return
        taken = {target: at for target, at in match.columns.items() if at != column}
        current = next((target_key(target) for target, at in match.columns.items() if at == column), NONE)
        rows = [(NONE, _("(leave the column aside)"), "")]
        for subject in sorted(Subject, key=lambda s: s is not match.subject):
            for field in OFFERED[subject]:
                for number in range(1, min(NUMBERED[field], _RELATIVES) + 1) if field in NUMBERED else (0,):
                    target = (field, number)
                    at = taken.get(target)
                    remark = match.headers[at] if at is not None and at < len(match.headers) else ""
                    if all(key != target_key(target) for key, _name, _remark in rows):
                        rows.append((target_key(target), field_label(target), remark[:24]))
        title = match.headers[column] if column < len(match.headers) else str(column + 1)
        key = self._key(match, column)

        def chosen(target: str | None) -> None:
            if target is not None:
                self.change(self.job.override(self.item, key, "" if target == NONE else target))

        self.app.push_screen(Choose(_("What “{title}” holds").format(title=title), rows, current), chosen)

    def action_set_aside(self) -> None:
        """Leave the column out."""
        match, column = self.found.match, self._column
        if match is not None and column is not None:
            self.change(self.job.override(self.item, self._key(match, column), ""))

    # Steps

    def action_next_file(self) -> None:
        """Show the next file that can be read."""
        for step in range(1, len(self.job.files) + 1):
            number = (self._number + step) % len(self.job.files)
            if self.job.files[number].found is not None:
                self._number = number
                self.show_file(0)
                self.say()
                return

    def action_check(self) -> None:
        """See what the import would do."""
        from tuimail.ui.screens.import_check import ImportCheck

        self.app.push_screen(ImportCheck(self.desk, self.job), self._checked)

    def _checked(self, done: bool | None) -> None:
        if done:
            self.dismiss(True)
        else:
            self.show_file()


def _how(how: Matched | None, *, profile: bool) -> str:
    if how is Matched.SAID:
        return _("profile") if profile else _("said")
    return {Matched.TITLE: _("title"), Matched.CONTENT: _("content")}.get(how, "") if how else ""


def _place(number: int, count: int) -> tuple[str, ...]:
    return (_("file {n} of {count}").format(n=number + 1, count=count),) if count > 1 else ()
