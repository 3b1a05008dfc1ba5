"""What to raise when nobody can sign in; see `sending.failures`."""

from __future__ import annotations

import base64
import json

from tuimail.domain.i18n import _
from tuimail.sending.failures import AuthenticationMissing, AuthenticationRefused
from tuimail.sending.parser import Reply
from tuimail.sending.smtp import Stage, harmless


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
