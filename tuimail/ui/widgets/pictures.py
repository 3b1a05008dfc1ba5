"""Pictures in the terminal, where textual-image is installed (the extra `pictures`)."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import struct
import sys
import termios
from typing import Any

VARIABLE = "TUIMAIL_PICTURES"
"""`sixel`, `kitty`, `blocks` or `none`: what the terminal can, where tuimail cannot tell."""
KINDS = ("sixel", "kitty", "blocks", "none")
_SIXEL = ("foot", "mlterm", "yaft", "contour", "wezterm")
_KITTY = ("xterm-kitty", "xterm-ghostty")
_USUAL_CELL = (10, 20)
"""Pixels, where the terminal does not say."""


def kind() -> str:
    """How this terminal shows pictures: one of `KINDS`. Nothing is asked of the terminal while the screen is up."""
    if importlib.util.find_spec("textual_image") is None:
        return "none"
    asked = os.environ.get(VARIABLE, "").lower()
    if asked in KINDS:
        return asked
    term, program = os.environ.get("TERM", ""), os.environ.get("TERM_PROGRAM", "")
    if term in _KITTY or "KITTY_WINDOW_ID" in os.environ or program == "ghostty":
        return "kitty"
    if term.startswith(_SIXEL) or program in ("WezTerm", "iTerm.app", "mintty"):
        return "sixel"
    return "blocks"


def cell_size() -> tuple[int, int]:
    """Width and height of a character in pixels."""
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            if stream is None:
                continue
            answer = fcntl.ioctl(stream.fileno(), termios.TIOCGWINSZ, b"\0" * 8)
        except (OSError, ValueError):
            continue
        rows, columns, width, height = struct.unpack("HHHH", answer)
        if rows and columns and width and height:
            return width // columns, height // rows
    return _USUAL_CELL


def image_widget() -> Any:
    """A new widget for a picture; set its `image` to a PNG's stream."""
    widgets = _library()
    return {"sixel": widgets.SixelImage, "kitty": widgets.TGPImage, "blocks": widgets.HalfcellImage}[kind()]()


def _library() -> Any:
    # When it is first imported it asks the terminal what it can and waits for the answer, which Textual would get.
    stdout = sys.__stdout__
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        sys.__stdout__ = nowhere  # type: ignore[misc]
        try:
            from textual_image import _terminal, widget
        finally:
            sys.__stdout__ = stdout  # type: ignore[misc]
    # What it would have asked for is remembered there.
    setattr(_terminal.get_cell_size, "_result", _terminal.CellSize(*cell_size()))  # noqa: B010
    return widget
