"""Fields to type in: a cursor that does not blink, Enter for the screen to answer, paths completed with Tab."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class Field(Input, inherit_bindings=False):
    """One line of text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in Input.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
    ]

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, select_on_focus=False, **options)
        self.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is nothing to delete, that key is the screen's."""
        if action == "delete_right":
            return bool(self.value)
        return super().check_action(action, parameters)


class FigureField(Field):
    """A number or a date. Figures are more often typed anew than mended: what is typed first replaces what stands."""

    DEFAULT_CSS = """
    FigureField > .input--selection { text-style: reverse; }
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, **options)
        self.select_on_focus = True


class SecretField(Field):
    """A password: what is typed is not shown."""

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, password=True, **options)


class PathField(Field):
    """The path of a file or folder; `complete` goes as far as it can be no other."""

    def complete(self) -> list[str]:
        """Complete what stands there, and answer the names that it could still be."""
        before, names = candidates(self.value)
        common = common_start(names)
        if names and len(before + common) > len(self.value):
            self.value = before + common
            self.cursor_position = len(self.value)
        return names if len(names) > 1 else []

    @property
    def path(self) -> Path | None:
        """The path that was typed; None while the field is empty."""
        return path_of(self.value) if self.value.strip() else None


def path_of(text: str) -> Path:
    """A path as it is typed, `~` included; that of somebody whom the machine does not know stays as it is."""
    return Path(os.path.expanduser(text.strip()))  # noqa: PTH111 - Path.expanduser raises there


def common_start(names: Sequence[str]) -> str:
    """What all of these begin with."""
    agreed = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in agreed)


def candidates(text: str) -> tuple[str, list[str]]:
    """What stands before the last name of a path, and the names it could be; folders end in a slash."""
    before, slash, start = text.rpartition("/")
    folder = path_of(before + slash) if slash else Path()
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name + ("/" if entry.is_dir() else "")
                for entry in entries
                if entry.name.startswith(start) and (start.startswith(".") or not entry.name.startswith("."))
            )
    except (OSError, ValueError):
        names = []
    return before + slash, names
