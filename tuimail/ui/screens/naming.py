"""A box that asks for a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.ui.commands import bindings
from tuimail.ui.commands.structures import NAMING
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose

Keep = Callable[[str], Awaitable[Any]]


class Naming(Dialog[Any]):
    """The answer is what `keep` answers to the name; what it objects to is said, and the name can be corrected."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(NAMING)

    def __init__(self, title: str, label: str, keep: Keep, proposed: str = "") -> None:
        super().__init__(title)
        self._label, self._keep, self._proposed = label, keep, proposed

    def content(self) -> ComposeResult:
        """Label, field, what is said."""
        label = Lines()
        label.set_line(self._label)
        yield label
        yield Field(self._proposed)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_changed(self) -> None:
        """What was said is about another name."""
        self.query_one("#said", Prose).update("")

    def action_accept(self) -> None:
        """Keep the name."""
        self.run_worker(self._accept(self.query_one(Field).value), exclusive=True)

    async def _accept(self, name: str) -> None:
        try:
            answer = await self._keep(name)
        except TuimailError as error:
            self.query_one("#said", Prose).update(told(error))
        else:
            self.dismiss(answer)
