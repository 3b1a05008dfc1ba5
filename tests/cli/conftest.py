"""The command line run in this process, on a database of the test's own."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from cli_harness import INVOICES, PEOPLE, Exports, MailServer, Ran, Tuimail, use_server
from smtp_sink import MISSING, PROGRAM, Sink

from tuimail.cli import main
from tuimail.cli.main import run
from tuimail.cli.options.base import Parser
from tuimail.cli.parser import build_parser
from tuimail.domain.i18n import language
from tuimail.store.database import close_store, open_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / "office").mkdir()
    return tmp_path / "office" / "tuimail.sqlite3"


@pytest.fixture(autouse=True, scope="session")
def _words_made_once() -> Iterator[None]:
    """A command line in a process of its own makes its words once; here they serve all that speak the language."""
    made: dict[str, Parser] = {}

    def reuse() -> Parser:
        if language() not in made:
            made[language()] = build_parser()
        return made[language()]

    with patch.object(main, "build_parser", reuse):
        yield


@pytest.fixture
def tuimail(database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Tuimail]:
    """Run a command on a database of the test's own."""
    monkeypatch.setenv("TUIMAIL_DATABASE", str(database))

    def call(*words: str) -> Ran:
        capsys.readouterr()
        status = run(words, application=lambda _paths: 64, demonstration=lambda _gap, _keep: 65)
        printed = capsys.readouterr()
        return Ran(status, *(text.replace("\u00a0", " ") for text in printed))

    yield call
    close_store()


@pytest.fixture
def servers() -> Iterator[Callable[..., MailServer]]:
    """Start a mail server; all of them end with the test."""
    started: list[MailServer] = []

    def start(**settings: str) -> MailServer:
        started.append(MailServer(**settings))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def mail_server(servers: Callable[..., MailServer]) -> MailServer:
    return servers()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """Postfix's smtp-sink, listening."""
    if not PROGRAM:
        pytest.skip(MISSING)
    folder = tmp_path / "sink"
    folder.mkdir()
    server = Sink(folder)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    folder = tmp_path / "exports"
    folder.mkdir()
    return Exports(folder)


@pytest.fixture
def empty(database: Path) -> Path:
    """A database that holds nothing yet."""
    open_store(database)
    close_store()
    return database


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first month that is imported is kept, to be copied by all others."""
    return tmp_path_factory.mktemp("imported") / "tuimail.sqlite3"


@pytest.fixture
def month(tuimail: Tuimail, exports: Exports, database: Path, imported: Path) -> None:
    """Two residents with three addresses, an invoice each, and a sender; no account yet."""
    people, invoices = exports.write("residents.csv", PEOPLE), exports.write("factures.csv", INVOICES)
    if imported.exists():
        shutil.copy(imported, database)
        return
    assert tuimail("import", people, invoices).status == 0
    given = ("--structure", "Maison", "--name", "Virginie Dubois", "--email", "compta@maison.example")
    assert tuimail("sender", "set", *given).status == 0
    close_store()
    shutil.copy(database, imported)


@pytest.fixture
def ready(tuimail: Tuimail, month: None, mail_server: MailServer) -> MailServer:
    """The same month with an account on the mail server."""
    use_server(tuimail, mail_server.port)
    return mail_server


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real keyring is asked, and no password outlives a test."""
    import keyring
    from keyring.backends import fail

    from tuimail.config import secrets

    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.setattr(secrets, "_in_memory", {})
