"""Signing in to Microsoft 365: a code typed in any browser, or the address that a browser ends at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from tuimail.domain.account import Account
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.sending.oauth import DeviceCode, DeviceCodeForbidden, GivenUp, Redirect, SignIn
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import DEVICE_CODE, REDIRECT
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.banner import banner
from tuimail.ui.widgets.field import Field
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start

_WIDTH = 72
_BY_ADDRESS = "redirect"


async def sign_in(app: App[Any], account: Account, say: Callable[[str | Text], None]) -> None:
    """Sign in by a code, or by an address where codes are forbidden; `say` is told how it ended. From a worker."""
    say(_("Asking Microsoft for a code…"))
    try:
        signing = await in_background(SignIn, account)
        why = ""
        try:
            code = await in_background(signing.begin_with_code)
            answer = await app.push_screen_wait(CodeDialog(signing, code))
        except DeviceCodeForbidden as error:
            answer, why = _BY_ADDRESS, str(error)
        if isinstance(answer, DeviceCodeForbidden):
            answer, why = _BY_ADDRESS, str(answer)
        if answer == _BY_ADDRESS:
            redirect = await in_background(signing.begin_with_redirect)
            answer = await app.push_screen_wait(AddressDialog(signing, redirect, why))
        if isinstance(answer, TuimailError):
            raise answer
    except TuimailError as error:
        say(told(error))
        return
    if answer is None:
        say(_("Given up: nobody is signed in."))
    else:
        say(_("Signed in as {who}. Tokens: {place}.").format(who=signing.who, place=answer))


class CodeDialog(Dialog[Any]):
    """The code, large, and where to type it; closes by itself once somebody has. The answer is where the tokens are,
    `redirect`, an error, or None where it was given up."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DEVICE_CODE)

    def __init__(self, signing: SignIn, code: DeviceCode) -> None:
        super().__init__(_("Sign in to Microsoft 365"))
        self._signing, self._code = signing, code
        self._given_up = threading.Event()
        self._answer: Any = None

    def content(self) -> ComposeResult:
        """Address, code, until when."""
        text = Text(_("1. Open this address in a browser, on any machine:") + "\n\n")
        text.append(f"   {self._code.address}\n\n", "bold")
        text.append(_("2. Type this code there, then sign in:"))
        yield Prose(text, classes="sentences")
        yield Prose(banner(self._code.code, _WIDTH), id="code")
        until = datetime.fromtimestamp(self._code.expires_at, UTC).astimezone()
        waiting = _("Waiting until {time}. The code: {code}").format(time=f"{until:%H:%M}", code=self._code.code)
        yield Prose(waiting, id="said", classes="sentences")

    def on_mount(self) -> None:
        """Wait beside the screen."""
        start(self, self._wait)

    async def _wait(self) -> None:
        try:
            answer: Any = await in_background(self._signing.finish_with_code, self._code, self._given_up)
        except GivenUp:
            return
        except TuimailError as error:
            answer = error
        if self.is_attached and not self._given_up.is_set():
            end(self, answer)

    def _give_up(self, answer: Any) -> None:
        self._given_up.set()
        self.dismiss(answer)

    def action_back(self) -> None:
        """Give up; whoever types the code now signs nobody in."""
        self._give_up(None)

    def action_redirect(self) -> None:
        """The other way."""
        self._give_up(_BY_ADDRESS)

    def action_copy_code(self) -> None:
        """To the clipboard of whoever looks at the terminal."""
        self.app.copy_to_clipboard(self._code.code)
        self.query_one("#said", Prose).update(_("The code was sent to your clipboard, if your terminal lets it."))

    def action_copy_address(self) -> None:
        """Likewise."""
        self.app.copy_to_clipboard(self._code.address)
        self.query_one("#said", Prose).update(_("The address was sent to your clipboard, if your terminal lets it."))


class AddressDialog(Dialog[Any]):
    """The address to open, and a field for the one that the browser ends at."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(REDIRECT), Binding("f2", "copy_address", show=False)]

    def __init__(self, signing: SignIn, redirect: Redirect, why: str) -> None:
        super().__init__(_("Sign in to Microsoft 365"))
        self._signing, self._redirect, self._why = signing, redirect, why

    def content(self) -> ComposeResult:
        """Why, the address, what to do, a field."""
        text = Text(f"{self._why}\n\n" if self._why else "")
        text.append(_("1. Open this address in a browser (F2 copies it):") + "\n")
        text.append(self._redirect.address, "bold")
        text.append("\n" + _("2. Sign in. The browser ends at a page that cannot be reached."))
        text.append("\n" + _("3. Copy the whole address of that page here:"))
        yield Prose(text)
        yield Field(id="pasted", password=True)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Paste at once."""
        self.query_one(Field).focus()

    def action_accept(self) -> None:
        """Take the address."""
        if typed := self.query_one(Field).value:
            start(self, partial(self._finish, typed), exclusive=True)

    async def _finish(self, typed: str) -> None:
        said = self.query_one("#said", Prose)
        said.update(_("Asking Microsoft…"))
        try:
            end(self, await in_background(self._signing.finish_with_redirect, self._redirect, typed))
        except TuimailError as error:
            said.update(told(error))

    def action_copy_address(self) -> None:
        """To the clipboard of whoever looks at the terminal."""
        self.app.copy_to_clipboard(self._redirect.address)
        self.query_one("#said", Prose).update(_("The address was sent to your clipboard, if your terminal lets it."))
