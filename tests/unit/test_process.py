from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tuimail.config import process
from tuimail.domain.account import Owner


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits until its input is closed."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as running:
        yield running
        running.kill()


def of(pid: int) -> Owner:
    return replace(process.this_owner(), pid=pid, started=process._started(pid))


def test_this_process_is_alive_and_names_itself() -> None:
    us = process.this_owner()
    assert us.pid == os.getpid()
    assert us.host == socket.gethostname()
    assert us.operator
    assert us.started
    assert process.is_alive(us) is True


def test_each_sender_of_a_process_is_another_one() -> None:
    assert process.this_owner().id != process.this_owner().id


def test_another_process_is_alive_until_it_ends(child: subprocess.Popen[bytes]) -> None:
    owner = of(child.pid)
    assert process.is_alive(owner) is True
    child.kill()
    child.wait()
    assert process.is_alive(owner) is False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_process_that_nobody_has_waited_for_is_dead(child: subprocess.Popen[bytes]) -> None:
    owner = of(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert Path(f"/proc/{child.pid}").exists()
    assert process.is_alive(owner) is False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_pid_given_to_another_process_since_is_a_dead_one(child: subprocess.Popen[bytes]) -> None:
    before = replace(of(child.pid), started=process.this_owner().started)
    assert process.is_alive(before) is False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_pid_of_before_the_last_boot_is_a_dead_one() -> None:
    us = process.this_owner()
    another_boot = "00000000-0000-0000-0000-000000000000/" + us.started.partition("/")[2]
    assert process.is_alive(replace(us, started=another_boot)) is False


def test_of_another_host_nothing_is_known() -> None:
    assert process.is_alive(replace(process.this_owner(), host="elsewhere")) is None


def test_a_process_whose_start_is_hidden_is_not_taken_for_dead(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with /proc mounted with hidepid, where other accounts' processes cannot be looked at."""
    owner = of(child.pid)

    def hidden(self: Path, *args: object, **kwargs: object) -> str:
        raise FileNotFoundError(self)

    def not_ours(pid: int, signal: int) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", hidden)
        patch.setattr(os, "kill", not_ours)
        assert process.is_alive(owner) is None


def test_without_proc_a_process_is_known_by_its_pid(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(self: Path, *args: object, **kwargs: object) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_text", missing)
    owner = of(child.pid)
    assert process.is_alive(owner) is True
    child.kill()
    child.wait()
    assert process.is_alive(owner) is False


def test_an_account_without_a_name_is_known_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(process.getpass, "getuser", nameless)
    assert process.operator() == str(os.getuid())
