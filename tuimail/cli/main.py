"""From the words typed to the command they name."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import gettempdir

from tuimail.cli.failures import guarded
from tuimail.cli.output import is_terminal, prepare_streams, warn
from tuimail.cli.parser import build_parser
from tuimail.cli.speech import translate_argparse
from tuimail.config import collector
from tuimail.config.files import is_there
from tuimail.config.paths import Paths, find_paths
from tuimail.domain.errors import BadInput, NotSettled, TuimailError
from tuimail.domain.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, use_language

Application = Callable[[Paths], int]
Demonstration = Callable[[float, Path | None], int]
"""Takes the seconds between two messages and the folder to keep its data in; answers the exit status."""

_MAKERS = (
    (None, None),
    ("import", None),
    ("smtp", "set"),
    ("imap", "set"),
    ("sender", "set"),
    ("init", None),
    ("doctor", None),
)
"""The application and the commands that may do without a database; all others read or send what is there."""


def run(argv: Sequence[str], *, application: Application, demonstration: Demonstration) -> int:
    """Do what the words after `tuimail` ask for; answers the exit status."""
    prepare_streams()
    args = argparse.Namespace(command=None, database=None)

    def work() -> int:
        _settle_language(argv)
        build_parser().parse_args(list(argv), args)
        if args.command not in (None, "demo") and is_terminal(sys.stderr):
            from tuimail.store.database import tell_busy

            tell_busy(_tell_busy)
        return _dispatch(args, application, demonstration)

    def folder() -> Path:
        return Path(gettempdir()) if args.command == "demo" else find_paths(args.database).database.parent

    return guarded(work, folder)


def _tell_busy() -> None:
    warn(_("The database is in use by another program: waiting for it…"))


def _settle_language(argv: Sequence[str]) -> None:
    """The language has to be known before the command line is read: its errors are told in it."""
    use_language(DEFAULT_LANGUAGE)
    chosen = os.environ.get("TUIMAIL_LANG", "").lower()
    if chosen and chosen not in LANGUAGES:
        raise BadInput(
            _("TUIMAIL_LANG is “{language}”, which is not spoken here.").format(language=chosen),
            _("Set it to {languages}.").format(languages=_(" or ").join(LANGUAGES)),
        )
    for position, word in enumerate(argv):
        following = argv[position + 1] if position + 1 < len(argv) else ""
        value = following if word == "--lang" else word.partition("=")[2] if word.startswith("--lang=") else ""
        chosen = value if value in LANGUAGES else chosen
    use_language(chosen or _own_language() or DEFAULT_LANGUAGE)
    translate_argparse()


def _own_language() -> str:
    """The one that the operator has settled; settings in trouble are told by what needs more of them."""
    from tuimail.config.settings import read_settings

    try:
        return read_settings().language
    except TuimailError:
        return ""


def _dispatch(args: argparse.Namespace, application: Application, demonstration: Demonstration) -> int:
    if args.command == "demo":
        if args.database:
            raise BadInput(
                _("The demonstration makes its own database and touches no other."), _("Leave --database out.")
            )
        return demonstration(args.send_gap, args.keep)
    paths = _checked(find_paths(args.database), args)
    if args.command is None:
        return application(paths)
    command = _command(args)
    collector.settle()
    return command(args, paths)


def _checked(paths: Paths, args: argparse.Namespace) -> Paths:
    """`paths` if its database is there or may be made: a name that was mistyped must not become a new one."""
    folder = paths.database.parent
    if paths.asked_for and args.command != "doctor" and not is_there(folder):
        raise BadInput(
            _("There is no folder {path}.").format(path=folder),
            _("Check the path of the database, or make the folder first."),
        )
    if (args.command, getattr(args, "action", None)) not in _MAKERS and not is_there(paths.database):
        raise NotSettled(
            _("There is no database {path}.").format(path=paths.database),
            _("Check its path (--database), or make one by importing: tuimail import FILE."),
        )
    return paths


def _command(args: argparse.Namespace) -> Callable[[argparse.Namespace, Paths], int]:
    match args.command, getattr(args, "action", ""):
        case "import", _action:
            from tuimail.cli.imports import import_exports as command
        case "smtp", "set":
            from tuimail.cli.accounts import set_account as command
        case "smtp", "test":
            from tuimail.cli.trials import test_account as command
        case "smtp", "sign-in":
            from tuimail.cli.trials import sign_in as command
        case "smtp", "sign-out":
            from tuimail.cli.trials import sign_out as command
        case "smtp", _action:
            from tuimail.cli.accounts import show_account as command
        case "imap", "set":
            from tuimail.cli.imap import set_imap as command
        case "imap", "test":
            from tuimail.cli.imap import test_imap as command
        case "imap", "copy-sent":
            from tuimail.cli.returns import copy_sent as command
        case "returns", _action:
            from tuimail.cli.returns import read_returns as command
        case "imap", _action:
            from tuimail.cli.imap import show_imap as command
        case "sender", "set":
            from tuimail.cli.senders import set_sender as command
        case "sender", _action:
            from tuimail.cli.senders import show_senders as command
        case "invoices", _action:
            from tuimail.cli.lists import list_invoices as command
        case "residents", "export":
            from tuimail.cli.residents import export_person as command
        case "residents", "erase":
            from tuimail.cli.residents import erase as command
        case "residents", _action:
            from tuimail.cli.residents import list_residents as command
        case "render", _action:
            from tuimail.cli.lists import render_invoices as command
        case "history", _action:
            from tuimail.cli.history import list_sendings as command
        case "message", _action:
            from tuimail.cli.history import show_message as command
        case "sheet", _action:
            from tuimail.cli.month_end import print_sheet as command
        case "to-post", _action:
            from tuimail.cli.month_end import write_letters as command
        case "page", "set":
            from tuimail.cli.pages import set_pages as command
        case "page", "protect":
            from tuimail.cli.pages import protect as command
        case "page", _action:
            from tuimail.cli.pages import show_pages as command
        case "pdf", "import":
            from tuimail.cli.pdfs import import_pdfs as command
        case "pdf", _action:
            from tuimail.cli.pdfs import list_held as command
        case "journal", _action:
            from tuimail.cli.journal import print_journal as command
        case "uncertain", "sent":
            from tuimail.cli.uncertain import mark_sent as command
        case "uncertain", "again":
            from tuimail.cli.uncertain import send_again as command
        case "uncertain", "look-up":
            from tuimail.cli.look_up import look_up as command
        case "uncertain", _action:
            from tuimail.cli.uncertain import list_uncertain as command
        case "mailing", "send":
            from tuimail.cli.mailing import send_letter as command
        case "mailing", _action:
            from tuimail.cli.mailing import list_lists as command
        case "unsubscribed", "add":
            from tuimail.cli.unsubscribed import add as command
        case "unsubscribed", "remove":
            from tuimail.cli.unsubscribed import remove as command
        case "unsubscribed", "set":
            from tuimail.cli.unsubscribed import settle as command
        case "unsubscribed", _action:
            from tuimail.cli.unsubscribed import list_unsubscribed as command
        case "status", _action:
            from tuimail.cli.steering import show_status as command
        case "pause", _action:
            from tuimail.cli.steering import pause as command
        case "cancel", _action:
            from tuimail.cli.steering import cancel as command
        case "backup", _action:
            from tuimail.cli.backup import backup as command
        case "init", _action:
            from tuimail.cli.setup import init as command
        case "doctor", _action:
            from tuimail.cli.setup import doctor as command
        case "resume", _action:
            from tuimail.cli.resuming import resume as command
        case _rest:
            from tuimail.cli.sending import send as command
    return command
