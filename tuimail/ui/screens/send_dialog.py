"""The dialogs from which messages leave: the password if it is needed, the PDFs, the server, then the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.worker import Worker

from tuimail.config import secrets
from tuimail.domain.account import Account, ImapAccount
from tuimail.domain.errors import AccountBusy, BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.recipients import Recipient
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.sending import SIGN_IN
from tuimail.ui.desk import Desk, Enclosure
from tuimail.ui.ending import end
from tuimail.ui.making import Made, Progress
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.frame import Lines

if TYPE_CHECKING:
    from tuimail.sending.control import Control


class GivenUp(BadInput):
    """The operator went back while the PDFs were being made."""


class SendDialog(Dialog[bool]):
    """A box that controls a selection and then sends it; the answer is whether something is being sent."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__(title)
        self.desk = desk
        self.ended = ""
        """A sentence on what becomes of the messages, where they are queued and do not leave at once."""
        self._work: Worker[None] | None = None
        self._given_up = False
        self._launching = False
        """Whether Enter was pressed and what it began may still be given up."""
        self._committed = False
        """Whether the batch is being queued: too late to give it up."""
        self._wrong_password = False
        self._behind: Control | None = None
        """What the next Enter queues behind the send of another session."""

    @property
    def busy(self) -> bool:
        """Whether something is under way that Esc would give up."""
        return self._work is not None and not self._work.is_finished

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        raise NotImplementedError

    async def check(
        self, ids: Sequence[int], label: str, *, resend: bool = False, to: Sequence[Recipient] | None = None
    ) -> Control:
        """The control of these documents, made beside the screen."""
        return await in_background(self.desk.office.control, ids, label, resend=resend, to=to)

    def surprised(self, before: Control, prepared: Control) -> bool:
        """Whether making the PDFs found what the operator has not seen: it is shown now, and nothing is sent."""
        raise NotImplementedError

    def going(self, control: Control) -> list[Enclosure]:
        """The files that go along with what is ready."""
        return self.desk.going_with([candidate.document.id for candidate in control.ready])

    async def send(self, control: Control) -> None:
        """Send what the control found ready, then close; whatever is in the way is said, and nothing is queued."""
        if self._behind is not None:
            await self._queue_behind(self._behind)
            return
        self._launching = True
        try:
            if not await ask_password(self.app, control.account, again=self._wrong_password):
                self.say("")
                return
            prepared = control
            if not control.files:
                self.say(_("Making the PDFs…"))
                pairs = [(e.document_id, e.attachment) for e in self.going(control)]
                prepared = await in_background(self.desk.office.prepare, control, self._progress(), pairs)
            if self.surprised(control, prepared):
                return
            if not prepared.ready:
                raise BadInput(
                    _("No PDF could be made: {reason}").format(reason=prepared.blocked[-1].reason),
                    _("Correct that in the billing software, then import again."),
                )
            self.say(_("Connecting to {host}…").format(host=control.account.host))
            going = self.going(prepared)
            try:
                leaves = await self.desk.sending.start(
                    prepared, [(e.document_id, e.attachment) for e in going], queueing=self._commit
                )
                self.ended = "" if leaves else queued_behind(prepared.messages)
            except AccountBusy as busy:
                self._behind = prepared
                more = _("Enter once more: queue these messages behind it; they leave when it has ended.")
                self.say(Text(f"{busy.sentence}\n", "bold").append(more, "not bold"))
                return
        except GivenUp:
            return
        except TuimailError as error:
            self._committed = False
            self._wrong_password = password_refused(error)
            self.say(told(error))
            return
        finally:
            self._launching = False
        self.desk.forget(going)
        end(self, True)

    async def _queue_behind(self, prepared: Control) -> None:
        going = self.going(prepared)
        self._committed = True
        try:
            queued = await self.desk.sending.queue_behind(prepared, [(e.document_id, e.attachment) for e in going])
        except TuimailError as error:
            self._committed = False
            self.say(told(error))
            return
        self.ended = queued_behind(queued)
        self.desk.forget(going)
        end(self, True)

    def _commit(self) -> None:
        self._committed = True

    def _progress(self) -> Progress:
        self._given_up = False
        return Progress(self, self._go_on)

    def _go_on(self) -> None:
        """Stop the thread that makes the PDFs when nobody wants them any more."""
        if self._given_up:
            raise GivenUp(_("Given up: nothing was sent."))

    def on_made(self, message: Made) -> None:
        """The PDFs take a while where there are many."""
        if self._launching:
            self.say(message.sentence)

    def action_back(self) -> None:
        """Give up what is under way, or else close."""
        if self._committed:
            return
        if self._launching and self._work is not None:
            self._given_up = True
            self._work.cancel()
            self.say(_("Given up: nothing was sent."))
        else:
            self.dismiss(False)


def queued_behind(messages: int) -> str:
    """What becomes of so many messages that cannot leave before another send has ended."""
    return ngettext(
        "{n} message is queued; it leaves when the other send has ended.",
        "{n} messages are queued; they leave when the other send has ended.",
        messages,
    )


def password_refused(error: TuimailError) -> bool:
    """Whether the password is to be asked for again."""
    from tuimail.sending.failures import AuthenticationRefused

    return isinstance(error, AuthenticationRefused)


async def ask_password(app: App[Any], account: Account, *, again: bool = False) -> bool:
    """See to it that the account's password is known; `again`: it was refused. False if the operator gives none.

    Raises NotSettled where a source of passwords is there and fails.
    """
    if not account.takes_password or (not again and await in_background(secrets.password, account) is not None):
        return True
    typed = await app.push_screen_wait(PasswordDialog(account, again=again))
    if typed:
        secrets.remember(account, typed)
    return bool(typed)


async def ask_passwords(app: App[Any], accounts: Iterable[ImapAccount]) -> bool:
    """See to it that these passwords are known. False if the operator gives one up.

    Raises NotSettled where a source of passwords is there and fails.
    """
    for account in accounts:
        if await in_background(secrets.password, account) is None:
            typed = await app.push_screen_wait(PasswordDialog(account, again=False))
            if not typed:
                return False
            secrets.remember(account, typed)
    return True


class PasswordDialog(Dialog[str]):
    """Asks for the password of the mail account; it stays in memory until the program ends."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SIGN_IN)

    def __init__(self, account: Account | ImapAccount, *, again: bool) -> None:
        super().__init__(_("Password of {user}").format(user=account.user))
        self._account, self._again = account, again

    def content(self) -> ComposeResult:
        """Why it is asked, and a field that shows nothing of it."""
        sentence = (
            _("{host} refused the password: type it again.")
            if self._again
            else _("{host} asks for it. It is kept in memory until you leave the program.")
        )
        lines = Lines()
        lines.set_line(sentence.format(host=self._account.host))
        yield lines
        yield Field(password=True, id="password")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def action_accept(self) -> None:
        """Take it, unless nothing was typed."""
        if typed := self.query_one(Field).value:
            self.dismiss(typed)
