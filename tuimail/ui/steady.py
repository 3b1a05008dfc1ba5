"""A screen whose size can change any number of times in no time."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import Screen

Result = TypeVar("Result")


class SteadyScreen(Screen[Result]):
    """Takes the last size of the terminal only.

    Textual answers each new size with a message of that size to the screen itself. With two sizes on the way at once it
    would go from one to the other for ever, and never come to anything else.
    """

    async def _on_resize(self, event: events.Resize) -> None:
        if event.size != self.app.size:
            event.prevent_default()
