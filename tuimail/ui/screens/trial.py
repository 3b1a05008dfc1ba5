"""The connection test on screen: each step as it ends, with its time, what the server said, and what to do next."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tuimail.config import secrets
from tuimail.domain.account import Account
from tuimail.domain.addresses import normalise_address
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.sending.probe import Probed, Step, steps_of
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import TRIAL
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.screens.send_dialog import PasswordDialog
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start

if TYPE_CHECKING:
    from textual.worker import Worker

_GREEN, _RED, _YELLOW, _DIM = (
    Style(color="green"),
    Style(color="red", bold=True),
    Style(color="yellow"),
    Style(dim=True, bold=False),
)
_NAME, _FOUND, _STATE = 17, 42, 4


class Trial(Dialog[None]):
    """Tries an account; nothing is kept, and nothing is written to anyone unless asked."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TRIAL)

    def __init__(self, desk: Desk, account: Account, password: str = "") -> None:
        super().__init__(_("Test of {host}").format(host=account.host))
        self.desk = desk
        self._account = account
        self._password = password
        self._mail_to = ""
        self._done: list[Probed] = []
        self._over = False
        self._worker: Worker[None] | None = None

    def content(self) -> ComposeResult:
        """The steps, then what they come to."""
        with VerticalScroll(id="steps"):
            yield Prose("", id="steps-text")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Begin at once."""
        self.query_one("#steps").styles.height = "auto"
        self.action_again()

    def on_resize(self) -> None:
        """Many replies scroll; what they come to stays."""
        super().on_resize()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        said = self.query_one("#said", Prose)
        self.query_one("#steps").styles.max_height = max(3, self.most_lines - max(said.lines_needed, 1) - 1)

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self.call_after_refresh(self._fit)

    def action_again(self) -> None:
        """From the first step on."""
        self._done, self._over = [], False
        self._show()
        self.say(_("Nothing is written to anyone.") if not self._mail_to else "")
        self._worker = start(self, self._run, exclusive=True)

    def action_back(self) -> None:
        """End the conversation with the server before what would show it is gone."""
        if self._worker is not None:
            self._worker.cancel()
        super().action_back()

    def action_mail(self) -> None:
        """Ask for an address, and send one message there at the end."""
        proposed = self.desk.office.mail.sample(self._account).sender

        def answered(address: str | None) -> None:
            if address:
                self._mail_to = normalise_address(address)
                self.action_again()

        label = _("Your own address: one message goes there.")
        dialog = Ask(_("Test message"), label, self._mail_to or proposed, normalise_address)
        self.app.push_screen(dialog, answered)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One test at a time."""
        if action in ("again", "mail"):
            return self._over
        return super().check_action(action, parameters)

    async def _run(self) -> None:
        try:
            password = await self._secret()
            steps = await in_background(self.desk.office.mail.test, self._account, self._mail_to, password)
            async for each in steps:
                self._done.append(each)
                self._show()
        except TuimailError as error:
            self.say(told(error))
        else:
            self._conclude()
        finally:
            self._over = True
            if self.is_attached:
                self.refresh_bindings()

    async def _secret(self) -> str | None:
        """The password that was typed, here or before; None where it is known, or none is needed."""
        if self._password or not self._account.takes_password:
            return self._password or None
        if await in_background(secrets.password, self._account) is not None:
            return None
        typed = await self.app.push_screen_wait(PasswordDialog(self._account, again=False))
        self._password = typed or ""
        return self._password

    def _conclude(self) -> None:
        last = self._done[-1]
        if last.error is not None:
            self.say(told(last.error))
        elif any(each.warning for each in self._done):
            self.say(_("The account works; beware of what is told above."))
        else:
            self.say(_("The account works.") if not self._mail_to else _("The account works; look for the message."))

    def _show(self) -> None:
        text = Text()
        steps = steps_of(self._account, self._mail_to)
        for number, step in enumerate(steps):
            each = self._done[number] if number < len(self._done) else None
            if each is None and self._done and not self._done[-1].ok:
                break
            text.append_text(_line(number + 1, step, each))
            text.append("\n")
        text.rstrip()
        self.query_one("#steps-text", Prose).update(text)
        self.call_after_refresh(self._fit)


def _line(number: int, step: Step, each: Probed | None) -> Text:
    text = Text(f"{number} {step.label}".ljust(_NAME), style="bold")
    if each is None:
        return text.append("…", _DIM)
    # Host names are long, and it is what follows them that matters: until when a certificate holds.
    first, *others = wrap(each.found, _FOUND) or [""]
    text.append(first.ljust(_FOUND) + " ", "not bold")
    state = _("OK") if each.ok else _("ERR")
    text.append(state.ljust(_STATE), _GREEN if each.ok else _RED)
    text.append(_("{n} ms").format(n=round(each.seconds * 1000)).rjust(8), "not bold")
    for line in others:
        text.append(f"\n{' ' * _NAME}{line}", "not bold")
    replies = each.reply.splitlines()
    for line in replies if not each.ok else replies[-1:]:
        text.append(f"\n  {line}", _DIM if each.ok else Style(bold=False))
    if each.warning:
        text.append(f"\n  {each.warning}", _YELLOW)
    return text
