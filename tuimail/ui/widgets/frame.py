"""What frames every screen: the title line, the six places, lines of counts, the keys line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tuimail.ui.commands import active
from tuimail.ui.commands.model import Command, Place
from tuimail.ui.look import signs
from tuimail.ui.widgets.cells import fit, printable

BOLD = Style(bold=True)
REVERSE = Style(reverse=True)

_GAP = 2
"""Least cells between two parts of a line."""

Part = str | tuple[str, Style]
"""A piece of a line, with a style of its own or without."""


class Lines(Widget):
    """A few lines of text; what is repainted is only what says something else. Each has a left, a middle and a right.

    Where room is short the left is cut at its end.
    """

    RIGHT_GIVES_WAY: ClassVar[bool] = False
    """Whether the right goes before the left is cut."""

    DEFAULT_CSS = """
    Lines { height: 1; width: 1fr; }
    """

    def __init__(self, rows: int = 1, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: list[tuple[tuple[Part, ...], ...]] = [((), (), ())] * rows
        if rows != 1:
            self.styles.height = rows

    def set_line(self, *left: Part, middle: Sequence[Part] = (), right: Sequence[Part] = (), row: int = 0) -> None:
        """Say this on line `row` from now on."""
        said = (_clean(left), _clean(middle), _clean(right))
        if said != self._rows[row]:
            before = _cells(self.render_line(row))
            self._rows[row] = said
            after = _cells(self.render_line(row))
            changed = [x for x, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
            if changed:
                self.refresh(Region(changed[0], row, changed[-1] - changed[0] + 1, 1))

    def text(self, row: int = 0) -> str:
        """What line `row` shows now, without the spaces at its ends."""
        return self.render_line(row).text.strip()

    def render_line(self, y: int) -> Strip:
        """What one of the lines shows."""
        base, width = self.rich_style, self.outer_size.width
        left, middle, right = self._rows[y] if y < len(self._rows) else ((), (), ())
        room = max(0, width - 2)
        if self.RIGHT_GIVES_WAY and _joined(left, middle, right) > room:
            right = ()
        if _joined(left, middle, right) > room:
            left = (_cut(left, max(0, room - _joined(middle, right) - _GAP * bool(middle or right))),)
        gap = max(0, room - line_length(left) - line_length(middle) - line_length(right))
        before = gap // 2 if middle else gap
        parts: list[Part] = [" ", *left, " " * before, *middle, " " * (gap - before), *right, " "]
        segments = [
            Segment(part, base) if isinstance(part, str) else Segment(part[0], base + part[1]) for part in parts
        ]
        return Strip(segments).simplify().adjust_cell_length(width, base)


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """What each cell of a line shows; the second cell of a wide character shows nothing of its own."""
    cells: list[tuple[str, Style | None]] = []
    for segment in strip:
        for character in segment.text:
            length = cell_len(character)
            if length == 0 and cells:
                cells[-1] = (cells[-1][0] + character, cells[-1][1])
            else:
                cells += [(character, segment.style)] + [("", segment.style)] * (length - 1)
    return cells


def _clean(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(printable(part) if isinstance(part, str) else (printable(part[0]), part[1]) for part in parts)


def _joined(*parts: Sequence[Part]) -> int:
    """Cells of these parts with gaps between those that say something."""
    lengths = [length for length in map(line_length, parts) if length]
    return sum(lengths) + _GAP * (len(lengths) - 1 if lengths else 0)


def line_length(parts: Sequence[Part]) -> int:
    """How many cells these parts take."""
    return sum(cell_len(part if isinstance(part, str) else part[0]) for part in parts)


def _cut(parts: Sequence[Part], width: int) -> str:
    return fit("".join(part if isinstance(part, str) else part[0] for part in parts), width)


class TitleLine(Lines):
    """Where one is: the program, the association and structure, the period, the operator."""

    RIGHT_GIVES_WAY = True

    def show(self, path: Sequence[str], period: str = "", operator: str = "") -> None:
        """`path` is the association, then the structure if one was chosen."""
        sign = signs()
        where = f" {sign.into} ".join(path)
        middle = (f"{sign.back} ", (period, BOLD), f" {sign.into}") if period else ()
        self.set_line(("tuimail", BOLD), "   ", where, middle=middle, right=(operator,))


class PlacesLine(Lines):
    """The six places with their keys; where one is stands out, without colour too."""

    def show(self, here: Place | None, places: Sequence[Place] = tuple(Place)) -> None:
        """`here` is the place that is open, `places` those there are; each keeps its key."""
        parts: list[Part] = []
        for number, place in enumerate(Place, 1):
            if place not in places:
                continue
            text = f"{number} {place.label}"
            parts += [(f" {text} ", REVERSE) if place is here else f" {text} "]
        self.set_line(*parts)


class KeysLine(Lines):
    """The keys that do something now, as many as fit, the last one always: help."""

    def on_mount(self) -> None:
        """Follow the bindings: another focus, or an action that is no longer possible."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def on_resize(self, _event: events.Resize) -> None:
        """More or fewer keys fit."""
        self._follow(self.screen)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen.is_current:
            typing = isinstance(screen.focused, Input)
            self.show([command for command, _ in active(screen) if command.footer], typing=typing)

    def show(self, commands: Sequence[Command], *, typing: bool = False) -> None:
        """Show these commands' keys, the last one even if others must give way; `typing`: letters are text."""
        keys = [(command.key_while_typing if typing else command.key, command.label) for command in commands]
        wanted = [(key, label) for key, label in keys if key]
        room = self.outer_size.width - 2
        shown: list[tuple[str, str]] = []
        for number, pair in enumerate(wanted):
            last = [wanted[-1]] if number < len(wanted) - 1 else []
            if sum(key_width(*p) + 2 for p in (*shown, pair, *last)) - 2 <= room:
                shown.append(pair)
        if wanted and wanted[-1] not in shown:
            shown.append(wanted[-1])
        parts: list[Part] = []
        for key, label in shown:
            parts += [(key, BOLD), f" {label}", "  "]
        self.set_line(*parts[:-1])


def key_width(key: str, label: str) -> int:
    """Cells that a key with its words takes."""
    return cell_len(f"{key} {label}")
