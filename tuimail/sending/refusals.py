"""What to raise when a server cannot be reached, breaks off or refuses to talk; see `sending.failures`."""

from __future__ import annotations

import socket

from tuimail.domain.errors import os_reason
from tuimail.domain.i18n import _
from tuimail.sending.failures import (
    AccountRefused,
    AuthenticationRefused,
    ConnectionFailed,
    NameNotFound,
    NobodyListens,
    ServerBusy,
    SmtpFailure,
    TimedOut,
    TlsMissing,
)
from tuimail.sending.parser import Reply
from tuimail.sending.replies import Meaning, sort
from tuimail.sending.smtp import Stage


def broken_off(error: Exception, stage: Stage, host: str, reply: Reply | None = None) -> ConnectionFailed:
    """What to raise for `error`, met at `stage` before the closing dot, in conversation with `host`."""
    if reply is not None and reply.code == 421:
        return busy(reply, stage, host)
    if isinstance(error, TimeoutError):
        return TimedOut(
            _("{host} does not answer.").format(host=host),
            _("Try later; if it never answered before, check the port and the kind of security."),
            stage=stage,
        )
    if isinstance(error, OSError):
        return ConnectionFailed(_("The connection to {host} was cut.").format(host=host), _("Try again."), stage=stage)
    return ConnectionFailed(
        _("{host} does not keep to SMTP: {what}.").format(host=host, what=error),
        _("Check the port; if it is right, tell whoever runs the server."),
        stage=stage,
        reply=reply,
    )


def stopped(host: str) -> ConnectionFailed:
    """The task was cancelled while the dot could still be held back."""
    return ConnectionFailed(
        _("Sending to {host} was stopped before the message was complete.").format(host=host), stage=Stage.BODY
    )


def busy(reply: Reply, stage: Stage, host: str) -> ServerBusy:
    """The server wants to be left alone for a while."""
    return ServerBusy(
        _("{host} is busy: {reply}.").format(host=host, reply=reply.brief),
        _("Sending goes on more slowly, later."),
        stage=stage,
        reply=reply,
    )


def unreachable(error: Exception, host: str, port: int) -> ConnectionFailed:
    """What to raise when nobody could be reached at `host` and `port`."""
    stage = Stage.CONNECT
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return NameNotFound(
            _("The mail server {host} was not found.").format(host=host),
            _("Check its name in the account and this machine's network."),
            stage=stage,
        )
    if isinstance(error, TimeoutError):
        return TimedOut(
            _("{host} does not answer on port {port}.").format(host=host, port=port),
            _("Check the port and the network (a firewall may stand between), or try later."),
            stage=stage,
        )
    if isinstance(error, ConnectionRefusedError):
        return NobodyListens(
            _("{host} refuses connections on port {port}.").format(host=host, port=port),
            _("Check the port in the account, and that the server is running."),
            stage=stage,
        )
    return NobodyListens(
        _("{host} cannot be reached on port {port} ({reason}).").format(host=host, port=port, reason=os_reason(error)),
        _("Check this machine's network."),
        stage=stage,
    )


def opening_refused(reply: Reply, stage: Stage, host: str) -> SmtpFailure:
    """What to raise for a reply before any message that is not the one hoped for."""
    if reply.code == 421 or (400 <= reply.code < 500 and stage is not Stage.STARTTLS):
        return busy(reply, stage, host)
    if stage is Stage.STARTTLS:
        return TlsMissing(
            _("{host} refuses STARTTLS: {reply}.").format(host=host, reply=reply.brief),
            _("Tell whoever runs the server, or try TLS on port 465; no password was sent."),
            stage=stage,
            reply=reply,
        )
    if stage is Stage.AUTH:
        verdict = sort(stage, reply)
        if verdict.meaning is Meaning.OAUTH:
            return AuthenticationRefused(
                f"{verdict.sentence()} ({reply.brief}).",
                _("Choose OAuth 2 as the account's authentication, then sign in to Microsoft 365."),
                stage=stage,
                reply=reply,
            )
        return AuthenticationRefused(
            _("{host} refuses the user or the password: {reply}.").format(host=host, reply=reply.brief),
            _("Type the password again, or correct the user, in the account's settings."),
            stage=stage,
            reply=reply,
        )
    return AccountRefused(
        _("{host} refuses to talk with this machine: {reply}.").format(host=host, reply=reply.brief),
        _("Check the account's server and port, or ask whoever runs the server."),
        stage=stage,
        reply=reply,
    )
