"""A crash while a password is in somebody's hands: neither the file about it nor the terminal tells the password."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hand import Hand, Sit
from textual.worker import WorkerFailed

from tuimail.cli.failures import guarded
from tuimail.config import secrets
from tuimail.domain.account import Account, Authentication, Security
from tuimail.office import Office
from tuimail.store import accounts
from tuimail.ui.app import TuimailApp
from tuimail.ui.crash import tell_crash

CANARY = "canary-9b2e-serin"


def break_down(_account: Account, secret: str) -> None:
    """What a bug would do, with the password in a local variable of its own and of all its callers."""
    typed = secret
    raise RuntimeError(len(typed))


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def use() -> None:
        monkeypatch.setattr(secrets, "remember", break_down)

    return use


async def test_the_application_crashes_without_telling_the_password_that_was_typed(
    office: Office,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[], None],
    no_idling: None,
) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "config"))
    (known,) = accounts.accounts()
    accounts.save_account(Account(known.association_id, "127.0.0.1", 25, Security.NONE, "compta"))
    broken()
    app = TuimailApp(office)

    async def crash() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            hand = Hand(app, pilot)
            await hand.press("S")
            await hand.see("Mot de passe")
            for _n in range(20):
                before = app.focused
                if before is not None and before.id == "password":
                    break
                await hand.press("tab")
                await hand.until(lambda before=before: app.focused is not before, "Tab went nowhere")
            await hand.type(CANARY)
            await hand.press("enter")
            await hand.until(lambda: app.crashed is not None, "it went on")

    with pytest.raises(WorkerFailed):
        await crash()
    assert app.crashed is not None
    assert not app._exit_renderables, "Textual would print its traceback, local variables included"
    assert tell_crash(app.crashed, office.paths) == 1

    (path,) = office.paths.database.parent.glob("crash-*.txt")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "break_down" in path.read_text(), "the crash came from elsewhere"
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    assert not {name for name, text in files(tmp_path).items() if CANARY in text}
    assert CANARY not in "".join(traceback.format_exception(app.crashed))


def test_a_command_crashes_without_telling_the_password_on_its_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(CANARY + "\n"))
    account = Account(1, "h.example", 587, Security.TLS, "compta", authentication=Authentication.PASSWORD)

    def work() -> int:
        from tuimail.cli.accounts import read_password

        password = read_password()
        break_down(account, password)
        return 0

    assert guarded(work, lambda: tmp_path) == 2
    (details,) = files(tmp_path).values()
    assert "break_down" in details
    said = capsys.readouterr()
    assert CANARY not in details + said.out + said.err


async def test_no_screen_is_left_with_the_password_in_its_text(sit: Sit, office: Office) -> None:
    """What a terminal's scrollback or a screen recording would keep."""
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("S")
        await hand.see("Authentification")
        await hand.press(*["tab"] * 3, "right")
        for _n in range(20):
            before = hand.app.focused
            if before is not None and before.id == "password":
                break
            await hand.press("tab")
            await hand.until(lambda before=before: hand.app.focused is not before, "Tab went nowhere")
        await hand.type(CANARY)
        await hand.see("•" * len(CANARY))
        assert CANARY not in hand.text + hand.app.export_screenshot()
