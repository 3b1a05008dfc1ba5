"""A decision about messages of which nobody knows whether they arrived: what, and why, for the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Delivery
from tuimail.ui.commands import bindings
from tuimail.ui.commands.recovery import DECIDE
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import Dialog
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose

_MOST_NAMED = 6


class Decide(Dialog[str]):
    """The answer is the reason, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DECIDE)

    def __init__(self, title: str, concerned: Sequence[Delivery], beware: str, proposed: str) -> None:
        super().__init__(title)
        self._concerned, self._beware, self._proposed = concerned, beware, proposed

    def content(self) -> ComposeResult:
        """The messages, what it means, and a field for the reason."""
        to = signs().to
        named = [f"{d.number} {d.resident} {to} {d.address}" for d in self._concerned[:_MOST_NAMED]]
        if (more := len(self._concerned) - _MOST_NAMED) > 0:
            named.append(ngettext("and {n} more", "and {n} more", more))
        yield Prose(Text("\n".join([*named, "", self._beware])), classes="sentences")
        label = Lines()
        label.set_line(_("How do you know? (for the journal)"))
        yield label
        yield Field(self._proposed, id="why")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        field = self.query_one(Field)
        field.focus()
        field.cursor_position = len(field.value)

    def action_accept(self) -> None:
        """Decide; a decision has a reason."""
        if why := self.query_one(Field).value.strip():
            self.dismiss(why)
        else:
            self.query_one("#said", Prose).update(_("Write in a few words how you know: the journal keeps it."))
