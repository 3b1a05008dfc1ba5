"""What the steps of an import have in common: a title, a line of what is said, the keys."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import ClassVar, TypeVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.desk import Desk
from tuimail.ui.import_job import ImportJob
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine

T = TypeVar("T")

_YELLOW = Style(color="yellow", bold=True)


class ImportStep(SteadyScreen[bool]):
    """One step; the answer is whether the import was done."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PAGE)

    def __init__(self, desk: Desk, job: ImportJob) -> None:
        super().__init__()
        self.desk, self.job = desk, job
        self.busy = False
        """Whether a file is being read or the database written: keys wait."""

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TitleLine()
        yield from self.content()
        yield Lines(id="said")
        yield KeysLine()

    def content(self) -> ComposeResult:
        """What stands between title and keys."""
        raise NotImplementedError

    def tell_place(self, *steps: str) -> None:
        """Where one is."""
        path = [*self.desk.path()[:1], _("import"), *steps]
        self.query_one(TitleLine).show(path, operator=self.desk.office.owner.operator)

    def say(self, sentence: str = "") -> None:
        """Say this until something else is to be said."""
        self.query_one("#said", Lines).set_line((sentence, _YELLOW))

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What an operator can be told of what goes wrong inside is shown in a box."""
        try:
            yield
        except TuimailError as error:
            self.app.push_screen(BadNews(error))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something goes on, nothing else begins."""
        if self.busy and action != "help":
            return None
        return super().check_action(action, parameters)

    @contextmanager
    def working(self, sentence: str) -> Iterator[None]:
        """Say that something goes on, for as long as it does."""
        self.busy = True
        self.say(sentence)
        self.refresh_bindings()
        try:
            yield
        finally:
            self.busy = False
            self.say()
            self.refresh_bindings()

    async def attempt(self, sentence: str, work: Awaitable[T]) -> T | None:
        """What comes of the work; None, with a box that says why, if it cannot be done."""
        try:
            with self.working(sentence):
                return await work
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return None

    def action_back(self) -> None:
        """To the step before."""
        self.dismiss(False)
