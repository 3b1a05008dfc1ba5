"""The fields of a mail account: what belongs together, and the account as it stands in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tuimail.config.certificates import checked_ca_file
from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.presets import PRESETS, preset, preset_of
from tuimail.domain.settings import (
    USUAL_PORT,
    checked_account,
    parse_connections,
    parse_count,
    parse_port,
    parse_seconds,
    parse_timeout,
    usual_security,
)
from tuimail.ui.widgets.choice import Choice
from tuimail.ui.widgets.field import Field, FigureField, PathField
from tuimail.ui.widgets.rows import Row

T = TypeVar("T")

_OTHER = "other"
NEW = Account(0, "", 587, Security.STARTTLS)
"""What the fields of an account show that was never kept."""
_NUMBERS = (
    "gap", "pause", "pause_every", "per_minute", "per_hour", "per_day", "connections", "connect_timeout",
    "reply_timeout",
)  # fmt: skip
_WORDS = ("host", "ca_file", "user", "tenant", "client_id", "signed_in_as")


class AccountForm(VerticalScroll, can_focus=False, inherit_bindings=False):
    """A row for each group of fields; rows that the choices make void are hidden."""

    class Followed(Message):
        """Other rows are shown. `sentence`: what to know about the provider, None if none was chosen; `method`: another
        way to sign in."""

        def __init__(self, sentence: str | None = None, *, method: bool = False) -> None:
            super().__init__()
            self.sentence, self.method = sentence, method

    def __init__(self, account: Account) -> None:
        """`account` is shown first; what no field is for stays as it is there."""
        super().__init__(id="form")
        self.account = account
        self._confirming = False
        self._wrong = "host"
        """The field that could not be read last."""
        self._at_first: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The rows."""
        account = self.account
        yield Row(
            _("Provider"),
            Choice(
                [*((each.key, each.label) for each in PRESETS), (_OTHER, _("another one"))],
                _preset_key(account),
                id="preset",
            ),
        )
        yield Row(_("Server"), Field(account.host, id="host", placeholder="smtp.example.org"))
        yield Row(
            _("Port"),
            _figures(str(account.port), "port", 10),
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
            Choice([(str(each), each.label) for each in Authentication], _method_key(account), id="authentication"),
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
            _small(account.connections, "connections"),
            _("time-outs: call"),
            _small(account.connect_timeout, "connect_timeout"),
            _("reply"),
            _small(account.reply_timeout, "reply_timeout"),
            "s",
        )
        yield Row(_("Confirm by name"), Field(id="confirmation"), id="confirm-row")

    def on_mount(self) -> None:
        """Show what belongs to the choices."""
        self._at_first = self._values()
        self._follow()

    @property
    def rows(self) -> int:
        """How many are shown."""
        return sum(1 for row in self.query(Row) if row.display)

    @property
    def edited(self) -> bool:
        """Whether something else stands here than at first."""
        return self._values() != self._at_first

    @property
    def method(self) -> Authentication:
        """How the account signs in, as it is chosen here."""
        return Authentication(self._choice("authentication").value)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.query_one(f"#{name}", Input).value

    @property
    def keep_in(self) -> str:
        """Where the password is to be kept: `keyring`, `file` or `memory`."""
        return self._choice("keep").value

    def propose_to_keep_in(self, where: str) -> None:
        """The place for a password, as in `keep_in`, unless one was typed already."""
        if not self.text("password"):
            self._choice("keep").choose(where)

    def load(self, account: Account) -> None:
        """Show another state of the account; a password that was typed stays."""
        self.account = account
        with self.prevent(Input.Changed):
            for name in _WORDS:
                self.query_one(f"#{name}", Input).value = getattr(account, name)
            self.query_one("#port", Input).value = str(account.port)
            for name in _NUMBERS:
                self.query_one(f"#{name}", Input).value = _figure(getattr(account, name))
        self._choice("security").choose(str(account.security))
        self._choice("authentication").choose(_method_key(account))
        self._choice("preset").choose(_preset_key(account))
        self._follow()

    def ask_for_host(self, wanted: bool) -> None:
        """Show the field in which the host's name is typed, or hide it."""
        self._confirming = wanted
        self._follow()

    def go_to(self, name: str) -> None:
        """Put the cursor on a field."""
        field: Widget = self.query_one(f"#{name}")
        self.screen.set_focus(field)
        field.scroll_visible(animate=False)

    # What belongs together

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}", Choice)

    def _follow(self, sentence: str | None = None, *, method: bool = False) -> None:
        way = self.method
        shown = {
            "ca-row": self._choice("security").value != Security.NONE,
            "user-row": way is not Authentication.NONE,
            "password-row": way is Authentication.PASSWORD,
            "keep-row": way is Authentication.PASSWORD and bool(self.text("password")),
            "tenant-row": way is Authentication.OAUTH,
            "client-row": way is Authentication.OAUTH,
            "signed-row": way is Authentication.OAUTH,
            "confirm-row": self._confirming,
        }
        for row, display in shown.items():
            self.query_one(f"#{row}").display = display
        self.post_message(self.Followed(sentence, method=method))

    @on(Choice.Changed, "#preset")
    def _preset_chosen(self) -> None:
        key, sentence = self._choice("preset").value, ""
        if key != _OTHER:
            known = preset(key)
            values = known.applied(NEW)
            with self.prevent(Input.Changed):
                for name in ("host", "port", "per_minute", "per_hour", "per_day", "connections"):
                    self.query_one(f"#{name}", Input).value = str(getattr(values, name))
            self._choice("security").choose(str(values.security))
            self._choice("authentication").choose(str(values.authentication))
            sentence = known.sentence
        self._follow(sentence)

    @on(Choice.Changed, "#security")
    def _security_chosen(self) -> None:
        security = Security(self._choice("security").value)
        port = self.text("port")
        if not port.strip() or port in map(str, USUAL_PORT.values()):
            with self.prevent(Input.Changed):
                self.query_one("#port", Input).value = str(USUAL_PORT[security])
        self._follow()

    @on(Choice.Changed, "#authentication")
    def _method_chosen(self) -> None:
        self._follow(method=True)

    @on(Input.Changed, "#port")
    def _port_typed(self) -> None:
        text = self.text("port")
        security = usual_security(int(text)) if text.isdecimal() else None
        if security is not None:
            self._choice("security").choose(str(security))
            self._follow()

    @on(Input.Changed, "#password")
    def _password_typed(self) -> None:
        self._follow()

    # What stands here

    def _values(self) -> dict[str, str]:
        texts = {field.id or "": field.value for field in self.query(Input)}
        return texts | {choice.id or "": choice.value for choice in self.query(Choice) if choice.id != "keep"}

    def _parsed(self, name: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self.text(name))
        except TuimailError:
            self._wrong = name
            raise

    def draft(self) -> Account:
        """The account as it stands here, checked; raises BadInput, with the cursor on the field that is wrong."""
        try:
            return self.peek()
        except TuimailError:
            self.go_to(self._wrong)
            raise

    def peek(self) -> Account:
        """The account as it stands here, checked; raises BadInput, and the cursor stays where it is."""
        method = self.method
        count, seconds = parse_count, parse_seconds
        security = Security(self._choice("security").value)
        account = replace(
            self.account,
            host=self.text("host"),
            port=self._parsed("port", parse_port),
            security=security,
            authentication=method,
            user=self.text("user") if method is not Authentication.NONE else "",
            tenant=self.text("tenant") if method is Authentication.OAUTH else "",
            client_id=self.text("client_id") if method is Authentication.OAUTH else "",
            signed_in_as=self.text("signed_in_as") if method is Authentication.OAUTH else "",
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
            self._wrong = "host"
            raise
        if method is not Authentication.NONE and not checked.user:
            self._wrong = "user"
            raise BadInput(_("Nobody is named who signs in."), _("Give the user, or choose no authentication."))
        return checked


def _preset_key(account: Account) -> str:
    known = preset_of(account)
    return known.key if known else _OTHER


def _method_key(account: Account) -> str:
    if not account.host:
        return str(Authentication.PASSWORD)
    return str(account.authentication if account.user else Authentication.NONE)


def _ca_file(text: str) -> str:
    return checked_ca_file(text) if text.strip() else ""


def _security_word(security: Security) -> str:
    return {Security.NONE: _("no encryption"), Security.STARTTLS: "STARTTLS", Security.TLS: "TLS"}[security]


def _figure(value: float) -> str:
    return f"{value:g}" if value < 100_000 else str(int(value))


def _figures(text: str, name: str, width: int) -> FigureField:
    field = FigureField(text, id=name)
    field.styles.width = width
    return field


def _small(value: float, name: str) -> FigureField:
    return _figures(_figure(value), name, 7)
