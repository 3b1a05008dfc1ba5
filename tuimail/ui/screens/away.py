"""What happened while the operator was not looking, in one screen: each send, and where its messages stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.away import Away, AwaySend
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import BatchState
from tuimail.domain.periods import format_moment
from tuimail.ui.commands import bindings
from tuimail.ui.commands.recovery import AWAY
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import Dialog
from tuimail.ui.widgets.prose import Prose

_MOST_SENDS = 5
"""Sends told of one by one: with three lines each the box fits a screen of 24 lines."""


class AwayDialog(Dialog[str]):
    """The answer is the action of the key that was pressed, empty to close."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(AWAY)

    def __init__(self, away: Away) -> None:
        if away.since is None:
            title = _("What was left")
        else:
            title = _("Since you were here, {moment}").format(moment=format_moment(away.since))
        super().__init__(title)
        self._away = away

    def content(self) -> ComposeResult:
        """A send a paragraph, then what can be done."""
        yield Prose(Text("\n").join(self._lines()), classes="sentences")

    def _lines(self) -> Iterator[Text]:
        away = self._away
        if not away.sends:
            yield Text(_("Nothing was sent meanwhile, and nothing was left."))
        for send in away.sends[:_MOST_SENDS]:
            yield from _send_lines(send)
        if (more := len(away.sends) - _MOST_SENDS) > 0:
            yield Text(
                ngettext("and {n} other send: see the journal (4)", "and {n} other sends: see the journal (4)", more)
            )
        if away.queued:
            yield Text()
            yield Text(
                ngettext(
                    "{n} message is still queued: R sends it. It has not left.",
                    "{n} messages are still queued: R sends them. They have not left.",
                    away.queued,
                ),
                "bold",
            )
        if away.uncertain:
            yield Text(
                ngettext(
                    "{n} message is uncertain, perhaps sent: U shows it. It is never sent again by itself.",
                    "{n} messages are uncertain, perhaps sent: U shows them. They are never sent again by themselves.",
                    away.uncertain,
                ),
                "bold",
            )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What there is nothing of has no key."""
        away = self._away
        possible = {
            "resume": bool(away.queued),
            "unsettled": bool(away.uncertain),
            "problems": any(send.counts.failed for send in away.sends),
        }
        return possible.get(action, super().check_action(action, parameters))

    def action_resume(self) -> None:
        """Go on."""
        self.dismiss("resume")

    def action_unsettled(self) -> None:
        """Decide."""
        self.dismiss("unsettled")

    def action_problems(self) -> None:
        """See the problems."""
        self.dismiss("problems")

    def action_back(self) -> None:
        """Go to the invoices."""
        self.dismiss("")


def _send_lines(send: AwaySend) -> Iterator[Text]:
    batch, counts = send.batch, send.counts
    dot = f" {signs().dot} "
    yield Text(batch.label, "bold")
    by = _("asked for by {operator} on {moment}").format(
        operator=batch.operator, moment=format_moment(batch.created_at)
    )
    yield Text("  " + dot.join((by, _standing(send))))
    yield Text("  " + counts.sentence())


def _standing(send: AwaySend) -> str:
    if send.batch.state is BatchState.PAUSED:
        return _("paused")
    if send.batch.state is BatchState.CANCELLED:
        return _("stopped")
    if send.interrupted:
        return _("interrupted")
    return _("some to be tried again") if send.counts.deferred else _("ended")
