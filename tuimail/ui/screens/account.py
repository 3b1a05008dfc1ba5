"""The mail account: server, protection, authentication, pace; kept, tried and signed in to from here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tuimail.config import secrets
from tuimail.domain.account import Account, Authentication
from tuimail.domain.changes import Changed
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.settings import confirmed_clear, is_here, needs_confirmation
from tuimail.store import account_card, accounts, structures
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import ACCOUNT
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.screens.leaving import Leaving
from tuimail.ui.widgets.account_form import NEW, AccountForm
from tuimail.ui.widgets.choice import Choice
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start, to_the_end

if TYPE_CHECKING:
    from textual.app import App


def open_account(app: App[Any], desk: Desk, association_id: int = 0) -> None:
    """The account's dialog; where no association is named and there are several, they are asked for first."""
    from tuimail.ui.screens.choose import Choose

    known = structures.associations()

    def chosen(key: str | None) -> None:
        if key:
            app.push_screen(AccountDialog(desk, int(key)), desk_says(app))

    if association_id:
        chosen(str(association_id))
    elif len(known) > 1:
        rows = [(str(each.id), each.name, "") for each in known]
        app.push_screen(Choose(_("Mail account of"), rows, rows[0][0]), chosen)
    else:
        chosen(str(known[0].id if known else 0))


def desk_says(app: App[Any]) -> Callable[[str | None], None]:
    """Says the dialog's sentence on the place below it."""

    def say(sentence: str | None) -> None:
        from tuimail.ui.screens.place import PlaceScreen

        if sentence and isinstance(app.screen, PlaceScreen):
            app.screen.catch_up()
            app.screen.tell(sentence)

    return say


