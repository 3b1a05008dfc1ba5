from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import chainer, fail
from keyring.errors import KeyringError, KeyringLocked

from tuimail.config import secrets, settings
from tuimail.domain.account import Account, Security
from tuimail.domain.errors import NotSettled

ACCOUNT = Account(1, "smtp.example", 587, Security.STARTTLS, user="compta@home.example")


class Backend:
    """A keyring of a dictionary, from a module of whatever name."""

    name = "SecretService Keyring"

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error = error

    def get_password(self, service: str, user: str) -> str | None:
        if self.error:
            raise self.error
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, secret: str) -> None:
        if self.error:
            raise self.error
        self.kept[service, user] = secret

    def delete_password(self, service: str, user: str) -> None:
        del self.kept[service, user]


def backend_of(module: str, error: Exception | None = None) -> Backend:
    return type("Keyring", (Backend,), {"__module__": module})(error)


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_in_memory", {})


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(backend: object) -> Any:
        monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
        return backend

    return use


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that starts anew."""
    monkeypatch.setattr(secrets, "_in_memory", {})


TRUSTED = [f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")]


@pytest.mark.parametrize("module", TRUSTED)
def test_a_trusted_keyring_keeps_the_password(module: str, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = use(backend_of(module))
    assert secrets.store(ACCOUNT, "s3cret")
    assert backend.kept == {("tuimail", "smtp://compta@home.example@smtp.example:587"): "s3cret"}
    forget(monkeypatch)
    assert secrets.password(ACCOUNT) == "s3cret"
    assert "SecretService Keyring" in secrets.place()


@pytest.mark.parametrize(
    "module", ["keyrings.alt.file", "keyrings.alt.Windows", "keyring.backends.fail", "keyring.backends.null", "evil"]
)
def test_any_other_keyring_is_never_asked(module: str, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = use(backend_of(module, AssertionError("asked")))
    assert secrets.password(ACCOUNT) is None
    assert not secrets.store(ACCOUNT, "s3cret")
    assert backend.kept == {}
    assert secrets.password(ACCOUNT) == "s3cret"
    forget(monkeypatch)
    assert secrets.password(ACCOUNT) is None


def test_a_trusted_keyring_is_found_inside_the_chainer(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asks, good = backend_of("keyrings.alt.file", AssertionError("asked")), backend_of(TRUSTED[0])
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [asks, good])
    use(chainer.ChainerBackend())
    assert secrets.store(ACCOUNT, "s3cret")
    forget(monkeypatch)
    assert secrets.password(ACCOUNT) == "s3cret"


@pytest.mark.usefixtures("english")
def test_what_the_keyring_keeps_is_said_to_be_there(use: Any) -> None:
    use(backend_of(TRUSTED[0]))
    secrets.store(ACCOUNT, "s3cret")
    assert secrets.source(ACCOUNT) is secrets.Source.KEYRING
    assert "keyring" in secrets.source_sentence(ACCOUNT)


def test_a_password_in_the_shared_file_has_no_older_one_in_front_of_it(
    use: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SYSTEM_SECRETS", tmp_path / "secrets.toml")
    use(backend_of(TRUSTED[0]))
    secrets.store(ACCOUNT, "old")
    secrets.share(ACCOUNT, "s3cret", tmp_path / "t.sqlite3")
    assert secrets.source(ACCOUNT) is secrets.Source.FILE
    forget(monkeypatch)
    assert secrets.password(ACCOUNT) == "s3cret"


@pytest.mark.usefixtures("english")
def test_a_machine_without_a_keyring_says_so(use: Any) -> None:
    use(fail.Keyring())
    assert secrets.place() == "memory only: asked at each start"
    assert not secrets.store(ACCOUNT, "s3cret")


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("error", [KeyringLocked("locked"), KeyringError(), ConnectionError("no bus")])
def test_a_keyring_that_cannot_be_read_is_told(error: Exception, use: Any) -> None:
    use(backend_of(TRUSTED[0], error))
    with pytest.raises(NotSettled, match="keyring cannot be read") as told:
        secrets.password(ACCOUNT)
    assert "s3cret" not in str(told.value)
    assert (str(error) or "KeyringError") in told.value.sentence


@pytest.mark.parametrize("error", [KeyringLocked("locked"), ConnectionError("no bus")])
def test_a_keyring_that_refuses_a_password_leaves_it_in_memory(error: Exception, use: Any) -> None:
    use(backend_of(TRUSTED[0], error))
    assert not secrets.store(ACCOUNT, "s3cret")
    assert secrets.password(ACCOUNT) == "s3cret"


def test_a_keyring_named_wrongly_in_the_users_settings_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> object:
        raise ModuleNotFoundError("nope")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert secrets.password(ACCOUNT) is None


@pytest.mark.parametrize("change", [{"host": "other.example"}, {"port": 465}, {"user": "other@home.example"}])
def test_a_password_never_goes_to_another_host_port_or_user(change: dict[str, Any], use: Any) -> None:
    use(backend_of(TRUSTED[0]))
    secrets.store(ACCOUNT, "s3cret")
    assert secrets.password(replace(ACCOUNT, **change)) is None
    assert secrets.password(replace(ACCOUNT, gap=5.0)) == "s3cret"
