"""How a conversation with a mail server can end other than well."""

from __future__ import annotations

import base64
import json
import socket
import ssl

from tuimail.domain.errors import ServerError, os_reason
from tuimail.domain.i18n import _
from tuimail.sending.parser import Reply
from tuimail.sending.replies import Meaning, Verdict, sort, unacknowledged
from tuimail.sending.smtp import Stage, harmless


class SmtpFailure(ServerError):
    """The root: what happened at which stage, with the server's reply if there was one.

    What the operating system said, if it was that, is the exception's `__cause__`.
    """

    def __init__(self, sentence: str, next_step: str = "", *, stage: Stage, reply: Reply | None = None) -> None:
        super().__init__(sentence, next_step)
        self.stage = stage
        self.reply = reply

    @property
    def verdict(self) -> Verdict | None:
        """What the reply means, if there is one and it is a refusal."""
        return sort(self.stage, self.reply) if self.reply is not None and self.reply.negative else None


class ConnectionFailed(SmtpFailure):
    """No conversation, or one cut before the closing dot: nothing was accepted, trying again is safe."""


class NameNotFound(ConnectionFailed):
    """The server's name leads nowhere."""


class NobodyListens(ConnectionFailed):
    """The host refuses connections on that port, or cannot be reached."""


class TimedOut(ConnectionFailed):
    """The server did not answer in time."""


class ServerBusy(ConnectionFailed):
    """The server says 421, or another 4xx before any message: later."""


class AccountRefused(SmtpFailure):
    """Trying again is of no use before somebody changes the account or the server; nothing was accepted."""


class CertificateRefused(AccountRefused):
    """The server cannot prove that it is the one the account names."""


class TlsMissing(AccountRefused):
    """The account asks for TLS and the server does not do it; nothing was said in clear."""


class AuthenticationMissing(AccountRefused):
    """The server offers no way to sign in that may be used."""


class AuthenticationRefused(AccountRefused):
    """The server refused the user or the password."""


class Rejected(SmtpFailure):
    """The server refused the message with a clear 4xx or 5xx `reply`."""

    reply: Reply

    def __init__(self, reply: Reply, stage: Stage) -> None:
        sentence = f"{sort(stage, reply).sentence()} ({reply.brief})."
        super().__init__(sentence, stage=stage, reply=reply)

    @property
    def verdict(self) -> Verdict:
        """What the reply means."""
        return sort(self.stage, self.reply)


class Uncertain(SmtpFailure):
    """The closing dot was written and no clear reply came: the message may have been accepted.

    It must not be sent again by itself. `reply`, if set, is what the server said instead of an answer.
    """

    def __init__(self, reply: Reply | None = None) -> None:
        super().__init__(
            unacknowledged() + ".",
            _("Look for it in the Sent folder, or ask whoever was to receive it."),
            stage=Stage.DOT,
            reply=reply,
        )


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


