"""Labelled fields of a card, each with what is wrong with it on the line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tuimail.domain.errors import BadInput
from tuimail.ui.commands import bindings
from tuimail.ui.commands.form import CHOICE_FIELD, TICK_FIELD
from tuimail.ui.look import signs
from tuimail.ui.widgets.field import Field, PathField
from tuimail.ui.widgets.prose import Prose

Parse = Callable[[str], Any]
Show = Callable[[Any], str]


def _as_it_is(text: str) -> str:
    return text.strip()


def _shown(value: object) -> str:
    return "" if value is None else str(value)


class Entry(Vertical):
    """A label, a field, and a line below it for what is wrong with what was typed, or what to know about it.

    `path` names the field of the card's state (`address.city`). `parse` makes the value from the text, and raises
    BadInput for what cannot be kept; `show` makes the text from the value; `advise` says what to know about a text that
    may be kept all the same.
    """

    class Edited(Message):
        """What stands in the field is another text."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(
        self,
        path: str,
        label: str,
        *,
        parse: Parse = _as_it_is,
        show: Show = _shown,
        advise: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self.path, self.label = path, label
        self.parse, self.show, self._advise = parse, show, advise
        self.opened = ""
        """The text that the field was opened with."""
        self._below = Prose("", classes="below")

    def compose(self) -> ComposeResult:
        """Label and field, then the line below."""
        with Horizontal(classes="field"):
            yield Prose(Text(self.label), classes="label")
            yield self.control
        yield self._below

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self._below.display = bool(self._below.lines_needed)

    @property
    def control(self) -> Widget:
        """What has the focus."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What stands in the field."""
        raise NotImplementedError

    @text.setter
    def text(self, text: str) -> None:
        raise NotImplementedError

    @property
    def edited(self) -> bool:
        """Whether something else stands there than when it was opened."""
        return self.text != self.opened

    def load(self, value: object, opened: object) -> None:
        """Show `value`; it counts as edited where it is not `opened`."""
        self.opened = self.show(opened)
        self.text = self.show(value)
        self.look()

    def value(self) -> Any:
        """The value of what was typed; raises BadInput."""
        return self.parse(self.text)

    def look(self) -> bool:
        """Say below what is wrong, or what to know; False if it cannot be kept."""
        try:
            self.value()
        except BadInput as error:
            self.object_to(str(error))
            return False
        self.note(self._advise(self.text) if self._advise else "")
        return True

    def object_to(self, sentence: str) -> None:
        """Say below what is wrong."""
        self._say(Text(f"! {sentence}", "bold red"))

    def note(self, sentence: str) -> None:
        """Say below what to know; nothing: put away what was said."""
        self._say(Text(sentence, "yellow"))

    def _say(self, text: Text) -> None:
        self._below.update(text)
        self._below.display = bool(text.plain)

    def on_descendant_blur(self) -> None:
        """The field is left: what is wrong is said at once."""
        if self.edited:
            self.look()

    def complete(self) -> bool:
        """Complete what stands before the cursor; False where there is nothing to complete."""
        return False

    def tell_edited(self) -> None:
        """Tell the card that something else stands there."""
        self.post_message(self.Edited(self))


class TextEntry(Entry):
    """One line of text."""

    def __init__(self, path: str, label: str, *, field: Field | None = None, default: str = "", **options: Any) -> None:
        """`default` is shown where nothing stands: what will be taken instead."""
        super().__init__(path, label, **options)
        self._field = field or Field(placeholder=default)

    @property
    def control(self) -> Field:
        """The field."""
        return self._field

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._field.value

    @text.setter
    def text(self, text: str) -> None:
        self._field.value = text
        self._field.cursor_position = len(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something else stands there."""
        event.stop()
        self.tell_edited()


class PathEntry(TextEntry):
    """The path of a file; Tab completes it."""

    def __init__(self, path: str, label: str, **options: Any) -> None:
        super().__init__(path, label, field=PathField(), **options)

    def complete(self) -> bool:
        """Complete the path as far as it is certain, and show what it could be."""
        before = self.text
        names = self._field.complete() if isinstance(self._field, PathField) and before else []
        if names:
            self.note("  ".join(names[:8]))
        return self.text != before or bool(names)


class Tick(Widget, can_focus=True):
    """A box to tick."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TICK_FIELD)
    DEFAULT_CSS = """
    Tick { height: 1; width: auto; padding: 0 1; }
    Tick:focus { text-style: reverse; }
    """

    def __init__(self, toggled: Callable[[], None]) -> None:
        super().__init__()
        self.ticked = False
        self._toggled = toggled

    def render(self) -> Text:
        """`[x]`."""
        return Text("[x]" if self.ticked else "[ ]")

    def action_tick(self) -> None:
        """Tick, or untick."""
        self.ticked = not self.ticked
        self.refresh()
        self._toggled()


class TickEntry(Entry):
    """Yes or no."""

    def __init__(self, path: str, label: str, **options: Any) -> None:
        super().__init__(path, label, parse=lambda text: text == "x", show=lambda on: "x" if on else "", **options)
        self._tick = Tick(self.tell_edited)

    @property
    def control(self) -> Tick:
        """The box."""
        return self._tick

    @property
    def text(self) -> str:
        """`x` or nothing."""
        return "x" if self._tick.ticked else ""

    @text.setter
    def text(self, text: str) -> None:
        self._tick.ticked = text == "x"
        self._tick.refresh()


class Choice(Widget, can_focus=True):
    """One of a few values, which Space and the arrows go through."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE_FIELD)
    DEFAULT_CSS = """
    Choice { height: 1; width: auto; padding: 0 1; }
    Choice:focus { text-style: reverse; }
    """

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: Callable[[], None]) -> None:
        """`choices`: each text with its words."""
        super().__init__()
        self._choices, self._chosen = choices, chosen
        self._number = 0

    @property
    def key(self) -> str:
        """The text of the one that is chosen."""
        return self._choices[self._number][0]

    @key.setter
    def key(self, key: str) -> None:
        self._number = [known for known, _words in self._choices].index(key)
        self.refresh(layout=True)

    def render(self) -> Text:
        """`‹ exonéré ›`."""
        return Text(f"{signs().back} {self._choices[self._number][1]} {signs().into}")

    def get_content_width(self, *_: object) -> int:
        """Of the widest value, so that nothing moves."""
        return max(Text(words).cell_len for _key, words in self._choices) + 4

    def action_choose(self, step: int) -> None:
        """Take the next one, or the one before."""
        self._number = (self._number + step) % len(self._choices)
        self.refresh(layout=True)
        self._chosen()


class ChoiceEntry(Entry):
    """One of a few values, each a text with its words."""

    def __init__(self, path: str, label: str, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(path, label, **options)
        self._choice = Choice(choices, self._chosen)

    def _chosen(self) -> None:
        self.tell_edited()
        self.look()

    @property
    def control(self) -> Choice:
        """The values."""
        return self._choice

    @property
    def text(self) -> str:
        """The one that is chosen."""
        return self._choice.key

    @text.setter
    def text(self, text: str) -> None:
        self._choice.key = text
