"""A conversation with an IMAP server: connected, secured, signed in, and over in bounded time whatever the server does.

Blocking: call it on a thread. Whoever reads mail (the Sent folder, bounces) builds on `opened`.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer

from imap_tools import BaseMailBox, ImapToolsError

from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.errors import ServerError
from tuimail.domain.i18n import _
from tuimail.sending import refusals, unauthenticated, unprotected
from tuimail.sending.opening import is_loopback, tls_context

PATIENCE = 20.0
"""Seconds to wait for the connection, and for each piece of an answer."""
LONGEST = 180.0
"""Seconds after which the conversation is cut: a server that answers a byte at a time never lets `PATIENCE` run out."""


class MailboxError(ServerError):
    """The IMAP server cannot be used."""


class SignInRefused(MailboxError):
    """The server refused the user or the password."""


@contextmanager
def opened(
    account: ImapAccount, password: str, *, patience: float = PATIENCE, longest: float = LONGEST
) -> Iterator[BaseMailBox]:
    """The account's mailbox, signed in, no folder selected; what goes wrong inside comes out as ServerError too."""
    # First: a file of authorities that cannot be read has nothing to do with the server.
    context = tls_context(account)
    try:
        raw = socket.create_connection((account.host, account.port), patience)
    except (OSError, UnicodeError) as error:
        raise refusals.unreachable(error, account.host, account.port) from error
    # The same connection by another name: the first one is given up to TLS.
    handle = raw.dup()
    late = Timer(longest, _cut, (handle,))
    late.daemon = True
    late.start()
    mailbox: BaseMailBox | None = None
    try:
        with _told(account):
            mailbox = _Mailbox(account, raw, context)
            _sign_in(mailbox, account, password, handle)
            yield mailbox
            with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                mailbox.logout()
    finally:
        late.cancel()
        if mailbox is not None:
            with suppress(OSError):
                mailbox.client.shutdown()
        _cut(handle)
        raw.close()
        handle.close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Client(imaplib.IMAP4):
    """Over a connection that is there already."""

    def __init__(self, host: str, port: int, connection: socket.socket) -> None:
        self._connection = connection
        super().__init__(host, port)

    def _create_socket(self, _timeout: float | None) -> socket.socket:
        return self._connection


class _Mailbox(BaseMailBox):
    def __init__(self, account: ImapAccount, connection: socket.socket, context: ssl.SSLContext | None) -> None:
        self._account, self._connection, self._context = account, connection, context
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        account, connection, context = self._account, self._connection, self._context
        if context is not None and account.security is Security.TLS:
            connection = context.wrap_socket(connection, server_hostname=account.host)
        client = _Client(account.host, account.port, connection)
        if context is not None and account.security is Security.STARTTLS:
            if "STARTTLS" not in client.capabilities:
                raise unprotected.tls_not_offered(account.host)
            client.starttls(context)
        return client


def _sign_in(mailbox: BaseMailBox, account: ImapAccount, password: str, connection: socket.socket) -> None:
    if account.security is Security.NONE and not is_loopback(connection.getpeername()[0]):
        raise unauthenticated.password_in_clear(account.host)
    offered = mailbox.client.capabilities
    if "AUTH=PLAIN" not in offered and "LOGINDISABLED" in offered:
        raise unauthenticated.authentication_not_offered(account.host, ())
    # LOGIN has no way to say in which character set a password is written.
    sign_in = mailbox.login_utf8 if "AUTH=PLAIN" in offered else mailbox.login
    try:
        sign_in(account.user, password, initial_folder=None)
    except UnicodeEncodeError as error:
        raise MailboxError(
            _("{host} takes no user or password with accents.").format(host=account.host),
            _("Have a password without accents set for this mailbox."),
        ) from error
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        said = str(error).upper()
        if isinstance(error, imaplib.IMAP4.abort) or any(f"[{code}]" in said for code in _NOT_THE_PASSWORD):
            raise
        raise SignInRefused(
            _("{host} refuses the user {user} or the password.").format(host=account.host, user=account.user),
            _("Type the password again, or correct the user: tuimail imap set."),
        ) from error


_NOT_THE_PASSWORD = ("UNAVAILABLE", "CONTACTADMIN", "INUSE", "SERVERBUG", "LIMIT")
"""Why a server says NO to a sign-in whose password may be right (RFC 5530)."""


@contextmanager
def _told(account: ImapAccount) -> Iterator[None]:
    host = account.host
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise unprotected.tls_failed(error, host) from error
    except ssl.SSLError as error:
        raise MailboxError(
            _("{host} does not speak TLS as expected on port {port}.").format(host=host, port=account.port),
            _("Check the port and the kind of security (TLS as a rule on port 993, STARTTLS on port 143)."),
        ) from error
    except TimeoutError as error:
        raise MailboxError(
            _("{host} does not answer.").format(host=host),
            _("Try later; if it never answered before, check the port and the kind of security."),
        ) from error
    except (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError) as error:
        raise MailboxError(
            _("The IMAP server {host} broke off: {what}.").format(host=host, what=_said(error)),
            _("Try again; if that does not help, check the server, the port and the kind of security."),
        ) from error


def _said(error: BaseException) -> str:
    """What the server said, on one line of a length that a screen can hold."""
    return " ".join(str(error).split()).rstrip(".")[:120] or type(error).__name__
