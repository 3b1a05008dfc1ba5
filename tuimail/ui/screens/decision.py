"""A box with one line to type, and what is done with it while neither Esc nor a second Enter comes in between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.text import Text
from textual.app import ComposeResult

from tuimail.domain.errors import TuimailError
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import Dialog, Result, told
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start


class Decision(Dialog[Result]):
    """Some sentences, a field, and what is wrong with what was typed.

    The answer is that of `do`, or None if it was given up. What is being done cannot be given up, nor done twice.
    """

    def __init__(self, title: str, sentences: Sequence[str], label: str, proposed: str = "") -> None:
        super().__init__(title)
        self._sentences, self._label, self._proposed = sentences, label, proposed
        self._busy = False

    def content(self) -> ComposeResult:
        """Sentences, label, field, what is said."""
        if self._sentences:
            yield Prose(Text("\n".join(self._sentences)), classes="sentences")
        yield Prose(self._label)
        yield Field(self._proposed)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_changed(self) -> None:
        """What was said is about something else."""
        if not self._busy:
            self.say("")

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_accept(self) -> None:
        """Do it; what is objected to is said, and can be corrected."""
        if not self._busy:
            self._busy = True
            start(self, partial(self._accept, self.query_one(Field).value), exclusive=True)

    async def _accept(self, typed: str) -> None:
        try:
            answer = await self.do(typed)
        except TuimailError as error:
            self._busy = False
            self.say(told(error))
        else:
            end(self, answer)

    async def do(self, typed: str) -> Result:
        """Do it; the answer. Raises TuimailError for what cannot be done with that."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Close without doing anything, unless it is being done."""
        if not self._busy:
            super().action_back()
