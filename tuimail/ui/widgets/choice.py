"""One of a few values, each a text with its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from tuimail.ui.commands import bindings
from tuimail.ui.commands.form import CHOICE_FIELD
from tuimail.ui.look import signs


class Choice(Widget, can_focus=True):
    """Space and the arrows go from one value to the next."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE_FIELD)
    DEFAULT_CSS = """
    Choice { height: 1; width: auto; padding: 0 1; }
    Choice:focus { text-style: reverse; }
    """

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """Whose value it is."""
            return self.choice

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        value: str | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`choices`: each value with its words; the first is chosen where no other is said."""
        super().__init__(id=id)
        self._words = dict(choices)
        self._value = next(iter(self._words)) if value is None else value

    @property
    def value(self) -> str:
        """The one that is chosen."""
        return self._value

    def choose(self, value: str) -> None:
        """Choose it without telling anybody."""
        if value != self._value:
            self._value = value
            self.refresh(layout=True)

    def render(self) -> Text:
        """`‹ exonéré ›`."""
        sign = signs()
        return Text(f"{sign.back} {self._words.get(self._value, self._value)} {sign.into}")

    def get_content_width(self, *_: object) -> int:
        """Of the widest value, so that nothing moves."""
        return max(map(cell_len, self._words.values())) + 4

    def action_choose(self, step: int) -> None:
        """Take the next one, or the one before."""
        values = list(self._words)
        at = values.index(self._value) if self._value in self._words else 0
        self.choose(values[(at + step) % len(values)])
        self.post_message(self.Changed(self))
