"""The settings: the mail accounts, where secrets come from, the paths, and what is this operator's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.config import secrets, settings, tokens
from tuimail.config.files import is_there
from tuimail.domain.account import Account
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import LANGUAGES, _, language, use_language
from tuimail.store import accounts, structures
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.model import Place
from tuimail.ui.commands.settings import SETTINGS
from tuimail.ui.desk import Desk
from tuimail.ui.screens.account import AccountDialog, desk_says
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.own_address import own_lines
from tuimail.ui.screens.own_settings import CommandDialog, SecretsFileDialog
from tuimail.ui.screens.page import Page
from tuimail.ui.screens.paths import shortened
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.widgets.control_words import server_sentence
from tuimail.ui.widgets.frame import Lines, TitleLine
from tuimail.ui.widgets.row_list import KnownRow, RowList
from tuimail.ui.widgets.table_model import Styled, TableColumn
from tuimail.ui.work import start

_BOLD = Style(bold=True)
LANGUAGE_NAMES = {"fr": "français", "en": "English"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, what holds now, and what Enter does."""

    group: str
    """Said only where it changes."""
    name: str
    value: str
    open: Callable[[], object]
    account: Account | None = None
    """What `t` tries."""


class SettingsScreen(PlaceScreen):
    """A line for each thing that can be settled; Enter opens what changes it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(SETTINGS)
    PLACE = Place.SETTINGS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lines: list[Line] = []
        self._secrets: list[tuple[secrets.Source, str]] = []
        self._sign_ins: dict[int, str] = {}
        self._tells = False

    def content(self) -> ComposeResult:
        """The lines."""
        yield RowList(id="lines", cell_padding=0)

    @property
    def table(self) -> RowList:
        """The lines."""
        return self.query_one(RowList)

    def begin(self) -> None:
        """Show what is known at once; what has to be asked for follows."""
        self._load()
        self.say()
        self.focus_list()

    def focus_list(self) -> None:
        """Keys go to the lines."""
        self.set_focus(self.table)

    def bring_up_to_date(self, document_ids: frozenset[int], reload: bool) -> None:  # noqa: ARG002
        """Somebody may have changed an account."""
        self._load()

    def on_screen_resume(self) -> None:
        """What a dialog has changed is shown."""
        super().on_screen_resume()
        if self._lines:
            self._load()

    def _load(self) -> None:
        with self.telling():
            self._lines = [*self._accounts(), *self._secret_lines(), *self._paths(), *self._own()]
        rows: list[KnownRow] = []
        group = ""
        for number, line in enumerate(self._lines):
            shown = line.group if line.group != group else ""
            group = line.group
            rows.append((str(number), {"group": Styled(shown, _BOLD), "name": line.name, "value": line.value}))
        self.table.set_columns(
            (
                TableColumn("group", "", 12, gap=1),
                TableColumn("name", "", 20, gap=1),
                TableColumn("value", "", 20, flexible=True),
            )
        )
        self.table.show_header = False
        self.table.show_rows(rows)
        self.query_one(TitleLine).show(self.desk.path(), "", self.desk.office.owner.operator)
        self.refresh_bindings()
        if not self._tells:
            self._tells = True
            start(self, self._tell_secrets, exclusive=True)

    async def _tell_secrets(self) -> None:
        """A keyring may take its time: it is asked beside the screen."""
        before = self._secrets, self._sign_ins
        try:
            self._secrets = await in_background(secrets.back_ends)
            known = {each.id: each for each in accounts.accounts()}
            sentence = self.desk.office.mail.sign_in_sentence
            self._sign_ins = {key: await in_background(sentence, each) for key, each in known.items()}
        except TuimailError as error:
            self.say(str(error))
        if (self._secrets, self._sign_ins) != before and self.is_attached:
            self._load()
        self._tells = False

    # The lines

    def _accounts(self) -> list[Line]:
        group = _("Mail")
        lines = []
        known = structures.associations()
        operator = self.desk.office.owner.operator
        for each in known:
            account = accounts.account_of(each.id)
            name = each.name if len(known) > 1 else _("account")
            lines.append(Line(group, name, _server(account), self._opens(each.id), account))
            if account is not None and account.user:
                told = self._sign_ins.get(account.id, "…")
                lines.append(Line(group, _("signs in with"), told, self._opens(each.id), account))
            own = accounts.account_of(each.id, operator)
            lines.append(Line(group, _("your own account"), _own(own), self._opens(each.id, operator), own))
        if not known:
            lines.append(Line(group, _("account"), _server(None), self._opens(0)))
        return lines

    def _secret_lines(self) -> list[Line]:
        group = _("Secrets")
        names = {
            secrets.Source.KEYRING: _("1 keyring"),
            secrets.Source.COMMAND: _("2 command"),
            secrets.Source.FILE: _("3 shared file"),
            secrets.Source.MEMORY: _("4 memory"),
        }
        found = dict(self._secrets)
        opens = {
            secrets.Source.KEYRING: lambda: self._page(_("Secrets"), _about_secrets()),
            secrets.Source.COMMAND: self._open_command,
            secrets.Source.FILE: lambda: self.app.push_screen(SecretsFileDialog(self.desk.office), self._told),
            secrets.Source.MEMORY: lambda: self._page(_("Secrets"), _about_secrets()),
        }
        return [Line(group, name, found.get(source, "…"), opens[source]) for source, name in names.items()]

    def _paths(self) -> list[Line]:
        group, paths = _("Paths"), self.desk.office.paths

        def about() -> None:
            self._page(_("Paths"), _about_paths())

        return [
            Line(group, _("database"), shortened(paths.database), about),
            Line(group, _("PDFs"), shortened(paths.documents), about),
            Line(group, _("attached files"), shortened(paths.attachments), about),
            Line(group, _("your settings"), _file(settings.own_file()), about),
            Line(group, _("your tokens"), _file(tokens.own_file()), about),
        ]

    def _own(self) -> list[Line]:
        group = _("You")
        owner = self.desk.office.owner
        who = _("{operator} on {host}").format(operator=owner.operator, host=owner.host)
        return [
            Line(group, _("Unix account"), who, lambda: self._page(_("Unix account"), _about_operator())),
            Line(group, _("language"), LANGUAGE_NAMES[language()], self._choose_language),
            *(Line(group, *own) for own in own_lines(self.app, self.desk.office, self._told)),
        ]

    def _opens(self, association_id: int, operator: str = "") -> Callable[[], object]:
        return lambda: self.app.push_screen(AccountDialog(self.desk, association_id, operator), desk_says(self.app))

    def _page(self, title: str, text: str) -> None:
        from rich.text import Text

        self.app.push_screen(Page([*self.desk.path(), title], Text(text)))

    def _open_command(self) -> None:
        account = next((line.account for line in self._lines if line.account and line.account.user), None)
        if account is None:
            self.say(_("A command belongs to an account with a user: codify the account first."))
        else:
            self.app.push_screen(CommandDialog(self.desk.office, account), self._told)

    def _told(self, sentence: str | None) -> None:
        self._load()
        if sentence:
            self.say(sentence)

    def _choose_language(self) -> None:
        rows = [(key, LANGUAGE_NAMES[key], "") for key in LANGUAGES]

        def chosen(key: str | None) -> None:
            if key:
                start(self, partial(self._keep_language, key), group="keep")

        self.app.push_screen(Choose(_("Language"), rows, language()), chosen)

    async def _keep_language(self, key: str) -> None:
        with self.telling():
            await in_writer(self.desk.office.own_settings.set_language, key)
            use_language(key)
            self._told(_("From the next start on everything is in this language."))

    # Commands

    @property
    def _current(self) -> Line | None:
        row = self.table.cursor_row
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is can be tried."""
        if action == "try_account":
            return self._tried is not None
        if action == "clear":
            return self.is_mounted and self.panel_can_close
        return super().check_action(action, parameters)

    @property
    def _tried(self) -> Account | None:
        line = self._current if self.is_mounted else None
        if line is not None and line.account is not None:
            return line.account
        return next((line.account for line in self._lines if line.account is not None), None)

    def action_open_line(self) -> None:
        """Open what changes the line."""
        if line := self._current:
            with self.telling():
                line.open()

    def action_try_account(self) -> None:
        """Try the account of the line, or else the first one."""
        from tuimail.ui.screens.trial import Trial

        if account := self._tried:
            self.app.push_screen(Trial(self.desk, account))

    def say_usual(self, line: Lines) -> None:
        """Who can see what."""
        line.set_line(_("Enter changes the line. Accounts are everybody's; secrets, paths and language are yours."))

    def search_changed(self) -> None:
        """There is nothing to search here."""

    def clear_filter(self) -> None:
        """Put the counts of a send that has ended away."""
        self.close_panel()

    def on_data_table_row_highlighted(self) -> None:
        """Another line, other keys."""
        self.refresh_bindings()