def tls_failed(error: ssl.SSLError, host: str) -> SmtpFailure:
    """What to raise for a handshake that failed: in nearly every case somebody has to change something."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return TlsMissing(
            _("{host} does not speak TLS as expected ({reason}).").format(
                host=host, reason=(error.reason or str(error)).replace("_", " ").lower()
            ),
            _("Check the port and the kind of security (TLS as a rule on port 465, STARTTLS on port 587)."),
            stage=Stage.TLS,
        )
    if error.verify_code == _EXPIRED:
        sentence = _("The certificate of {host} has expired.")
        next_step = _("Whoever runs the server must renew it; nothing was sent.")
    elif error.verify_code in _WRONG_NAME:
        sentence = _("The certificate of {host} is made out to another name.")
        next_step = _("Write the server's name in the account as its certificate has it; nothing was sent.")
    elif error.verify_code in _SELF_SIGNED:
        sentence = _("The certificate of {host} is signed by no authority known here.")
        next_step = _("If this server is yours, give the file of its authority in the account; nothing was sent.")
    else:
        sentence = _("The certificate of {host} is not valid ({reason}).")
        next_step = _("Tell whoever runs the server; nothing was sent.")
    return CertificateRefused(sentence.format(host=host, reason=error.verify_message), next_step, stage=Stage.TLS)


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


def clear_text(host: str) -> TlsMissing:
    """The server says something in clear where only TLS may be spoken: a wrong port, or somebody in between."""
    return TlsMissing(
        _("{host} goes on in clear where TLS should begin.").format(host=host),
        _("Check the port and the kind of security; if they are right, somebody may be tampering with the network."),
        stage=Stage.TLS,
    )


def tls_not_offered(host: str) -> TlsMissing:
    """STARTTLS is asked for and not announced: an old server, or somebody on the network who hides it."""
    return TlsMissing(
        _("{host} does not offer STARTTLS.").format(host=host),
        _("Check the port and the kind of security; no password was sent."),
        stage=Stage.STARTTLS,
    )


def authentication_not_offered(host: str, offered: tuple[str, ...]) -> AuthenticationMissing:
    """A user is set and there is no way to sign in with a password."""
    sentence = _("{host} offers no sign-in by password, only {offered}.") if offered else _("{host} offers no sign-in.")
    return AuthenticationMissing(
        sentence.format(host=host, offered=", ".join(offered)),
        _("Check the port and the kind of security, or leave the user empty if the server needs none."),
        stage=Stage.AUTH,
    )


def token_not_offered(host: str, offered: tuple[str, ...]) -> AuthenticationMissing:
    """The account signs in with a token and the server takes none."""
    sentence = _("{host} takes no OAuth 2 token, only {offered}.") if offered else _("{host} offers no sign-in.")
    return AuthenticationMissing(
        sentence.format(host=host, offered=", ".join(offered)),
        _("Check the server, or choose a password as the account's authentication."),
        stage=Stage.AUTH,
    )


def token_refused(told: Reply, refusal: Reply, host: str) -> AuthenticationRefused:
    """XOAUTH2: `told` is the 334 with its JSON in base64, `refusal` what came after it."""
    status, scope = _reasons(told)
    if scope and status in ("400", "403", "insufficient_scope"):
        sentence = _("{host} refuses the token: it does not allow sending ({scope} is asked for).")
        step = _("Have the application's right SMTP.Send granted, then sign in again.")
    elif status in ("401", "invalid_token", "400"):
        sentence = _("{host} refuses the token: it is not valid any more, or not for this mailbox.")
        step = _("Sign in again; for a shared mailbox check that whoever signs in may send from it.")
    else:
        sentence = _("{host} refuses the token: {reply}.")
        step = _("Sign in again; whoever runs the server must allow SMTP with OAuth 2 for this mailbox.")
    return AuthenticationRefused(
        sentence.format(host=host, scope=scope, reply=refusal.brief), step, stage=Stage.AUTH, reply=refusal
    )


def _reasons(told: Reply) -> tuple[str, str]:
    """The status and the scope of the JSON in a 334; empty where it is none."""
    try:
        values = json.loads(base64.b64decode(" ".join(told.lines)))
        return harmless(str(values.get("status", ""))), harmless(str(values.get("scope", "")))
    except (ValueError, AttributeError):
        return "", ""


def password_in_clear(host: str) -> AuthenticationMissing:
    """A user is set, and neither TLS nor loopback protects the password."""
    return AuthenticationMissing(
        _("The password would cross the network to {host} unprotected.").format(host=host),
        _("Choose STARTTLS or TLS in the account; no password was sent."),
        stage=Stage.AUTH,
    )


# Numbers of OpenSSL (x509_vfy.h), which Python passes on without names.
_EXPIRED = 10
_SELF_SIGNED = (18, 19, 20, 21)
_WRONG_NAME = (62, 64)
