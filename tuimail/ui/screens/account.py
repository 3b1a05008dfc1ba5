"""The mail account: server, protection, authentication, pace; kept, tried and signed in to from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from tuimail.config import secrets
from tuimail.config.certificates import checked_ca_file
from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.presets import PRESETS, preset, preset_of
from tuimail.domain.settings import (
    USUAL_PORT,
    authentication_word,
    checked_account,
    confirmed_clear,
    is_here,
    needs_confirmation,
    parse_connections,
    parse_count,
    parse_port,
    parse_seconds,
    parse_timeout,
    usual_security,
)
from tuimail.store import accounts, structures
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.settings import ACCOUNT
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import Dialog, Question, told
from tuimail.ui.widgets.field import Field, PathField
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.rows import Choice, NumberField, Row

if TYPE_CHECKING:
    from textual.app import App

T = TypeVar("T")

_OTHER = "other"
_NEW = Account(0, "", 587, Security.STARTTLS)


def open_account(app: App[Any], desk: Desk) -> None:
    """The account's dialog; where there are several associations, they are asked for first."""
    from tuimail.ui.screens.choose import Choose

    known = structures.associations()

    def chosen(key: str | None) -> None:
        if key:
            app.push_screen(AccountDialog(desk, int(key)), desk_says(app))

    if len(known) > 1:
        rows = [(str(each.id), each.name, "") for each in known]
        app.push_screen(Choose(_("Mail account of"), rows, rows[0][0]), chosen)
    else:
        chosen(str(known[0].id if known else 0))


def desk_says(app: App[Any]) -> Callable[[str | None], None]:
    """Says the dialog's sentence on the place below it."""

    def say(sentence: str | None) -> None:
        from tuimail.ui.screens.place import PlaceScreen

        if sentence and isinstance(app.screen, PlaceScreen):
            app.screen.say(sentence)
            app.screen.catch_up()

    return say


