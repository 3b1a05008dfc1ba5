"""How a conversation with a mail server can end other than well."""

from __future__ import annotations

from tuimail.domain.errors import ServerError
from tuimail.domain.i18n import _
from tuimail.sending.parser import Reply
from tuimail.sending.replies import Verdict, sort, unacknowledged
from tuimail.sending.smtp import Stage


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
