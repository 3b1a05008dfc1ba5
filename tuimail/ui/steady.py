"""A screen whose size can change any number of times in no time, and of which nothing is left once it is closed."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual._styles_cache import StylesCache
from textual.screen import Screen

Result = TypeVar("Result")


class SteadyScreen(Screen[Result]):
    """Takes the last size of the terminal only, and that once.

    Textual answers each new size with a message of that size to the screen itself. With two sizes on the way at once it
    would go from one to the other for ever, and never come to anything else; and what is drawn would be drawn twice.
    """

    async def _on_resize(self, event: events.Resize) -> None:
        if event.size == self.outer_size or event.size != self.app.size:
            event.prevent_default()

    def on_unmount(self) -> None:
        # Here Textual keeps the last thousand widgets, gone or not, with every line that they drew.
        StylesCache.get_inner_outer.cache_clear()
