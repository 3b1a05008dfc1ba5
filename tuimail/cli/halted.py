"""What `send` does on an account that somebody has paused: queue, and say that nothing leaves."""

from __future__ import annotations

from dataclasses import replace

from tuimail.cli.followers import Listener
from tuimail.cli.runs import finish
from tuimail.domain.account import Account
from tuimail.domain.events import Summary
from tuimail.store import halts


def is_halted(account: Account) -> bool:
    """Whether what is queued now waits until somebody resumes."""
    return halts.halt(account.id) is not None


def finish_halted(listener: Listener, account: Account, summary: Summary) -> int:
    """Tell what is queued, and who has paused the account; the exit status."""
    halt = halts.halt(account.id)
    return finish(listener, replace(summary, detail=f"{halt.sentence()}.") if halt else summary, complete=False)
