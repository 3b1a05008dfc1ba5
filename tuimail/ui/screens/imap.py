"""Where the association's own mail is read: kept, then tested at once."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from tuimail.config import secrets
from tuimail.config.certificates import checked_ca_file
from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.imap import IMAP_PORT, checked_imap_account
from tuimail.domain.settings import parse_port
from tuimail.domain.text import fold
from tuimail.store import imap, structures
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.recovery import IMAP
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import Field, FigureField
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start, to_the_end

_LABEL = 18


class ImapDialog(Dialog[str]):
    """A field a line; Enter keeps and tests. The answer is a sentence, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(IMAP), Binding("up", "previous_field", show=False)]

    def __init__(self, desk: Desk) -> None:
        self._association = structures.associations()[0]
        super().__init__(_("IMAP account of {name}").format(name=self._association.name))
        self._desk = desk
        self._before = imap.imap_account_of(self._association.id)
        self._kept = ""
        self._busy = False
        """Whether account and password are being kept, of which neither Esc nor Enter makes a half."""

    def content(self) -> ComposeResult:
        """What it is for, the fields, a sentence."""
        account = self._before
        yield Prose(
            _("By it uncertain messages are looked for in the Sent folder, and returns are read."), classes="sentences"
        )
        rows = (
            ("host", _("Server"), account.host if account else ""),
            ("security", _("Protection"), account.security if account else Security.TLS),
            ("port", _("Port"), str(account.port if account else IMAP_PORT[Security.TLS])),
            ("user", _("User"), account.user if account else ""),
            ("imap-password", _("Password"), ""),
            ("sent-folder", _("Sent folder"), account.sent_folder if account else ""),
            ("copy-sent", _("Copies there"), _("yes") if account and account.copy_sent else _("no")),
            ("returns-folder", _("Returns go to"), account.returns_folder if account else ""),
            ("ca-file", _("Certificates"), account.ca_file if account else ""),
        )
        for name, label, value in rows:
            with Horizontal(classes="row"):
                line = Lines()
                line.styles.width = _LABEL
                line.set_line(label)
                yield line
                kind = FigureField if name == "port" else Field
                yield kind(value, id=name, password=name == "imap-password", placeholder=self._hint(name))
        yield Prose("", id="said")

    def _hint(self, name: str) -> str:
        return {
            "security": _("tls, starttls or none"),
            "imap-password": _("empty: as it is"),
            "sent-folder": _("empty: the one the server says"),
            "returns-folder": _("empty: they stay in the inbox"),
            "ca-file": _("empty: those of the system"),
        }.get(name, "")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one("#host", Field).focus()

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def _typed(self) -> ImapAccount:
        """The account as it stands in the fields; raises BadInput, BadFile."""
        words = {
            "tls": Security.TLS,
            "starttls": Security.STARTTLS,
            "none": Security.NONE,
            fold(pgettext("security", "none")): Security.NONE,
        }
        security = words.get(fold(self._value("security")))
        if security is None:
            raise BadInput(
                _("“{text}” is no protection that is known here.").format(text=self._value("security")),
                _("Write tls, starttls or none."),
            )
        ca_file = self._value("ca-file")
        return checked_imap_account(
            ImapAccount(
                self._association.id,
                self._value("host"),
                parse_port(self._value("port")),
                security,
                self._value("user"),
                checked_ca_file(ca_file) if ca_file else "",
                self._value("sent-folder"),
                self._typed_yes("copy-sent"),
                self._value("returns-folder"),
            )
        )

    def _typed_yes(self, name: str) -> bool:
        word = fold(self._value(name))
        if word not in (fold(_("yes")), fold(_("no")), ""):
            raise BadInput(_("“{text}” is neither yes nor no.").format(text=self._value(name)), _("Write yes or no."))
        return word == fold(_("yes"))

    def action_accept(self) -> None:
        """Keep, then test."""
        if not self._busy:
            self._busy = True
            start(self, self._keep, exclusive=True)

    async def _keep(self) -> None:
        said = self.query_one("#said", Prose)
        try:
            try:
                password = self.query_one("#imap-password", Field).value
                account = await to_the_end(self, self._store(self._typed(), password))
            finally:
                self._busy = False
            said.update(_("Connecting to {host}…").format(host=account.host))
            folder = await in_background(self._desk.office.recovery.test_imap, account)
        except TuimailError as error:
            text = Text(f"{self._kept} " if self._kept else "")
            said.update(text + told(error))
            return
        sentence = ngettext(
            "Kept and tested: the folder {folder} holds {n} message.",
            "Kept and tested: the folder {folder} holds {n} messages.",
            folder.messages,
        )
        end(self, sentence.format(folder=folder.name))

    async def _store(self, typed: ImapAccount, password: str) -> ImapAccount:
        account = await in_writer(self._desk.office.recovery.set_imap, typed)
        self._kept = _("The IMAP account is kept.")
        if password:
            await in_background(secrets.store, account, password)
        return account

    def action_previous_field(self) -> None:
        """The one before."""
        self.focus_previous(Field)

    def action_next_field(self) -> None:
        """The next one."""
        self.focus_next()

    def action_back(self) -> None:
        """Close, unless it is being kept; what was kept stays kept."""
        if self._busy:
            self.query_one("#said", Prose).update(_("One moment…"))
            return
        self.dismiss(self._kept or None)
