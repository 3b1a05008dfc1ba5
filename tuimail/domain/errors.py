"""What an operator is told when something cannot be done: a sentence and the next step, never a traceback."""

from __future__ import annotations


class TuimailError(Exception):
    """The root of every error an operator can meet.

    `sentence` says what is wrong, `next_step` what to do about it; both are in the interface's language.
    """

    exit_status = 2

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence, next_step)
        self.sentence = sentence
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".strip()


class BadInput(TuimailError):
    """What was typed or handed in cannot be used."""


class BadAddress(BadInput):
    """An e-mail address that no mail can be sent to."""


class BadFile(BadInput):
    """A file that cannot be read as what it should be."""


class StoreError(TuimailError):
    """The database cannot be opened or written."""


class StoreTooNew(StoreError):
    """The database was written by a newer program."""


class StoreLocked(StoreError):
    """Another program kept the database locked for too long."""


class StoreReadOnly(StoreError):
    """The database or its folder cannot be written by this account."""


class StoreFull(StoreError):
    """There is no room left where the database stands."""


class DocumentError(TuimailError):
    """A document cannot be made or kept."""


class NotSettled(TuimailError):
    """Something must be codified first: the SMTP account, a sender, a password."""


class ServerError(TuimailError):
    """The mail server cannot be used."""


class AccountBusy(TuimailError):
    """Another sender holds the SMTP account."""

    exit_status = 3
