"""A decision about messages of which nobody knows whether they arrived: what, and why, for the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Delivery
from tuimail.ui.commands import bindings
from tuimail.ui.commands.recovery import DECIDE
from tuimail.ui.look import signs
from tuimail.ui.screens.decision import Decision

_MOST_NAMED = 6


class Decide(Decision[str]):
    """The answer is the reason, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DECIDE)

    def __init__(self, title: str, concerned: Sequence[Delivery], beware: str, proposed: str) -> None:
        to = signs().to
        named = [f"{d.number} {d.resident} {to} {d.address}" for d in concerned[:_MOST_NAMED]]
        if (more := len(concerned) - _MOST_NAMED) > 0:
            named.append(ngettext("and {n} more", "and {n} more", more))
        super().__init__(title, [*named, "", beware], _("How do you know? (for the journal)"), proposed)

    async def do(self, typed: str) -> str:
        """Take the reason; a decision has one."""
        if why := typed.strip():
            return why
        raise BadInput(_("Write in a few words how you know: the journal keeps it."))
