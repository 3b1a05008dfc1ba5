"""A box that asks for a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual.binding import BindingType

from tuimail.ui.commands import bindings
from tuimail.ui.commands.structures import NAMING
from tuimail.ui.screens.decision import Decision

Keep = Callable[[str], Awaitable[Any]]


class Naming(Decision[Any]):
    """The answer is what `keep` answers to the name; what it objects to is said, and the name can be corrected."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(NAMING)

    def __init__(self, title: str, label: str, keep: Keep, proposed: str = "") -> None:
        super().__init__(title, (), label, proposed)
        self._keep = keep

    async def do(self, typed: str) -> Any:
        """Keep the name."""
        return await self._keep(typed)
