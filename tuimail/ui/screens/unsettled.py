"""Messages whose end is not known yet: uncertain ones to decide about, those to be tried again, and the queue."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.binding import BindingType

from tuimail.config import secrets
from tuimail.domain.account import ImapAccount
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import Delivery
from tuimail.store import imap
from tuimail.store.database import in_background, in_writer
from tuimail.store.decisions import Decided
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import PAGE
from tuimail.ui.commands.recovery import UNSETTLED
from tuimail.ui.screens.decide import Decide
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.send_dialog import ask_passwords
from tuimail.ui.screens.unsettled_list import UnsettledList
from tuimail.ui.widgets.unsettled_rows import finding_sentence
from tuimail.ui.work import start

_MOST_LOOKED_UP = 200
"""Messages asked for in one look into the Sent folder."""


class Unsettled(UnsettledList):
    """What is ticked, or else the row under the cursor, is what a decision is about."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(UNSETTLED), *bindings(PAGE)]

    # Decisions

    def action_mark_sent(self) -> None:
        """Ask why, then mark as sent."""
        concerned = self.concerned or []
        if not self.ticked and (found := [d for d in self.known.values() if self.is_found(d.message_id)]):
            concerned = found
        if concerned:
            title = ngettext("Mark {n} message as sent", "Mark {n} messages as sent", len(concerned))
            self._ask(title, concerned, self._mark_sent, _("They count as sent; nothing leaves."))

    def action_send_again(self) -> None:
        """Ask why, then queue new ones."""
        if concerned := self.concerned:
            title = ngettext("{n} message not sent: send again", "{n} messages not sent: send again", len(concerned))
            beware = _("Beware: who received the first one will receive a second one.")
            self._ask(title, concerned, self._send_again, beware)

    def _ask(
        self,
        title: str,
        concerned: Sequence[Delivery],
        decide: Callable[[Sequence[str], str], Coroutine[Any, Any, None]],
        beware: str,
    ) -> None:
        def answered(why: str | None) -> None:
            if why:
                start(self, partial(decide, [d.message_id for d in concerned], why), exclusive=True)

        self.app.push_screen(Decide(title, concerned, beware, self._proposed(concerned)), answered)

    def _proposed(self, concerned: Sequence[Delivery]) -> str:
        """The reason, where the Sent folder gives one for all of them."""
        said = {finding_sentence(self.findings[d.message_id]) for d in concerned if self.is_found(d.message_id)}
        if not said or not all(self.is_found(d.message_id) for d in concerned):
            return ""
        folder = next(self.findings[d.message_id].folder for d in concerned)
        return said.pop() if len(said) == 1 else _("found in the folder {folder}").format(folder=folder)

    async def _mark_sent(self, message_ids: Sequence[str], why: str) -> None:
        if decided := await self._decided(self.desk.office.mark_sent, message_ids, why):
            self.say(_told(decided, ngettext("{n} marked as sent.", "{n} marked as sent.", len(decided.events))))

    async def _send_again(self, message_ids: Sequence[str], why: str) -> None:
        decided = await self._decided(self.desk.office.send_again, message_ids, why)
        if decided is None:
            return
        queued = len(decided.events) - len(decided.unqueued)
        sentence = ngettext("{n} new message is queued.", "{n} new messages are queued.", queued)
        self.say(_told(decided, sentence))
        if decided.batches:
            await self.go_on(False)

    async def _decided(
        self, decide: Callable[[Sequence[str], str], Decided], message_ids: Sequence[str], why: str
    ) -> Decided | None:
        try:
            decided = await in_writer(decide, message_ids, why)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return None
        self.ticked.clear()
        self.load()
        return decided

    # The Sent folder

    def action_look_up(self) -> None:
        """Look for what is ticked, or for all, in the Sent folder."""
        wanted = [d for d in self.known.values() if d.message_id in self.ticked] or list(self.known.values())
        start(self, partial(self._look_up, [d.message_id for d in wanted[:_MOST_LOOKED_UP]]), exclusive=True)

    async def _look_up(self, message_ids: Sequence[str]) -> None:
        wanted: list[ImapAccount] = []
        try:
            known = await in_background(imap.imap_accounts_by_message, list(message_ids))
            wanted = list(dict.fromkeys(known.values()))
            if not wanted and not imap.imap_accounts():
                self.action_imap()
                return
            if not await ask_passwords(self.app, wanted):
                return
            self.say(ngettext("Looking for {n} message…", "Looking for {n} messages…", len(message_ids)))
            findings = await in_background(self.desk.office.recovery.look_up, message_ids)
        except TuimailError as error:
            secrets_wrong(error, wanted)
            self.say("")
            self.app.push_screen(BadNews(error))
            return
        self.findings |= {finding.message_id: finding for finding in findings}
        self.load()
        self.say_usual()
        if not any(finding.found for finding in findings):
            self.say(_("Not one of them is in the Sent folder; not every server keeps what it sends."))

    def action_imap(self) -> None:
        """Where the Sent folder is read."""
        from tuimail.ui.screens.imap import ImapDialog

        self.app.push_screen(ImapDialog(self.desk), lambda said: self.say(said or ""))

    # What waits

    def action_retry_now(self) -> None:
        """Send what waits, and try again what was put off."""
        start(self, partial(self.go_on, True), exclusive=True)

    def action_back(self) -> None:
        """Back to the invoices."""
        self.dismiss()


def secrets_wrong(error: TuimailError, accounts: Sequence[ImapAccount]) -> None:
    """A password that was refused is asked for again next time."""
    from tuimail.sending.mailbox import SignInRefused

    if isinstance(error, SignInRefused):
        for account in accounts:
            secrets.forget(account)


def _told(decided: Decided, sentence: str) -> str:
    parts = [sentence]
    if decided.unqueued:
        parts.append(
            ngettext(
                "{n} not queued: a later one is on its way.",
                "{n} not queued: later ones are on their way.",
                len(decided.unqueued),
            )
        )
    if decided.settled:
        parts.append(
            ngettext("{n} was decided by somebody else.", "{n} were decided by somebody else.", len(decided.settled))
        )
    return " ".join(parts)