def _server(account: Account | None) -> str:
    return server_sentence(account) if account else _("none yet: Enter codifies it")


def _own(account: Account | None) -> str:
    return server_sentence(account) if account else _("none: you send with the association's")


def _file(path: Path) -> str:
    name = shortened(path)
    return name if is_there(path) else _("{path} (not there yet)").format(path=name)


def _about_secrets() -> str:
    return "\n\n".join(
        (
            _("Passwords and tokens are never in the database. They are looked for in this order:"),
            _(
                "1. The keyring of your session (Secret Service, KWallet, macOS, Windows). Others are not used: they "
                "write plain files or ask on the terminal."
            ),
            _(
                "2. A command of your own settings, such as that of a password manager. It is run without a shell and "
                "must print the secret on one line within 30 seconds. It belongs to one user at one server and port: "
                "an account that is pointed elsewhere does not get it."
            ),
            _(
                "3. A file that root shares with a group (mode 0640): members of the group can read it, and none of "
                "them can change it."
            ),
            _("4. What you type when you are asked. It stays in memory until you leave."),
        )
    )


def _about_paths() -> str:
    return "\n\n".join(
        (
            _("The database is chosen at the start: tuimail --database PATH, or the variable TUIMAIL_DATABASE."),
            _("PDFs and attached files stand beside it."),
            _("Your settings and tokens are in files that only you can read; TUIMAIL_CONFIG names another folder."),
            _("To share a database with other Unix accounts: tuimail init --shared FOLDER --group GROUP."),
        )
    )


def _about_operator() -> str:
    return _("Whatever you change is written to the journal with the name of your Unix account: it cannot be changed.")
