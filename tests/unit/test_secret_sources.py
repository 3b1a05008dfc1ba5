"""Where a password comes from: the keyring, the operator's command, the file that root shares, what was typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tuimail.config import commands, files, secrets, settings, shared_secrets, tokens
from tuimail.config.secrets import Source
from tuimail.domain.account import Account, Security
from tuimail.domain.errors import BadFile, BadInput, NotSettled

pytestmark = pytest.mark.usefixtures("english")

ACCOUNT = Account(1, "smtp.example", 587, Security.STARTTLS, user="compta@home.example")
KEY = ACCOUNT.secret_key


class Keyring:
    name = "SecretService Keyring"

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, _service: str, user: str) -> str | None:
        return self.kept.get(user)

    def set_password(self, _service: str, user: str, secret: str) -> None:
        self.kept[user] = secret


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "config"))
    monkeypatch.setattr(secrets, "_in_memory", {})
    monkeypatch.setattr(secrets, "_backend", lambda: None)
    monkeypatch.setattr(settings, "SYSTEM_FILE", tmp_path / "no-system-settings")
    return tmp_path / "config"


def shared(path: Path, secret: str = "from-the-file", key: str = KEY, mode: int = 0o640) -> Path:
    path.write_text(f'"{key}" = "{secret}"\n')
    path.chmod(mode)
    settings.set_secrets_file(path)
    return path


def found() -> tuple[str, Source] | None:
    secret = secrets.find(ACCOUNT)
    return (secret.value, secret.source) if secret else None


def test_the_order(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found() is None
    shared(tmp_path / "secrets.toml")
    assert found() == ("from-the-file", Source.FILE)
    settings.set_command("password_command", KEY, ("echo", "from-a-command"))
    assert found() == ("from-a-command", Source.COMMAND)
    keyring = Keyring()
    monkeypatch.setattr(secrets, "_backend", lambda: keyring)
    assert found() == ("from-a-command", Source.COMMAND), "a keyring without it is passed over"
    keyring.kept[KEY] = "from-the-keyring"
    assert found() == ("from-the-keyring", Source.KEYRING)
    secrets.remember(ACCOUNT, "typed after a refusal")
    assert found() == ("typed after a refusal", Source.MEMORY)


def test_it_is_said_where_the_password_is_and_who_can_read_it(config: Path, tmp_path: Path) -> None:
    assert "asked for at each start" in secrets.source_sentence(ACCOUNT)
    path = shared(tmp_path / "secrets.toml")
    sentence = secrets.source_sentence(ACCOUNT)
    assert str(path) in sentence
    assert "readable by root and the group" in sentence
    settings.set_command("password_command", KEY, ("pass", "show", "x"))
    assert "command pass" in secrets.source_sentence(ACCOUNT)
    secrets.remember(ACCOUNT, "x")
    assert "only this process" in secrets.source_sentence(ACCOUNT)


def test_an_account_pointed_elsewhere_gets_neither_command_nor_file(config: Path, tmp_path: Path) -> None:
    shared(tmp_path / "secrets.toml")
    settings.set_command("password_command", KEY, ("echo", "from-a-command"))
    for change in ({"host": "evil.example"}, {"port": 465}, {"user": "x@home.example"}):
        assert secrets.password(replace(ACCOUNT, **change)) is None


# The command

SLOW = "import time; time.sleep(60)"
CHILD = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLOW!r}]); time.sleep(60)"


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("print()", "printed nothing"),
        ("", "printed nothing"),
        ("print('s3cret'); print('more')", "more than one line"),
        ("print('s3cret'); raise SystemExit(3)", "failed .status 3."),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "no text"),
        (SLOW, "no secret within"),
        (CHILD, "no secret within"),
    ],
)
def test_a_command_that_does_not_do_is_told_without_what_it_printed(program: str, sentence: str) -> None:
    began = time.monotonic()
    with pytest.raises(NotSettled, match=sentence) as told:
        commands.secret_from([sys.executable, "-c", program], patience=0.7 if "sleep" in program else 20)
    assert "s3cret" not in str(told.value)
    assert told.value.next_step
    assert time.monotonic() - began < 20


def test_a_command_is_no_shell_reads_nothing_and_keeps_its_spaces(tmp_path: Path) -> None:
    assert commands.secret_from(["echo", "$HOME;", "`x`"]) == "$HOME; `x`"
    assert commands.secret_from([sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"]) == "''"
    assert commands.secret_from(["printf", " a b \\r\\n"]) == " a b "
    with pytest.raises(NotSettled, match="cannot be run"):
        commands.secret_from([str(tmp_path / "nothing")])
    with pytest.raises(BadInput, match="not a command"):
        settings.command_words('pass "show')


# The file that root shares


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o666, 0o641])
def test_a_shared_file_that_others_could_read_or_change_is_not_used(config: Path, tmp_path: Path, mode: int) -> None:
    shared(tmp_path / "secrets.toml", mode=mode)
    with pytest.raises(NotSettled, match=f"its mode is {mode:o} and must be 640") as told:
        secrets.password(ACCOUNT)
    assert "from-the-file" not in str(told.value)


def test_a_shared_file_that_is_a_link_a_pipe_or_nonsense_is_not_used(config: Path, tmp_path: Path) -> None:
    real = shared(tmp_path / "real.toml")
    (tmp_path / "link").symlink_to(real)
    os.mkfifo(tmp_path / "pipe", 0o640)
    (tmp_path / "nonsense").write_text("s3cret without a key")
    (tmp_path / "nonsense").chmod(0o640)
    for name, sentence in (("link", "circle"), ("pipe", "no plain file"), ("nonsense", "not written as it should be")):
        settings.set_secrets_file(tmp_path / name)
        with pytest.raises(NotSettled, match=sentence) as told:
            secrets.password(ACCOUNT)
        assert "s3cret" not in str(told.value)
    settings.set_secrets_file(tmp_path / "absent")
    assert secrets.password(ACCOUNT) is None


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'a = "1"\nb = s3cret\nc = "3"\n', 2),
        (b'a = "1"\n\nb = "s3cret', 3),
        (b'a = "1"\nb = 4242\nc = "3"\n', 2),
        (b'a = "1"\n[s3cret]\nc = "3"\n', 2),
        (b'a = "1"\nb = "s3cret\xff"\n', 2),
    ],
)
def test_a_shared_file_that_is_badly_written_is_to_be_corrected_not_given_away(
    config: Path, tmp_path: Path, content: bytes, line: int
) -> None:
    path = tmp_path / "secrets.toml"
    path.write_bytes(content)
    path.chmod(0o640)
    settings.set_secrets_file(path)
    with pytest.raises(NotSettled, match="not written as it should be") as told:
        secrets.password(ACCOUNT)
    assert f"correct line {line}" in told.value.next_step
    assert "chmod" not in told.value.next_step
    assert "s3cret" not in str(told.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_shared_file_of_another_account_is_not_used(config: Path, tmp_path: Path) -> None:
    os.chown(shared(tmp_path / "secrets.toml"), 12345, 0)
    with pytest.raises(NotSettled, match="does not belong to root"):
        secrets.password(ACCOUNT)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_an_operators_own_that_a_group_shares_is_told_to_its_owner_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shared(tmp_path / "secrets.toml")
    shared_secrets.check(path)
    os.chown(path, 12345, 0)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert shared_secrets.read(path, KEY) == "from-the-file"
    with pytest.raises(NotSettled, match="it does not belong to root"):
        shared_secrets.check(path)
    path.chmod(0o600)
    shared_secrets.check(path)


def test_the_shared_file_is_written_whole_with_its_mode(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "etc" / "secrets.toml"
    settings.set_secrets_file(path)
    os.umask(before := os.umask(0))
    secrets.share(ACCOUNT, 'with "quotes" \\ and ünïcode', tmp_path / "t.sqlite3")
    secrets.share(replace(ACCOUNT, user="other"), "second", tmp_path / "t.sqlite3")
    assert os.umask(before) == before
    assert path.stat().st_mode & 0o777 == 0o640
    secrets._in_memory.clear()
    assert found() == ('with "quotes" \\ and ünïcode', Source.FILE)
    assert [each.name for each in path.parent.iterdir()] == ["secrets.toml"]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("/srv/tuimail/tuimail.sqlite3", " --database /srv/tuimail/tuimail.sqlite3"),
        ("/srv/le bureau/l'un.sqlite3", """ --database '/srv/le bureau/l'"'"'un.sqlite3'"""),
        ("/root/.local/share/tuimail/tuimail.sqlite3", ""),
    ],
)
def test_roots_command_is_about_the_same_database(config: Path, tmp_path: Path, database: str, words: str) -> None:
    (tmp_path / "file").touch()
    settings.set_secrets_file(tmp_path / "file" / "secrets.toml")
    with pytest.raises(NotSettled) as told:
        secrets.share(ACCOUNT, "s3cret", Path(database))
    command = f"sudo tuimail smtp set --password-stdin --keep-in file{words}"
    assert told.value.next_step == f"Ask the administrator: {command}"


# The settings


def test_settings_come_back_as_they_went_for_nobody_elses_eyes(config: Path) -> None:
    settings.set_language("en")
    settings.set_secrets_file(Path("/srv/tuimail/secrets.toml"))
    settings.set_command("password_command", KEY, ("pass", "show", 'a "b" \\ c\t'))
    path = settings.set_command("token_command", "other", ("token",))
    assert path == config / "settings.toml"
    assert path.stat().st_mode & 0o777 == 0o600
    read = settings.read_settings()
    assert (read.language, read.secrets_file) == ("en", Path("/srv/tuimail/secrets.toml"))
    assert read.password_commands == {KEY: ("pass", "show", 'a "b" \\ c\t')}
    settings.set_command("password_command", KEY, ())
    assert settings.read_settings().password_commands == {}
    assert settings.read_settings().token_commands == {"other": ("token",)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own the machine's settings")
def test_the_machines_settings_hold_where_the_operator_says_nothing(config: Path, tmp_path: Path) -> None:
    system = settings.SYSTEM_FILE
    system.write_text(f'language = "en"\nsecrets_file = "/srv/s"\n[accounts."{KEY}"]\npassword_command = ["a"]\n')
    system.chmod(0o644)
    read = settings.read_settings()
    assert (read.language, read.secrets_file, read.password_commands) == ("en", Path("/srv/s"), {KEY: ("a",)})
    settings.set_language("fr")
    settings.set_command("password_command", KEY, ("b",))
    assert settings.read_settings().language == "fr"
    assert settings.read_settings().password_commands == {KEY: ("b",)}


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_settings_that_somebody_else_could_have_written_are_not_used(config: Path, mode: int) -> None:
    settings.set_command("password_command", KEY, ("echo", "x")).chmod(mode)
    with pytest.raises(BadFile, match="could have been written by somebody else"):
        secrets.password(ACCOUNT)


@pytest.mark.parametrize(
    "text",
    [
        "language = 3",
        'language = "de"',
        'secrets_file = "x"',
        "accounts = 1",
        "[accounts.a]\npassword_command='x'",
        "=",
    ],
)
def test_settings_that_make_no_sense_are_told(config: Path, text: str) -> None:
    settings.set_language("fr").write_text(text)
    with pytest.raises(BadFile, match="cannot be read"):
        settings.read_settings()


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    files.replace_file(path, b"old", 0o600)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        files.replace_file(path, b"new", 0o600)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_tokens_that_others_can_read_are_not_used(config: Path) -> None:
    tokens.save(ACCOUNT, "{}")
    tokens.own_file().chmod(0o640)
    with pytest.raises(NotSettled, match="other accounts could read or change it"):
        tokens.load(ACCOUNT)


def test_tokens_go_into_the_keyring_where_there_is_one(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.save(ACCOUNT, "before")
    keyring = Keyring()
    monkeypatch.setattr(secrets, "_backend", lambda: keyring)
    tokens.save(ACCOUNT, "after")
    assert keyring.kept == {ACCOUNT.token_key: "after"}
    assert not tokens.own_file().exists()
    assert tokens.load(ACCOUNT) == "after"
    tokens.forget(ACCOUNT)
    assert not tokens.load(ACCOUNT)


# A real keyring

_UNLOCKED = """printf 'keyring-password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@" """
_PROGRAM = """
from tuimail.config import secrets
from tuimail.domain.account import Account, Security
account = Account(1, "smtp.example", 587, Security.STARTTLS, user="compta@home.example")
assert secrets.has_keyring(), "none"
assert secrets.store(account, "kept by gnome"), "refused"
secrets._in_memory.clear()
found = secrets.find(account)
print(found.value, found.source, secrets.source_sentence(account), sep="|")
"""


def _under_dbus(tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian packages gnome-keyring and dbus-daemon)")
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME"):
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        environment[name] = str(folder)
    root = str(Path(secrets.__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
    environment["TUIMAIL_LANG"] = "en"
    return subprocess.run(
        ["dbus-run-session", "--", *command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_gnome_keyring_keeps_the_password(tmp_path: Path) -> None:
    ran = _under_dbus(tmp_path, "sh", "-c", _UNLOCKED, "sh", sys.executable, "-c", _PROGRAM)
    assert ran.returncode == 0, ran.stderr
    value, source, sentence = ran.stdout.strip().split("|")
    assert (value, source) == ("kept by gnome", "keyring")
    assert "SecretService" in sentence
    (file,) = (tmp_path / "XDG_DATA_HOME" / "keyrings").glob("login.keyring")
    assert b"kept by gnome" not in file.read_bytes()
