"""Boxes over a screen: what they have in common, a question, and bad news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import DIALOG, QUESTION
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.dialog_keys import DialogKeys
from tuimail.ui.widgets.prose import Prose

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], SteadyScreen[Result]):
    """A box with a title, a content and a line of keys; Esc closes it without doing anything."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DIALOG)

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="dialog") as box:
            box.border_title = Text(self._title).markup
            with Vertical(classes="body"):
                yield from self.content()
            yield DialogKeys()

    def on_resize(self) -> None:
        """However much there is to say, the keys stay on the screen."""
        self.query_one(".body").styles.max_height = self.most_lines

    @property
    def most_lines(self) -> int:
        """Lines that there are between the title and the keys."""
        return max(1, self.size.height - 2 - self.query_one(DialogKeys).lines_shown)

    @on(DialogKeys.Grew)
    def _keys_grew(self) -> None:
        self.call_after_refresh(self.on_resize)

    def content(self) -> ComposeResult:
        """What stands between the title and the keys."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is under way may close the box: nothing opens over it meanwhile."""
        if action == "help":
            return not any(worker.node is self and worker.is_running for worker in self.workers)
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """Say what every key does here."""
        from tuimail.ui.screens.help import Help

        self.app.push_screen(Help(self))

    def action_back(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)


class Question(Dialog[bool]):
    """Something to be decided: Enter does it, Esc does not."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(QUESTION)

    def __init__(self, title: str, sentences: Sequence[str]) -> None:
        super().__init__(title)
        self._sentences = sentences

    def content(self) -> ComposeResult:
        """The sentences."""
        yield Prose(Text("\n".join(self._sentences)), classes="sentences")

    def action_accept(self) -> None:
        """Do it."""
        self.dismiss(True)

    def action_back(self) -> None:
        """Do not."""
        self.dismiss(False)


class BadNews(Dialog[None]):
    """Something that could not be done: the sentence and the next step."""

    def __init__(self, error: TuimailError, title: str = "") -> None:
        super().__init__(title or _("Not done"))
        self._error = error

    def content(self) -> ComposeResult:
        """The sentence, then what to do."""
        yield Prose(told(self._error), classes="sentences")


async def asked(app: App[object], dialog: Dialog[Result]) -> Result | None:
    """What the operator answers; None if the dialog was closed without doing anything. Only within a worker."""
    return await app.push_screen_wait(dialog)


def told(error: TuimailError) -> Text:
    """An error for the screen: the sentence stands out, the next step below it."""
    text = Text(error.sentence, style="bold")
    if error.next_step:
        text.append(f"\n{error.next_step}", style="not bold")
    return text
