"""What is known of usual mail providers. A limit that nobody publishes is 0: none is known, and none is invented."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider's server, and the limits it publishes (recipients)."""

    key: str
    name: str
    """As it is known; translated when it is shown."""
    host: str
    port: int
    security: Security
    authentication: Authentication
    remark: str = ""
    """What whoever chooses it should know, in English."""
    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0
    connections: int = 1

    @property
    def label(self) -> str:
        """Its name in the interface's language."""
        return _(self.name)

    @property
    def sentence(self) -> str:
        """`remark` in the interface's language."""
        return _(self.remark) if self.remark else ""

    def applied(self, account: Account) -> Account:
        """The account with this provider's server and limits; user, pauses and time-outs stay."""
        return replace(
            account,
            host=self.host,
            port=self.port,
            security=self.security,
            authentication=self.authentication,
            per_minute=self.per_minute,
            per_hour=self.per_hour,
            per_day=self.per_day,
            connections=self.connections,
        )


PRESETS = (
    Preset(
        "microsoft365",
        "Microsoft 365",
        "smtp.office365.com",
        587,
        Security.STARTTLS,
        Authentication.OAUTH,
        N_("Passwords are switched off there by default from the end of December 2026: sign in with OAuth 2."),
        per_minute=30,
        per_day=10_000,
        connections=3,
    ),
    Preset(
        "gmail",
        "Gmail",
        "smtp.gmail.com",
        587,
        Security.STARTTLS,
        Authentication.PASSWORD,
        N_("The password is an application password, made in the Google account."),
        per_day=500,
    ),
    Preset(
        "workspace",
        "Google Workspace",
        "smtp.gmail.com",
        587,
        Security.STARTTLS,
        Authentication.PASSWORD,
        N_("The password is an application password, made in the Google account."),
        per_day=2_000,
    ),
    Preset("ovh", "OVH", "ssl0.ovh.net", 465, Security.TLS, Authentication.PASSWORD),
    Preset("orange", "Orange", "smtp.orange.fr", 465, Security.TLS, Authentication.PASSWORD),
    Preset("free", "Free", "smtp.free.fr", 465, Security.TLS, Authentication.PASSWORD),
    Preset(
        "ionos",
        "IONOS",
        "smtp.ionos.fr",
        465,
        Security.TLS,
        Authentication.PASSWORD,
        N_("50 an hour for a new account, up to 500 for an old one: raise the limit once the account allows it."),
        per_hour=50,
    ),
    Preset("relay", N_("relay on this machine"), "localhost", 25, Security.NONE, Authentication.NONE),
)


def preset_of(account: Account) -> Preset | None:
    """The provider whose server the account names; of several the one with the same limits."""
    same = [preset for preset in PRESETS if (preset.host, preset.port) == (account.host, account.port)]
    return next((preset for preset in same if preset.per_day == account.per_day), same[0] if same else None)


def preset(key: str) -> Preset:
    """The preset of that key, which must exist."""
    return next(each for each in PRESETS if each.key == key)
