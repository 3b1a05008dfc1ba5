"""Labelled fields of a card, each with what is wrong with it on the line below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.containers import Lines
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tuimail.domain.errors import BadInput
from tuimail.ui.commands import bindings
from tuimail.ui.commands.form import TICK_FIELD
from tuimail.ui.widgets.choice import Choice
from tuimail.ui.widgets.field import Field, FigureField, PathField
from tuimail.ui.widgets.prose import Prose, wrapped

Parse = Callable[[str], Any]
Show = Callable[[Any], str]
LABEL = 25
"""Columns of a label, with the space before it."""


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

    DEFAULT_CSS = """
    Entry { height: auto; padding: 0 0 0 1; }
    Entry > * { margin: 0 0 0 24; }
    Entry > .below { margin: 0 0 0 25; }
    Entry.-resting > .below { margin: 1 0 0 25; }
    Entry Input { width: 1fr; }
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
        classes: str | None = None,
    ) -> None:
        super().__init__(classes=classes)
        self.path, self.label = path, label
        self.parse, self.show, self._advise = parse, show, advise
        self.opened = ""
        """The text that the field was opened with."""
        self._said = Text()
        self._below: Prose | None = None

    def compose(self) -> ComposeResult:
        """The field; the line below where there is something to say."""
        if self.control is not None:
            yield self.control
        yield from self._said_below()

    def _said_below(self) -> Iterator[Prose]:
        if self._said.plain:
            self._below = Prose(self._said, classes="below")
            yield self._below

    def wake(self) -> None:
        """Before it is mounted: it will be gone to at once."""

    async def reach(self) -> None:
        """Make the field ready to be gone to."""

    def render(self) -> Text:
        """The label, which stands before the field: a widget of its own for each would double the time of a card."""
        return Text("\n").join(self._label_lines())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """That of the field and the line below, or of the label if it is longer."""
        return max(super().get_content_height(container, viewport, width), len(self._label_lines()))

    def _label_lines(self) -> Lines:
        return wrapped(Text(self.label), LABEL - 1, self.app.console)

    @property
    def control(self) -> Widget | None:
        """What has the focus; None as long as `reach` was not called."""
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
        self._said = text
        if self._below is not None:
            self._below.update(text)
            self._below.display = bool(text.plain)
        elif self.is_mounted:
            self.mount(*self._said_below())

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
    """One line of text. Until it is gone to it only shows what stands there: a card is painted in half the time."""

    def __init__(self, path: str, label: str, *, field: type[Field] = Field, default: str = "", **options: Any) -> None:
        """`default` is shown where nothing stands: what will be taken instead."""
        super().__init__(path, label, classes="-resting", **options)
        self._make, self._default, self._text = field, default, ""
        self._field: Field | None = None

    def render(self) -> Text:
        """The label, and what stands in the field as the field would show it."""
        label = super().render()
        if self._field is not None:
            return label
        first, *others = label.split("\n", allow_blank=True) if label.plain else [Text()]
        first.pad_right(LABEL - cell_len(first.plain))
        room = max(0, self.content_size.width - LABEL - 1)
        value = Text(self._text or self._default, "dim" if not self._text else "", no_wrap=True)
        value.truncate(room)
        first.append_text(value)
        return Text("\n").join([first, *others])

    def wake(self) -> None:
        """Make the field, to be mounted with the rest."""
        if self._field is None:
            self._made()

    def _made(self) -> Field:
        self._field = made = self._make(placeholder=self._default)
        made.value = self._text
        made.cursor_position = len(self._text)
        self.remove_class("-resting")
        return made

    async def reach(self) -> None:
        """Put the field there."""
        if self._field is None:
            await self.mount(self._made(), before=0 if self.children else None)
            self.refresh()

    async def on_click(self) -> None:
        """As if it was gone to by keys."""
        await self.reach()
        self.screen.set_focus(self.control)

    @property
    def control(self) -> Field | None:
        """The field, once it was gone to."""
        return self._field

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._text if self._field is None else self._field.value

    @text.setter
    def text(self, text: str) -> None:
        self._text = text
        if self._field is None:
            self.refresh()
        else:
            self._field.value = text
            self._field.cursor_position = len(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something else stands there."""
        event.stop()
        if event.value != self._text:
            self._text = event.value
            self.tell_edited()


class FigureEntry(TextEntry):
    """A number: what is typed first replaces it."""

    def __init__(self, path: str, label: str, **options: Any) -> None:
        super().__init__(path, label, field=FigureField, **options)


class PathEntry(TextEntry):
    """The path of a file; Tab completes it."""

    def __init__(self, path: str, label: str, **options: Any) -> None:
        super().__init__(path, label, field=PathField, **options)

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


class ChoiceEntry(Entry):
    """One of a few values, each a text with its words."""

    def __init__(self, path: str, label: str, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(path, label, **options)
        self._choice = Choice(choices)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another value was taken."""
        event.stop()
        self.tell_edited()
        self.look()

    @property
    def control(self) -> Choice:
        """The values."""
        return self._choice

    @property
    def text(self) -> str:
        """The one that is chosen."""
        return self._choice.value

    @text.setter
    def text(self, text: str) -> None:
        self._choice.choose(text)