class AccountDialog(Dialog[str]):
    """The account of an association, or an operator's own one; the answer is a sentence for the place below."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACCOUNT), Binding("up", "previous_field", show=False)]
    AUTO_FOCUS: ClassVar[str | None] = "#host"

    def __init__(self, desk: Desk, association_id: int, operator: str = "") -> None:
        """`association_id` 0: an association is made when the account is kept."""
        self.desk = desk
        known = accounts.account_of(association_id, operator) if association_id else None
        start = accounts.account_of(association_id) if operator and association_id else None
        self._before = known or replace(start or _NEW, association_id=association_id, operator=operator, id=0)
        if known is None and operator:
            self._before = replace(self._before, user="", signed_in_as="")
        if operator:
            title = _("Own mail account of {operator}").format(operator=operator)
        else:
            name = next((each.name for each in structures.associations() if each.id == association_id), "")
            title = _("Mail account: {name}").format(name=name) if name else _("Mail account")
        super().__init__(title)
        self._confirming = False
        self._busy = False
        self._asked_to_leave = False

    def content(self) -> ComposeResult:
        """The rows, then what is to be said."""
        account = self._before
        known = preset_of(account)
        with VerticalScroll(id="form"):
            yield Row(
                _("Provider"),
                Choice(
                    [*((each.key, each.label) for each in PRESETS), (_OTHER, _("another one"))],
                    known.key if known else _OTHER,
                    id="preset",
                ),
            )
            yield Row(_("Server"), Field(account.host, id="host", placeholder="smtp.example.org"))
            yield Row(
                _("Port"),
                NumberField(str(account.port), least=1, most=65_535, width=10, id="port"),
                _("protection"),
                Choice([(str(each), _security_word(each)) for each in Security], str(account.security), id="security"),
            )
            yield Row(
                _("Certificates"),
                PathField(account.ca_file, id="ca_file", placeholder=_("those of the system")),
                id="ca-row",
            )
            yield Row(
                _("Authentication"),
                Choice(
                    [(str(each), authentication_word(each)) for each in Authentication],
                    str(account.authentication if account.user else Authentication.NONE)
                    if account.host
                    else str(Authentication.PASSWORD),
                    id="authentication",
                ),
            )
            yield Row(_("User"), Field(account.user, id="user"), id="user-row")
            yield Row(_("Password"), Field(id="password", password=True), id="password-row")
            keeps = [("keyring", _("keyring")), ("file", _("shared file")), ("memory", _("memory only"))]
            yield Row(_("Kept in"), Choice(keeps, "memory", id="keep"), id="keep-row")
            yield Row(_("Directory"), Field(account.tenant, id="tenant", placeholder="example.org"), id="tenant-row")
            yield Row(_("Application"), Field(account.client_id, id="client_id"), id="client-row")
            yield Row(
                _("Signs in as"),
                Field(account.signed_in_as, id="signed_in_as", placeholder=_("only for a shared mailbox")),
                id="signed-row",
            )
            yield Row(
                _("Pace"),
                _small(account.gap, "gap"),
                _("s, then a pause of"),
                _small(account.pause, "pause"),
                _("s every"),
                _small(account.pause_every, "pause_every"),
            )
            yield Row(
                _("Most"),
                _small(account.per_minute, "per_minute"),
                _("a minute"),
                _small(account.per_hour, "per_hour"),
                _("an hour"),
                _small(account.per_day, "per_day"),
                _("a day"),
            )
            yield Row(
                _("Connections"),
                _small(account.connections, "connections", least=1, most=20),
                _("time-outs: call"),
                _small(account.connect_timeout, "connect_timeout", least=1),
                _("reply"),
                _small(account.reply_timeout, "reply_timeout", least=1),
                "s",
            )
            yield Row(_("Confirm by name"), Field(id="confirmation"), id="confirm-row")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Show what belongs to the choices, and where the password is."""
        self._typed_at_first = self._values()
        self._follow()
        self.run_worker(self._tell_secret(), exclusive=True)

    def on_resize(self) -> None:
        """The rows scroll where they do not fit; the sentence below them stays."""
        super().on_resize()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        said = self.query_one("#said", Prose)
        rows = sum(1 for row in self.query(Row) if row.display)
        room = self.most_lines - max(said.lines_needed, 1) - 1
        self.query_one("#form").styles.height = max(3, min(rows, room))

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self.call_after_refresh(self._fit)

    # What belongs together

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}", Choice)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    @property
    def _method(self) -> Authentication:
        return Authentication(self._choice("authentication").value)

    def _follow(self) -> None:
        method = self._method
        shown = {
            "ca-row": self._choice("security").value != Security.NONE,
            "user-row": method is not Authentication.NONE,
            "password-row": method is Authentication.PASSWORD,
            "keep-row": method is Authentication.PASSWORD and bool(self._text("password")),
            "tenant-row": method is Authentication.OAUTH,
            "client-row": method is Authentication.OAUTH,
            "signed-row": method is Authentication.OAUTH,
            "confirm-row": self._confirming,
        }
        for row, display in shown.items():
            self.query_one(f"#{row}").display = display
        self.call_after_refresh(self._fit)
        self.refresh_bindings()

    @on(Choice.Changed, "#preset")
    def _preset_chosen(self) -> None:
        key = self._choice("preset").value
        if key != _OTHER:
            known = preset(key)
            values = known.applied(_NEW)
            with self.prevent(Input.Changed):
                for name in ("host", "port", "per_minute", "per_hour", "per_day", "connections"):
                    self.query_one(f"#{name}", Input).value = str(getattr(values, name))
            self._choice("security").choose(str(values.security))
            self._choice("authentication").choose(str(values.authentication))
            self.say(known.sentence)
        self._follow()

    @on(Choice.Changed, "#security")
    def _security_chosen(self) -> None:
        security = Security(self._choice("security").value)
        port = self._text("port")
        if not port.strip() or port in map(str, USUAL_PORT.values()):
            with self.prevent(Input.Changed):
                self.query_one("#port", Input).value = str(USUAL_PORT[security])
        self._follow()

    @on(Choice.Changed, "#authentication")
    def _method_chosen(self) -> None:
        self._follow()
        self.run_worker(self._tell_secret(), exclusive=True)

    @on(Input.Changed, "#port")
    def _port_typed(self) -> None:
        text = self._text("port")
        security = usual_security(int(text)) if text.isdecimal() else None
        if security is not None:
            self._choice("security").choose(str(security))
            self._follow()

    @on(Input.Changed, "#password")
    def _password_typed(self) -> None:
        self._follow()

    async def _tell_secret(self) -> None:
        """Where the password or the tokens come from, and who can read them there."""
        try:
            account = self._draft()
        except TuimailError:
            account = self._before
        if account.host and account.user:
            sentence = await in_background(self.desk.office.mail.sign_in_sentence, account)
            if not self.query_one("#said", Prose).lines_needed:
                self.say(sentence)
        trusted = await in_background(secrets.has_keyring)
        if trusted and not self._text("password"):
            self._choice("keep").choose("keyring")

    # What stands here

    def _values(self) -> dict[str, str]:
        texts = {field.id or "": field.value for field in self.query(Input)}
        return texts | {choice.id or "": choice.value for choice in self.query(Choice) if choice.id != "keep"}

    def _parsed(self, name: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self._text(name))
        except TuimailError:
            self._go_to(name)
            raise

    def _go_to(self, name: str) -> None:
        field: Widget = self.query_one(f"#{name}")
        self.set_focus(field)
        field.scroll_visible(animate=False)

    def _draft(self) -> Account:
        """The account as it stands here, checked; raises BadInput, with the cursor on the field that is wrong."""
        method = self._method
        count, seconds = parse_count, parse_seconds
        security = Security(self._choice("security").value)
        account = replace(
            self._before,
            host=self._text("host"),
            port=self._parsed("port", parse_port),
            security=security,
            authentication=method,
            user=self._text("user") if method is not Authentication.NONE else "",
            tenant=self._text("tenant") if method is Authentication.OAUTH else "",
            client_id=self._text("client_id") if method is Authentication.OAUTH else "",
            signed_in_as=self._text("signed_in_as") if method is Authentication.OAUTH else "",
            ca_file=self._parsed("ca_file", _ca_file) if security is not Security.NONE else "",
            gap=self._parsed("gap", seconds),
            pause=self._parsed("pause", seconds),
            pause_every=self._parsed("pause_every", count),
            per_minute=self._parsed("per_minute", count),
            per_hour=self._parsed("per_hour", count),
            per_day=self._parsed("per_day", count),
            connections=self._parsed("connections", parse_connections),
            connect_timeout=self._parsed("connect_timeout", parse_timeout),
            reply_timeout=self._parsed("reply_timeout", parse_timeout),
        )
        try:
            checked = checked_account(account)
        except BadInput:
            self._go_to("host")
            raise
        if method is not Authentication.NONE and not checked.user:
            self._go_to("user")
            raise BadInput(_("Nobody is named who signs in."), _("Give the user, or choose no authentication."))
        return checked

    def _confirmed(self) -> Account:
        """The draft, its password not going unencrypted to another machine unless its name was typed."""
        account = self._draft()
        if self.desk.demo is not None and not is_here(account.host):
            self._go_to("host")
            raise BadInput(
                _("The demonstration writes to nobody outside this machine."),
                _("Start tuimail without “demo” to use another server."),
            )
        self._confirming = needs_confirmation(account)
        self._follow()
        if self._confirming:
            try:
                account = confirmed_clear(account, self._text("confirmation"))
            except BadInput:
                self._go_to("confirmation")
                raise
        return account

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Signing in is for OAuth 2."""
        if action == "sign_in":
            return self.is_mounted and self._method is Authentication.OAUTH
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
        self.run_worker(self._keep(account), exclusive=True)

    async def _keep(self, account: Account) -> None:
        password = self._text("password") if account.takes_password else ""
        try:
            saved = await in_writer(self.desk.office.mail.save, account, account.clear_host)
            sentence = _("The mail account is kept.")
            if password:
                sentence = await in_background(_keep_password, saved, password, self._choice("keep").value)
        except TuimailError as error:
            self.say(told(error))
            return
        finally:
            self._busy = False
        self.dismiss(sentence)

    def action_try_account(self) -> None:
        """Try what stands here, with the password that was typed; nothing is kept by that."""
        from tuimail.ui.screens.trial import Trial

        try:
            account = self._confirmed()
        except TuimailError as error:
            self.say(told(error))
            return
        if account.takes_password and (typed := self._text("password")):
            self.app.push_screen(Trial(self.desk, account, typed))
        else:
            self.app.push_screen(Trial(self.desk, account))

    def action_sign_in(self) -> None:
        """Sign in to Microsoft 365 for what stands here."""
        from tuimail.ui.screens.sign_in import sign_in

        try:
            account = self._draft()
        except TuimailError as error:
            self.say(told(error))
            return
        self.run_worker(sign_in(self.app, account, self.say), exclusive=True)

    def action_back(self) -> None:
        """Close; what was typed is not lost without a question."""
        if self._values() == self._typed_at_first:
            self.dismiss(None)
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.dismiss(None)

        sentences = (_("What was typed here has not been kept."), _("Enter: forget it. Esc: go on typing."))
        self.app.push_screen(Question(_("Leave without keeping?"), sentences), answered)


def _keep_password(account: Account, password: str, where: str) -> str:
    """Keep it; where it is now and who can read it, for people."""
    if where == "file":
        path = secrets.share(account, password)
        return _("The mail account is kept, its password in {path}.").format(path=path)
    if where == "keyring" and secrets.store(account, password):
        return _("The mail account is kept, its password in the keyring.")
    secrets.remember(account, password)
    if where == "keyring":
        return _("The mail account is kept; no keyring took the password: it stays in memory until you leave.")
    return _("The mail account is kept; the password stays in memory until you leave.")


def _ca_file(text: str) -> str:
    return checked_ca_file(text) if text.strip() else ""


def _security_word(security: Security) -> str:
    return {Security.NONE: _("no encryption"), Security.STARTTLS: "STARTTLS", Security.TLS: "TLS"}[security]


def _small(value: float, name: str, least: int = 0, most: int = 1_000_000) -> NumberField:
    return NumberField(f"{value:g}" if value < 100_000 else str(int(value)), least=least, most=most, width=7, id=name)
