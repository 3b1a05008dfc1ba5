"""The mail account of an association, and who may send from it. `id` is 0 until the store has given one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuimail.domain.i18n import _, pgettext


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return pgettext("security", "none") if self is Security.NONE else self.value.upper()


class Authentication(StrEnum):
    """How an account signs in."""

    NONE = "none"
    PASSWORD = "password"  # noqa: S105
    OAUTH = "oauth2"

    @property
    def label(self) -> str:
        """`mot de passe`."""
        return {
            Authentication.NONE: pgettext("identification", "none"),
            Authentication.PASSWORD: _("password"),
            Authentication.OAUTH: "OAuth 2",
        }[self]


@dataclass(frozen=True, slots=True)
class Account:
    """An SMTP account. Its password or token is a secret and stands elsewhere."""

    association_id: int
    host: str
    port: int
    security: Security
    user: str = ""
    """Empty: no authentication. With OAuth 2 the mailbox that sends, which may be a shared one."""
    ca_file: str = ""
    gap: float = 2.0
    """Seconds between two messages."""
    pause_every: int = 10
    """Messages between two longer pauses; 0: none."""
    pause: float = 10.0
    """Seconds of the longer pause."""
    per_minute: int = 0
    """Most recipients in any minute, hour, day; 0: no limit known."""
    per_hour: int = 0
    per_day: int = 0
    connections: int = 1
    """Connections that send at the same time; more than one only without pacing."""
    authentication: Authentication = Authentication.PASSWORD
    """How `user` signs in; without a user it counts for nothing."""
    signed_in_as: str = ""
    """With OAuth 2, whoever signs in where that is not `user`: a person who may send from a shared mailbox."""
    tenant: str = ""
    client_id: str = ""
    """The directory and the application registered in it, of Microsoft's OAuth 2."""
    clear_host: str = ""
    """The host to which the password may go unencrypted: somebody has typed its name to say so."""
    connect_timeout: float = 30.0
    """Seconds until somebody must have answered the call."""
    reply_timeout: float = 300.0
    """Seconds until the server must have answered; the end of a message is always granted ten minutes."""
    operator: str = ""
    """The Unix account whose own it is; empty: the association's."""
    id: int = 0

    @property
    def paced(self) -> bool:
        """Whether anything but the server holds a message back: a gap, a pause, a window."""
        return bool(self.gap or self.pause_every or self.per_minute or self.per_hour or self.per_day)

    @property
    def secret_key(self) -> str:
        """Names the password: another host, port or user never gets this one's."""
        return f"smtp://{self.user}@{self.host}:{self.port}"

    @property
    def oauth(self) -> bool:
        """Whether it signs in with a token instead of a password."""
        return bool(self.user) and self.authentication is Authentication.OAUTH

    @property
    def takes_password(self) -> bool:
        """Whether it signs in with a password."""
        return bool(self.user) and self.authentication is Authentication.PASSWORD

    @property
    def token_key(self) -> str:
        """Names the tokens: another person, directory or application never gets this one's."""
        return f"oauth2://{self.signed_in_as or self.user}@{self.tenant}/{self.client_id}"

    @property
    def clear_allowed(self) -> bool:
        """Whether somebody has said that the password may go to this very host unencrypted."""
        return bool(self.clear_host) and self.clear_host == self.host


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Where an association's own mail is read: its Sent folder. Its password is a secret and stands elsewhere."""

    association_id: int
    host: str
    port: int
    security: Security
    user: str
    ca_file: str = ""
    sent_folder: str = ""
    """Empty: the one that the server names, or whose name says so."""
    copy_sent: bool = False
    """Put what was sent into the Sent folder: for servers that do not do so themselves."""
    returns_folder: str = ""
    """Where reports that were matched are moved; empty: they stay where they are."""
    id: int = 0

    @property
    def secret_key(self) -> str:
        """Names the password: another host, port or user never gets this one's."""
        return f"imap://{self.user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that sends: told apart from a dead one by its pid and when that pid started."""

    id: str
    operator: str
    host: str
    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send from an account, one owner at a time; `epoch` grows with each takeover."""

    account_id: int
    owner: Owner
    epoch: int
    expires_at: datetime
