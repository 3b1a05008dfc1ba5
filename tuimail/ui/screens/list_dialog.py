"""Boxes with a list that is read anew after each change, and a sentence on how that change went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from rich.text import Text

from tuimail.domain.errors import TuimailError
from tuimail.store.database import in_writer
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.prose import Prose

Result = TypeVar("Result")
P = ParamSpec("P")


class ListDialog(Dialog[Result]):
    """The content holds a `Prose` named `said`."""

    def load(self) -> None:
        """Read the list and show it; raises TuimailError where it cannot be read."""
        raise NotImplementedError

    def read(self) -> None:
        """Show the list as it is now; what was shown stays where it cannot be read."""
        with self.telling():
            self.load()

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What an operator can be told of what goes wrong inside is said above the keys."""
        try:
            yield
        except TuimailError as error:
            self.say(told(error))

    async def change(self, function: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> bool:
        """Change what is kept and show it; False, told, if that could not be."""
        try:
            await in_writer(function, *arguments, **named)
            self.load()
        except TuimailError as error:
            self.say(told(error))
            return False
        return True