class AccountDialog(Dialog[str], Leaving[str]):
    """The account of an association, or an operator's own one; the answer is a sentence for the place below.

    What was typed is saved over the state that the dialog was opened with: where somebody else has saved meanwhile,
    both are joined on screen, and it is asked again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACCOUNT), Binding("up", "previous_field", show=False)]
    AUTO_FOCUS: ClassVar[str | None] = "#host"

    def __init__(self, desk: Desk, association_id: int, operator: str = "") -> None:
        """`association_id` 0: an association is made when the account is kept."""
        self.desk = desk
        self._opened = accounts.account_of(association_id, operator) if association_id else None
        start = accounts.account_of(association_id) if operator and association_id else None
        shown = self._opened or replace(start or NEW, association_id=association_id, operator=operator, id=0)
        if self._opened is None and operator:
            shown = replace(shown, user="", signed_in_as="")
        if operator:
            title = _("Own mail account of {operator}").format(operator=operator)
        else:
            name = next((each.name for each in structures.associations() if each.id == association_id), "")
            title = _("Mail account: {name}").format(name=name) if name else _("Mail account")
        super().__init__(title)
        self._form = AccountForm(shown)
        self._busy = False
        self._noted = ""
        """What to know about the provider that was chosen."""

    def content(self) -> ComposeResult:
        """The rows, where the password is, and what is to be said."""
        yield self._form
        yield Prose("", id="secret")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Say where the password is."""
        start(self, self._tell_secret, group="secret", exclusive=True)

    def on_resize(self) -> None:
        """The rows scroll where they do not fit; the sentence below them stays."""
        super().on_resize()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        if not self.query("#said"):
            return  # it was closed before it was drawn again
        secret, said = self.query_one("#secret", Prose), self.query_one("#said", Prose)
        room = self.most_lines - secret.lines_needed - max(said.lines_needed, 1) - 1
        self._form.styles.height = max(3, min(self._form.rows, room))

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self.call_after_refresh(self._fit)

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self) -> None:
        """What was said was about what stood there before."""
        self.say(self._noted)

    @on(AccountForm.Followed)
    def _followed(self, message: AccountForm.Followed) -> None:
        if message.sentence is not None:
            self._noted = message.sentence
            self.say(self._noted)
        if message.method:
            start(self, self._tell_secret, group="secret", exclusive=True)
        self.call_after_refresh(self._fit)
        self.refresh_bindings()

    async def _tell_secret(self) -> None:
        """Where the password or the tokens come from, and who can read them there."""
        try:
            account = self._form.peek()
        except TuimailError:
            account = self._form.account
        sentence = ""
        if account.host and account.user:
            sentence = await in_background(self.desk.office.mail.sign_in_sentence, account)
        where = await in_background(_place, account)
        if self.query("#secret"):
            self.query_one("#secret", Prose).update(sentence)
            self._form.propose_to_keep_in(where)
            self.call_after_refresh(self._fit)

    def _confirmed(self) -> Account:
        """The draft, its password not going unencrypted to another machine unless its name was typed."""
        account = self._form.draft()
        if self.desk.demo is not None and not is_here(account.host):
            self._form.go_to("host")
            raise BadInput(
                _("The demonstration writes to nobody outside this machine."),
                _("Start tuimail without “demo” to use another server."),
            )
        wanted = needs_confirmation(account)
        self._form.ask_for_host(wanted)
        if wanted:
            try:
                account = confirmed_clear(account, self._form.text("confirmation"))
            except BadInput:
                self._form.go_to("confirmation")
                raise
        return account

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Signing in is for OAuth 2."""
        if action == "sign_in":
            return self.is_mounted and self._form.is_mounted and self._form.method is Authentication.OAUTH
        return super().check_action(action, parameters)

    def action_next_field(self) -> None:
        """The next one."""
        self.focus_next()

    def action_previous_field(self) -> None:
        """The one before."""
        self.focus_previous()

    def action_accept(self) -> None:
        """Keep the account, and the password where it was chosen to be."""
        if self._busy:
            return
        try:
            account = self._confirmed()
        except TuimailError as error:
            self.say(told(error))
            return
        self._busy = True
        start(self, partial(self._keep, account), exclusive=True)

    async def _keep(self, account: Account) -> None:
        password = self._form.text("password") if account.takes_password else ""
        try:
            # An account kept without the password that was typed for it is what nobody asked for.
            sentence = await to_the_end(self, self._kept(account, password, self._form.keep_in))
        except Changed as error:
            joined = account_card.joined(self._opened, account, error)
            self._opened = account_card.theirs(error)
            self._form.load(joined)
            self.say(told(error))
            return
        except TuimailError as error:
            self.say(told(error))
            return
        finally:
            self._busy = False
        end(self, sentence)

    async def _kept(self, account: Account, password: str, where: str) -> str:
        self._opened = saved = await in_writer(self.desk.office.mail.keep, self._opened, account)
        if not password:
            return _("The mail account is kept.")
        return await in_background(_keep_password, saved, password, where, self.desk.office.paths.database)

    def action_try_account(self) -> None:
        """Try what stands here, with the password that was typed; nothing is kept by that."""
        from tuimail.ui.screens.trial import Trial

        if self._busy:
            return
        try:
            account = self._confirmed()
        except TuimailError as error:
            self.say(told(error))
            return
        if account.takes_password and (typed := self._form.text("password")):
            self.app.push_screen(Trial(self.desk, account, typed))
        else:
            self.app.push_screen(Trial(self.desk, account))
        self.say(self._noted)

    def action_sign_in(self) -> None:
        """Sign in to Microsoft 365 for what stands here."""
        from tuimail.ui.screens.sign_in import sign_in

        if self._busy:
            return
        try:
            account = self._form.draft()
        except TuimailError as error:
            self.say(told(error))
            return
        start(self, partial(sign_in, self.app, account, self.say), exclusive=True)

    @property
    def unsaved(self) -> bool:
        """Whether something typed is not kept."""
        return self.is_mounted and self._form.is_mounted and self._form.edited

    def action_back(self) -> None:
        """Close, unless it is being kept; what was typed is not lost without a question."""
        if self._busy:
            self.say(_("One moment…"))
            return
        if not self.unsaved:
            self.dismiss(None)
            return
        sentences = (_("What was typed here has not been kept."), _("Enter: forget it. Esc: go on typing."))
        self.ask_to_lose(_("Leave without keeping?"), sentences, partial(end, self))


def _place(account: Account) -> str:
    """Where a password of the account is best kept, as the form calls it: where it is now, if that can be told."""
    with suppress(TuimailError):
        if secrets.source(account, beside_memory=True) is secrets.Source.FILE:
            return "file"
    return "keyring" if secrets.has_keyring() else "memory"


def _keep_password(account: Account, password: str, where: str, database: Path) -> str:
    """Keep it; where it is now, for people."""
    if where == "file":
        path = secrets.share(account, password, database)
        sentence = _("The mail account is kept, its password in {path}.").format(path=path)
    elif where == "keyring" and secrets.store(account, password):
        sentence = _("The mail account is kept, its password in the keyring.")
    elif where == "keyring":
        sentence = _("The mail account is kept; no keyring took the password: it stays in memory until you leave.")
    else:
        secrets.remember(account, password)
        sentence = _("The mail account is kept; the password stays in memory until you leave.")
    later = secrets.source(account, beside_memory=True)
    if later is None or secrets.source(account) is later:
        return sentence
    # Another one stands in front of it as soon as this process has ended.
    source = secrets.source_sentence(account, beside_memory=True)
    return _("Kept, but at the next start another password comes first: {source}.").format(source=source)
