"""Screens that may hold what is kept nowhere yet: neither Esc nor leaving the application loses it unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tuimail.ui.screens.dialog import Question
from tuimail.ui.steady import SteadyScreen

Result = TypeVar("Result")


class Leaving(SteadyScreen[Result]):
    """Beside a dialog it comes second: a screen takes its looks from its first base."""

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Go back; what would be lost is asked about first."""
        raise NotImplementedError

    def ask_to_lose(self, title: str, sentences: Sequence[str], lose: Callable[[], object]) -> None:
        """Ask, then do what loses it."""

        def answered(sure: bool | None) -> None:
            if sure:
                lose()

        self.app.push_screen(Question(title, sentences), answered)
