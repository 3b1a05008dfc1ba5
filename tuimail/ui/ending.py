"""How a screen ends that has been at work: something else may stand over it by then."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

Result = TypeVar("Result")


def end(screen: Screen[Result], result: Result | None = None) -> None:
    """Give that answer, unless the screen is gone; what was opened over it closes with it, unanswered."""
    app = screen.app
    if screen in app.screen_stack:
        while app.screen is not screen:
            app.pop_screen()
        screen.dismiss(result)
