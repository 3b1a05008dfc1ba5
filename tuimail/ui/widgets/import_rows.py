"""The rows of an import that are worth a look, and the counts of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.style import Style
from rich.text import Text

from tuimail.domain.i18n import _, ngettext
from tuimail.importing.cells import shown, visible
from tuimail.importing.fields import Subject
from tuimail.importing.outcomes import Change
from tuimail.importing.refusals import Refusal
from tuimail.importing.report import FileReport, ImportReport
from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.table_model import Cell, Styled

_RED = Style(color="red", bold=True)
_YELLOW = Style(color="yellow", bold=True)
_COUNT = 11
"""Cells of a count and the space before it."""


class State(StrEnum):
    """What becomes of a row."""

    UNDECIDED = "undecided"
    REFUSED = "refused"
    TO_CHECK = "to-check"
    """It goes in, and an address in it looks like a slip."""
    CHANGED = "changed"
    KEPT = "kept"
    """An address in it stays although the file has none there."""
    NEW = "new"


ORDER = (None, State.UNDECIDED, State.REFUSED, State.TO_CHECK, State.CHANGED, State.KEPT, State.NEW)
"""The filter's turn; None: all."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the list."""

    state: State
    file: FileReport
    line: int
    who: str
    what: str
    refusal: Refusal | None = None
    change: Change | None = None


class Items:
    """The model of the list: cells are made when they are looked at."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, row: int) -> Item:
        return self._items[row]

    def key(self, row: int) -> str:
        """The row's key."""
        return str(row)

    def locate(self, key: str) -> int | None:
        """Where that key stands."""
        return int(key) if int(key) < len(self._items) else None

    def cells(self, row: int) -> Mapping[str, Cell]:
        """The row's cells."""
        item = self._items[row]
        return {
            "line": str(item.line),
            "state": Styled(state_word(item.state), _STYLES[item.state])
            if item.state in _STYLES
            else state_word(item.state),
            "who": item.who,
            "what": item.what,
            "file": item.file.path.name,
        }


_STYLES = {State.UNDECIDED: _YELLOW, State.REFUSED: _RED, State.TO_CHECK: _YELLOW}


def state_word(state: State | None) -> str:
    """For people."""
    return {
        None: _("all"),
        State.UNDECIDED: _("to decide"),
        State.REFUSED: _("refused"),
        State.TO_CHECK: _("to check"),
        State.CHANGED: _("changed"),
        State.KEPT: _("kept"),
        State.NEW: _("new"),
    }[state]


def items_of(report: ImportReport, *, decidable: bool = True) -> list[Item]:
    """Every row worth a look: those to decide first, then the refused, those to check, the changed, the kept, the new.

    `decidable`: whether somebody can still say whom an unclear row means; else it is a refused one.
    """
    found: list[Item] = []
    for file in report.files:
        rows = Counter(refusal.because_of for refusal in file.refused)
        for refusal in file.refused:
            if refusal.because_of:
                continue
            problem = refusal.problems[0]
            who = f"{problem.column} {problem.value}".strip()
            state = State.UNDECIDED if refusal.choices and decidable else State.REFUSED
            what = "; ".join(p.reason for p in refusal.problems)
            if others := rows[refusal.line]:
                more = ngettext("{n} more row of its invoice", "{n} more rows of its invoice", others)
                what = _("{reason} ({more})").format(reason=what, more=more)
            found.append(Item(state, file, refusal.line, who, what, refusal=refusal))
        found += [Item(State.TO_CHECK, file, doubt.line, doubt.label, doubt.told()) for doubt in file.lookalikes]
        found += [Item(State.CHANGED, file, c.line, c.label, c.told(), change=c) for c in file.changes]
        found += [Item(State.KEPT, file, stayed.line, stayed.label, stayed.told()) for stayed in file.kept]
        found += [Item(State.NEW, file, a.line, a.label, "") for a in file.added]
    return sorted(found, key=lambda item: ORDER.index(item.state))


def counts(report: ImportReport, width: int, *, decidable: bool = True) -> Text:
    """The files with what becomes of their residents or invoices, a line each, in so many cells.

    `decidable`: as of `items_of`; what is to be decided is not counted as refused then.
    """
    unclear = decidable and any(file.undecided for file in report.files)
    titles = (_("New"), _("Changed"), _("Unchanged"), *([_("To decide")] if unclear else []), _("Refused"))
    room = max(12, width - _COUNT * len(titles))
    text = Text(fit("", room) + "".join(fit(title, _COUNT, "right") for title in titles), "bold")
    for file in report.files:
        refused = file.refused_invoices if file.subject is Subject.INVOICES else len(file.refused)
        numbers = [file.new, file.changed, file.unchanged, refused]
        if unclear:
            # Of an invoice one row asks, and the others go with it.
            numbers[3:] = [len(file.undecided), refused - len(file.undecided)]
        line = fit(file.path.name, room) + "".join(fit(str(number), _COUNT, "right") for number in numbers)
        text.append(f"\n{line}", "not bold")
    return text


def whole(item: Item) -> Text:
    """Everything about a row."""
    text = Text()
    text.append(f"{item.who}\n", "bold")
    if item.state in (State.TO_CHECK, State.KEPT):
        text.append(f"{item.what}\n", "not bold")
    if item.change is not None:
        for field in item.change.fields:
            told = _("{field}: {old} → {new}").format(field=field.name, old=field.old or "—", new=field.new or "—")
            text.append(f"{told}\n", "not bold")
    if item.refusal is not None:
        for problem in item.refusal.problems:
            reason = problem.reason
            if problem.column:
                reason = _("{column}, “{value}”: {reason}").format(
                    column=problem.column, value=problem.value, reason=problem.reason
                )
            text.append(f"{reason}\n", "not bold")
        text.append("\n" + _("The row:") + "\n", "bold")
        text.append(" | ".join(visible(shown(cell)) for cell in item.refusal.row.cells), "not bold")
    return text
