"""Pages as values: what stands where, before any PDF. Lengths are millimetres from the top left, sizes points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tuimail.documents.typeface import width_of

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
LEFT = 20.0
RIGHT = 190.0
TOP = 18.0
BOTTOM = 276.0
"""Below stands the foot of the page."""

_ROUNDING = 0.01
"""Sums of heights that should just fill a page may miss by less than this."""

Colour: TypeAlias = tuple[int, int, int]
INK: Colour = (28, 32, 36)
QUIET: Colour = (95, 103, 110)
ACCENT: Colour = (24, 74, 94)
TINT: Colour = (233, 240, 243)
LINE: Colour = (190, 199, 204)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `x` is its left end, `y` its baseline."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    colour: Colour


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""

    x: float
    y: float
    width: float
    thickness: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `x` and `y` are its top left corner."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Code:
    """A square code, `size` mm wide; `x` and `y` are its top left corner, `rows` its modules from the top."""

    x: float
    y: float
    size: float
    rows: tuple[tuple[bool, ...], ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file's picture; `x` and `y` are its top left corner."""

    x: float
    y: float
    width: float
    height: float
    content: bytes


Mark: TypeAlias = Text | Rule | Box | Code | Picture
Page: TypeAlias = tuple[Mark, ...]


class Sheet:
    """Gathers marks from the top down and goes on on a new page when one is full.

    `y` is where the next thing starts; `on_new_page` draws what every further page begins with.
    """

    def __init__(self, on_new_page: Callable[[], None]) -> None:
        self.pages: list[list[Mark]] = [[]]
        self.y = TOP
        self._on_new_page = on_new_page

    def need(self, height: float) -> bool:
        """Make sure that `height` mm fit on this page, or else begin a new one and say so."""
        if self.y + height <= BOTTOM + _ROUNDING:
            return False
        self.pages.append([])
        self.y = TOP
        self._on_new_page()
        return True

    def left(self, x: float, y: float, text: str, size: float, bold: bool = False, colour: Colour = INK) -> None:
        """Text from `x` to the right, baseline `y`."""
        if text:
            self.pages[-1].append(Text(x, y, text, size, bold, colour))

    def right(
        self, x: float, y: float, text: str, size: float, bold: bool = False, colour: Colour = INK, room: float = 0.0
    ) -> None:
        """Text that ends at `x`, baseline `y`; smaller where it is wider than `room` mm."""
        width = width_of(text, size, bold)
        if room and width > room:
            size, width = size * room / width, room
        self.left(x - width, y, text, size, bold, colour)

    def add(self, mark: Mark) -> None:
        """Whatever is no text."""
        self.pages[-1].append(mark)
