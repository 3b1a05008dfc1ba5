"""The fields of a message's subject and text: keywords completed while they are typed, and a preview of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from tuimail.domain.i18n import _
from tuimail.domain.keywords import Vocabulary, begun
from tuimail.domain.templates import INVOICE
from tuimail.ui.look import signs
from tuimail.ui.widgets.entry import Entry, TextEntry
from tuimail.ui.widgets.field import common_start
from tuimail.ui.widgets.prose import Prose

_TURNING = frozenset(("pageup", "pagedown", "f7"))
"""Keys that turn to another tab everywhere in a card."""


def offered(start: str, vocabulary: Vocabulary) -> str:
    """What a keyword that was begun may become, for the line below the field."""
    found = vocabulary.completions(start)
    if not found:
        return ""
    if len(found) == 1 and (keyword := vocabulary.known(found[0])) is not None:
        return _("Tab: {keyword}, {meaning}").format(keyword=found[0], meaning=keyword.label)
    return _("Tab completes: {keywords}").format(keywords=" ".join(found))


def completion(start: str, vocabulary: Vocabulary) -> str:
    """What Tab adds to a keyword that was begun."""
    found = vocabulary.completions(start)
    return common_start(found)[len(start) :]


class KeywordEntry(TextEntry):
    """One line of text that may hold keywords."""

    vocabulary = INVOICE

    @property
    def _begun(self) -> str:
        return begun(self.text[: self.control.cursor_position]) if self.control else ""

    def tell_edited(self) -> None:
        """Offer the keywords that fit."""
        self.note(offered(self._begun, self.vocabulary))
        super().tell_edited()

    def complete(self) -> bool:
        """Complete the keyword before the cursor, as far as it is certain."""
        start = self._begun
        if self.control:
            self.control.insert_text_at_cursor(completion(start, self.vocabulary))
        return bool(self.vocabulary.completions(start))


class TextBlock(TextArea, inherit_bindings=False):
    """Several lines of text; a cursor that does not blink."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in TextArea.BINDINGS if isinstance(binding, Binding) and binding.key not in _TURNING
    ]
    DEFAULT_CSS = """
    TextBlock, TextBlock:focus {
        height: auto; min-height: 4; max-height: 25vh; width: 1fr; padding: 0 1; border: none;
        background: ansi_default; background-tint: ansi_default 0%;
        color: ansi_default;
    }
    TextBlock .text-area--cursor-line { background: ansi_default; }
    TextBlock .text-area--cursor { text-style: reverse; background: ansi_default; color: ansi_default; }
    TextBlock .text-area--selection { text-style: reverse; background: ansi_default; }
    """

    def __init__(self, default: str = "") -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=default,
        )
        self.cursor_blink = False

    @property
    def before_cursor(self) -> str:
        """What stands on the cursor's line before it."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]


class BlockEntry(Entry):
    """Several lines of text that may hold keywords."""

    vocabulary = INVOICE

    def __init__(self, path: str, label: str, *, default: str = "", **options: Any) -> None:
        super().__init__(path, label, **options)
        self._block = TextBlock(default.rstrip("\n"))

    @property
    def control(self) -> TextBlock:
        """The lines."""
        return self._block

    @property
    def text(self) -> str:
        """What stands there, the last line without its end."""
        return self._block.text.rstrip("\n") if self._block.text.strip() else self._block.text

    @text.setter
    def text(self, text: str) -> None:
        self._block.load_text(text.rstrip("\n"))

    def load(self, value: object, opened: object) -> None:
        """As any other field, the end of the last line put aside."""
        super().load(value, opened)
        self.opened = self.opened.rstrip("\n")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Offer the keywords that fit."""
        event.stop()
        if self._block.has_focus:
            self.note(offered(begun(self._block.before_cursor), self.vocabulary))
        self.tell_edited()

    def complete(self) -> bool:
        """Complete the keyword before the cursor, as far as it is certain."""
        start = begun(self._block.before_cursor)
        self._block.insert(completion(start, self.vocabulary))
        return bool(self.vocabulary.completions(start))


class Preview(Prose):
    """A message as a family would read it."""

    DEFAULT_CSS = """
    Preview { margin: 0 1; border-top: solid ansi_default; border-title-style: bold; }
    .-ascii Preview { border-top: ascii ansi_default; }
    """

    def __init__(self, whom: str, values: Mapping[str, str]) -> None:
        """`whom` is whose message it is; `values` what the keywords become."""
        super().__init__()
        self._values = values
        self.message = Text()
        self.border_title = Text(_("Preview: {who}").format(who=whom)).markup

    def show(self, sender: str, subject: str, body: str) -> None:
        """Show this message."""
        values = {**self._values, "sender": sender}
        text = Text(f"{sender} {signs().dot} " if sender else "", "dim")
        text.append(INVOICE.expand(subject, values) + "\n", "bold not dim")
        text.append(INVOICE.expand(body, values), "not bold not dim")
        self.message = text
        self.update(text)
