"""What an operator is told when something cannot be done: a sentence and the next step, never a traceback."""

from __future__ import annotations

import errno

from tuimail.domain.i18n import _


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


def os_reason(error: BaseException) -> str:
    """Why the system refused, in the interface's language as far as it is a usual reason, else in the system's."""
    number = getattr(error, "errno", None)
    words = {
        errno.ENOENT: _("there is no such file or folder"),
        errno.ENOTDIR: _("a file stands where a folder should"),
        errno.EISDIR: _("it is a folder"),
        errno.EEXIST: _("something of that name is there already"),
        errno.ENOTEMPTY: _("the folder is not empty"),
        errno.EACCES: _("this account may not do that"),
        errno.EPERM: _("this account may not do that"),
        errno.EROFS: _("the disk can only be read"),
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("this account's share of the disk is used up"),
        errno.EFBIG: _("the file would be too large"),
        errno.EIO: _("the disk does not answer as it should"),
        errno.ENODEV: _("the disk is not there"),
        errno.ENXIO: _("the disk is not there"),
        errno.ESTALE: _("the network folder is not there any more"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.ELOOP: _("its links lead in a circle"),
        errno.EBUSY: _("another program is using it"),
        errno.ETXTBSY: _("another program is using it"),
        errno.EMFILE: _("too many files are open"),
        errno.ENFILE: _("too many files are open"),
        errno.ENOMEM: _("the machine has no memory left"),
        errno.EBADF: _("it is closed"),
        errno.EPIPE: _("nobody reads it any more"),
        errno.EINVAL: _("the system does not accept that name or place"),
        errno.ENOTSUP: _("that disk cannot do it"),
        errno.EHOSTUNREACH: _("there is no way to that machine"),
        errno.ENETUNREACH: _("there is no network"),
        errno.ENETDOWN: _("there is no network"),
        errno.EADDRNOTAVAIL: _("the address cannot be used on this machine"),
        errno.ECONNRESET: _("the connection was cut"),
        errno.ECONNABORTED: _("the connection was cut"),
        errno.ECONNREFUSED: _("the connection was refused"),
        errno.ETIMEDOUT: _("no answer came in time"),
    }
    # An error of TLS or of name look-up has numbers of its own.
    usual = isinstance(error, OSError) and not type(error).__module__.startswith(("ssl", "socket"))
    if usual and number in words:
        return words[number]
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


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
