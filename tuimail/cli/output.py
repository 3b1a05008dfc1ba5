"""Printing: what comes from outside never reaches the terminal with its control characters."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from tuimail.domain.errors import TuimailError, os_reason
from tuimail.domain.i18n import _

_DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_UNSAFE = ("Cc", "Zl", "Zp", "Cs")


class OutputLost(TuimailError):
    """Standard output cannot be written."""


def prepare_streams() -> None:
    """Let a terminal that is not UTF-8 show replacement characters instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def plain(text: str) -> str:
    """`text` without what a terminal would obey: a server's reply is not to move the cursor."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("?" if unicodedata.category(c) in _UNSAFE or c in _DIRECTIONS else c for c in text)


def one_line(text: str) -> str:
    """`text` with every run of spaces and line breaks as one space."""
    return " ".join(text.split())


def say(text: str = "") -> None:
    """Print a line for people."""
    with _written():
        print(_laid_out(plain(text), sys.stdout), flush=True)


def warn(text: str) -> None:
    """Print a line on standard error; where there is none, nobody listens."""
    with suppress(OSError, ValueError):
        print(_laid_out(plain(text), sys.stderr), file=sys.stderr, flush=True)


def _laid_out(text: str, stream: TextIO) -> str:
    """`text` broken between words where a terminal would break within one."""
    width = shutil.get_terminal_size().columns
    if len(text) <= width or not is_terminal(stream):
        return text
    indent = " " * (len(text) - len(text.lstrip(" ")) + 2)
    return textwrap.fill(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, expand_tabs=False
    )


def say_json(values: Mapping[str, Any]) -> None:
    """Print one line of JSON."""
    ascii_only = not is_utf8(sys.stdout)
    with _written():
        print(json.dumps(values, ensure_ascii=ascii_only).replace("\u2028", "\\u2028"), flush=True)


def write_bytes(content: bytes) -> None:
    """Write bytes as they are to standard output."""
    with _written():
        sys.stdout.buffer.write(content)


def flush() -> None:
    """Have everything printed so far written; raises BrokenPipeError or OutputLost."""
    with _written():
        sys.stdout.flush()


def silence() -> None:
    """Print nothing more: whoever read has gone."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def is_utf8(stream: TextIO) -> bool:
    """Whether every character can be printed there."""
    return (stream.encoding or "ascii").lower().replace("-", "").replace("_", "") == "utf8"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits there."""
    return stream is not None and not stream.closed and stream.isatty()


def columns(cells: list[tuple[str, int]]) -> str:
    """Cells side by side in at least their widths; a negative width aligns to the right."""
    shown = [text.rjust(-width) if width < 0 else text.ljust(width) for text, width in cells]
    return "  ".join(shown).rstrip()


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(
            _("The result cannot be written: {reason}.").format(reason=os_reason(error)),
            _("Check where standard output leads."),
        ) from error
