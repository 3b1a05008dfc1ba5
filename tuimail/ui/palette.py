"""The palette: the commands that can be used now, found by their words."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import ActiveBinding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen
from textual.widgets import Input

from tuimail.domain.i18n import _
from tuimail.domain.text import fold
from tuimail.ui.commands import active
from tuimail.ui.commands.model import Command
from tuimail.ui.steady import SteadyScreen


class Palette(CommandPalette, SteadyScreen[None]):
    """Textual's own, with a cursor that does not blink: over a slow line each blink is paid for."""

    def on_mount(self) -> None:
        """Still the cursor."""
        self.query_one(Input).cursor_blink = False


class CommandProvider(Provider):
    """The palette: every command that can be used now, found by its words without regard to accents."""

    async def discover(self) -> Hits:
        """All of them."""
        for command, binding in active(self.screen):
            yield DiscoveryHit(self._title(command), self._runner(binding), help=command.help)

    async def search(self, query: str) -> Hits:
        """Those whose words hold every word of `query`."""
        wanted, nothing = fold(query).split(), True
        for command, binding in active(self.screen):
            text = fold(f"{command.label} {command.help}")
            if all(word in text for word in wanted):
                nothing = False
                score = 1.0 if fold(command.label).startswith(fold(query)) else 0.5
                yield Hit(score, self._title(command), self._runner(binding), help=command.help)

        if nothing:
            yield Hit(0.1, _("No command is called that"), _do_nothing)

    @staticmethod
    def _title(command: Command) -> str:
        return f"{command.label} ({command.key})"

    def _runner(self, binding: ActiveBinding) -> Runner:
        return Runner(self.screen, binding)


async def _do_nothing() -> None:
    return None


@dataclass(frozen=True)
class Runner:
    """Does what the key would have done."""

    screen: Screen[object]
    binding: ActiveBinding

    async def __call__(self) -> None:
        """Run the action where the key is bound."""
        await self.screen.app.run_action(self.binding.binding.action, self.binding.node)
