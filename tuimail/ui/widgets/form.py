"""A card's fields in tabs: what was typed as a state, what was changed since it was opened, and what is wrong with it.

    form = Form((Tab(_("Identity"), [TextEntry("phone", _("Telephone"), parse=checked_phone), …]), Tab(…)), state)
    typed = await form.typed()        # the state with what was typed, or None: what is wrong stands at the fields
    form.load(joined, opened=theirs)

The state is a frozen dataclass; each entry's `path` names one of its fields, inner ones with a dot. Fields that no
entry is for stay as they are in the state. A tab may hold widgets that are not entries, such as a preview. The widgets
of a tab are mounted when it is first opened: a card of sixty fields is there as soon as one of fifteen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget

from tuimail.domain.changes import Difference, shown, value_at, with_value
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.ui.commands.model import key_name
from tuimail.ui.look import signs
from tuimail.ui.widgets.entry import Entry
from tuimail.ui.widgets.frame import REVERSE, Lines, Part


@dataclass(frozen=True)
class Tab:
    """A page of a card. `content`: entries and other widgets, from top to bottom."""

    title: str
    content: Sequence[Widget] = field(hash=False)

    @property
    def entries(self) -> Iterator[Entry]:
        """Its fields."""
        return (widget for widget in self.content if isinstance(widget, Entry))


class Fields(VerticalScroll, inherit_bindings=False):
    """A tab's fields; the arrows go from one to the next, and what they leave scrolls by itself."""


class Form(Vertical):
    """The line of tabs, and the fields of the one that is open."""

    class Opened(Message):
        """A tab was opened for the first time: its widgets are there now."""

    DEFAULT_CSS = """
    Form { height: 1fr; }
    Form #tabs { margin-bottom: 1; }
    Form VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    """

    def __init__(self, tabs: Sequence[Tab], state: Any) -> None:
        super().__init__()
        self.tabs = tabs
        self.state = state
        """What the card was opened with."""
        self.here = 0
        """Which tab is open."""
        self.begins_at = ""
        """The path of the field to go to at first; empty: the first one."""
        self._line = Lines(id="tabs")
        self._line.display = len(tabs) > 1
        self.load(state, state)
        if first := next(tabs[0].entries, None):
            first.wake()
        # Mounted at once and not after the others, which would be laid out anew.
        self._pages = [Fields(*(tab.content if tab is tabs[0] else ()), can_focus=False) for tab in tabs]

    def compose(self) -> ComposeResult:
        """Tabs, then their fields."""
        yield self._line
        yield from self._pages

    async def on_mount(self) -> None:
        """Go to the first field, or to the one that was asked for."""
        paths = [[entry.path for entry in tab.entries] for tab in self.tabs]
        await self.open(next((n for n, known in enumerate(paths) if self.begins_at in known), 0))
        if self.begins_at:
            await self._focus(self.entry(self.begins_at))

    @property
    def entries(self) -> list[Entry]:
        """All the fields, in the order in which Tab goes through them."""
        return [entry for tab in self.tabs for entry in tab.entries]

    def entry(self, path: str) -> Entry:
        """The field of that path."""
        return next(entry for entry in self.entries if entry.path == path)

    @property
    def edited(self) -> bool:
        """Whether something was typed that is not saved."""
        return any(entry.edited for entry in self.entries)

    def load(self, state: Any, opened: Any) -> None:
        """Show `state`; what is not as in `opened` counts as typed."""
        self.state = opened
        for entry in self.entries:
            entry.load(value_at(state, entry.path), value_at(opened, entry.path))
        self.paint()

    async def typed(self) -> Any | None:
        """The state with what was typed; None where something cannot be kept: it is said there, and gone to."""
        wrong = [entry for entry in self.entries if not entry.look()]
        self.paint()
        if wrong:
            await self.go_to(self.current if self.current in wrong else wrong[0])
            return None
        state = self.state
        for entry in self.entries:
            if entry.edited:
                state = with_value(state, entry.path, entry.value())
        return state

    def peek(self) -> Any:
        """The state with whatever of what was typed can be kept; for a preview."""
        state = self.state
        for entry in self.entries:
            try:
                state = with_value(state, entry.path, entry.value())
            except BadInput:
                continue
        return state

    def tell_conflicts(self, who: str, found: Sequence[Difference]) -> None:
        """Say at each field that both changed what the other has put there."""
        for difference in found:
            theirs = shown(difference.before) or _("nothing")
            self.entry(difference.path).note(_("{who} has put: {text}").format(who=who, text=theirs))

    # Going about

    async def open(self, number: int, *, last: bool = False) -> None:
        """Open a tab, on its first or last field."""
        self.here = number % len(self.tabs)
        self.screen.refresh_bindings()
        for page_number, page in enumerate(self._pages):
            page.display = page_number == self.here
        self.paint()
        page = self._pages[self.here]
        if not page.children:
            await page.mount(*self.tabs[self.here].content)
            self.post_message(self.Opened())
        entries = list(self.tabs[self.here].entries)
        if entries:
            await self._focus(entries[-1 if last else 0])

    async def go_to(self, entry: Entry) -> None:
        """Open the tab of a field, and go to it."""
        number = next(n for n, tab in enumerate(self.tabs) if entry in tab.entries)
        if number != self.here:
            await self.open(number)
        await self._focus(entry)

    async def _focus(self, entry: Entry) -> None:
        await entry.reach()
        self.screen.set_focus(entry.control)

    @property
    def current(self) -> Entry | None:
        """The field that has the focus."""
        # Not `has_focus`, which follows only once the field has been told.
        focused = self.screen.focused
        return next((entry for entry in self.entries if focused and entry.control is focused), None)

    async def step(self, by: int) -> None:
        """Go to the next field, or to the one before, whichever tab it is in."""
        entries, current = self.entries, self.current
        at = entries.index(current) + by if current else 0
        await self.go_to(entries[at % len(entries)])

    def paint(self) -> None:
        """The line of tabs; a star stands at those where something was typed."""
        if not self._line.is_attached:
            return
        parts: list[Part] = []
        for number, tab in enumerate(self.tabs):
            text = f" {tab.title}{'*' if any(entry.edited for entry in tab.entries) else ''} "
            parts += [(text, REVERSE) if number == self.here else text]
        keys = f"{key_name('pageup')} {key_name('pagedown')}"
        self._line.set_line(*parts, right=(f"{self.here + 1}/{len(self.tabs)} {signs().dot} {keys}",))

    def on_entry_edited(self) -> None:
        """The star of the tab comes or goes."""
        self.paint()
