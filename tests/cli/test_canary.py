"""A secret goes to the mail server and nowhere else: it is looked for in all that a month's work leaves behind."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_harness import INVOICES, Exports, Tuimail, process
from post_office import PASSWORD, USER, PostOffice

from tuimail.store import accounts
from tuimail.store.database import close_store, open_store

pytestmark = pytest.mark.servers

ADDRESSED = """\
Structure;Code;Titre;Nom;Prénom;Chambre;Email;Mesure de protection;Délégué;Email tutelle;Tutelle reçoit facture
Maison;R1;Mme;ANTOINE;Monique;101;bob@example.test;;;;
Maison;R2;M.;BOUCHER;Émile;102;nobody@elsewhere.example;;;;
"""


class House:
    """A database, settings and logs of their own, and every word that was printed."""

    def __init__(self, folder: Path, office: PostOffice) -> None:
        self.folder, self.office = folder, office
        self.database = folder / "data" / "tuimail.sqlite3"
        self.seen: list[str] = []
        self.environment = os.environ | {
            "TUIMAIL_DATABASE": str(self.database),
            "TUIMAIL_CONFIG": str(folder / "config"),
            "TUIMAIL_LANG": "en",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONASYNCIODEBUG": "1",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(folder / "tmp"),
        }
        for name in ("data", "config", "tmp"):
            (folder / name).mkdir()

    def run(self, *words: str, given: str = "") -> int:
        """One command, with what all processes show of themselves meanwhile."""
        with (self.folder / "printed.txt").open("ab") as printed:
            own = {"stdin": subprocess.PIPE, "stdout": printed, "stderr": printed, "env": self.environment}
            ran = process(self.database, *words, **own)
            assert ran.stdin is not None
            ran.stdin.write(given)
            ran.stdin.close()
            while ran.returncode is None:
                self.seen.append(_processes(ran.pid))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    ran.wait(0.1)
        return ran.returncode

    @property
    def printed(self) -> str:
        """Every word, of standard output and error."""
        return (self.folder / "printed.txt").read_text()

    def left(self) -> dict[str, bytes]:
        """Every byte of every file, the words printed among them, and of every process seen."""
        files = {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        return files | {"ps": "\n".join(self.seen).encode()}


def _processes(pid: int) -> str:
    """What `ps` and /proc tell of the process and its children: arguments and environment."""
    found = [subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout]
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if int(each.name) == pid or f"PPid:\t{pid}" in (each / "status").read_text():
                found += [(each / name).read_text(errors="replace") for name in ("cmdline", "environ")]
        except OSError:
            continue
    return "\n".join(found)


def forms(secret: str, user: str = USER) -> list[bytes]:
    """The secret as it is and as it goes over the wire."""
    words = (secret, f"\0{user}\0{secret}", f"user={user}\1auth=Bearer {secret}\1\1")
    return [secret.encode(), *(base64.b64encode(word.encode()) for word in words)]


@pytest.fixture
def house(tmp_path: Path, post_office: PostOffice, exports: Exports) -> House:
    found = House(tmp_path, post_office)
    people = exports.write("residents.csv", ADDRESSED)
    assert found.run("import", people, exports.write("factures.csv", INVOICES)) == 0
    sender = ("--structure", "Maison", "--name", "Alice", "--email", "alice@example.test")
    assert found.run("sender", "set", *sender) == 0
    return found


def server(office: PostOffice, port: int) -> tuple[str, ...]:
    place = ("--host", "localhost", "--port", str(port), "--security", "starttls", "--ca-file", office.ca_file)
    return ("smtp", "set", *place, "--user", USER, "--gap", "0", "--pause-every", "0")


def found_in(house: House, secret: str) -> list[set[str]]:
    """For each form of the secret, where it is left."""
    left = house.left()
    return [{name for name, content in left.items() if form in content} for form in forms(secret)]


def look(house: House, secret: str, *kept: Path) -> None:
    """It is as it is in those files, encoded in none; a secret that was left in each way is found."""
    as_it_is, *encoded = found_in(house, secret)
    assert as_it_is == {str(path) for path in kept}
    assert not any(encoded)
    for n, form in enumerate(forms(secret)):
        planted = house.folder / "tmp" / "planted"
        planted.write_bytes(b"x" + form + b"x")
        assert str(planted) in found_in(house, secret)[n]
        planted.unlink()
    house.seen.append(f"tuimail --password {secret}")
    assert "ps" in found_in(house, secret)[0]
    house.seen.pop()


@pytest.mark.long
@pytest.mark.timeout(110)
def test_a_password_is_nowhere_but_in_its_file(house: House) -> None:
    secrets_file = house.folder / "config" / "secrets.toml"
    (house.folder / "config" / "settings.toml").write_text(f'secrets_file = "{secrets_file}"\n')
    (house.folder / "config" / "settings.toml").chmod(0o600)
    office = house.office
    office.empty()
    keep = ("--password-stdin", "--keep-in", "file")
    wrong = "canary-4c1f-wrong"
    assert house.run(*server(office, office.submission), *keep, given=f"{wrong}\n") == 0
    assert house.run("smtp", "test") == 1
    assert house.run("send", "--period", "2026-10", "--yes") == 2, "535 before anything is queued"
    look(house, wrong, secrets_file)
    assert house.run(*server(office, office.submission), *keep, given=f"{PASSWORD}\n") == 0
    assert house.run("smtp", "test", "--to", "bob@example.test", "--json") == 0
    assert house.run("send", "--period", "2026-10", "--yes", "--json") == 0
    for words in (("smtp", "show"), ("journal", "--format", "json"), ("doctor", "--json"), ("status",)):
        assert house.run(*words) in (0, 1)
    assert len(office.received("bob", 2)) == 2
    look(house, PASSWORD, secrets_file)
    assert "readable by root and the group" in house.printed


@pytest.mark.long
@pytest.mark.timeout(110)
def test_neither_a_commands_password_nor_its_token_is_anywhere(house: House) -> None:
    office = house.office
    token = office.token()
    vault = house.folder.parent / "vault"
    vault.mkdir(exist_ok=True)
    for name, secret, port, method in (
        ("password_command", PASSWORD, office.submission, "password"),
        ("token_command", token, office.oauth_only, "oauth2"),
    ):
        (vault / name).write_text(secret + "\n")
        command = f"{sys.executable} -c \"print(open('{vault / name}').read(), end='')\""
        option = "--" + name.replace("_", "-")
        assert house.run(*server(office, port), "--authentication", method, option, command) == 0
        assert house.run("smtp", "test") == 0
        assert house.run("doctor") == 0
    assert house.run("send", "--period", "2026-10", "--yes") == 0
    look(house, PASSWORD)
    look(house, token)


def test_a_server_that_repeats_the_credentials_does_not_get_them_into_a_file(
    tuimail: Tuimail, month: None, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import socketserver
    import threading

    class Parrot(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 parrot ESMTP\r\n")
            for line in self.rfile:
                if line.startswith(b"EHLO"):
                    self.wfile.write(b"250-parrot\r\n250 AUTH PLAIN\r\n")
                elif line.startswith(b"AUTH"):
                    word = line.split()[2]
                    plain = base64.b64decode(word).split(b"\0")[2]
                    self.wfile.write(b"535 5.7.8 you said " + word + b" that is " + plain + b"\r\n")
                else:
                    self.wfile.write(b"221 bye\r\n")
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Parrot) as parrot:
        threading.Thread(target=parrot.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr("sys.stdin", io.StringIO("canary-77\n"))
        place = ("--host", "127.0.0.1", "--port", str(parrot.server_address[1]), "--security", "none")
        assert tuimail("smtp", "set", *place, "--user", "compta", "--password-stdin").status == 0
        ran = [tuimail("smtp", "test"), tuimail("send", "--period", "2026-10", "--yes")]
        parrot.shutdown()
    assert "535 5.7.8 you said *** that is ***" in ran[0].out
    for each in ran:
        assert each.status
        for form in forms("canary-77", "compta"):
            assert form.decode() not in each.out + each.err
    close_store()
    for path in database.parent.rglob("*"):
        if path.is_file():
            assert not any(form in path.read_bytes() for form in forms("canary-77", "compta"))


def test_an_account_keeps_no_secret_and_its_repr_neither(tuimail: Tuimail, database: Path, month: None) -> None:
    from tuimail.config.secrets import Secret, Source
    from tuimail.sending.credentials import Token

    for each in (Secret("canary", Source.FILE), Token("canary")):
        assert "canary" not in repr(each) + str(each)
    assert tuimail("smtp", "set", "--host", "h.example", "--user", "u").status == 0
    open_store(database)
    values: list[Any] = [repr(each) for each in accounts.accounts()]
    assert values
    assert "password=" not in values[0]
