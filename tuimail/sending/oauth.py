"""OAuth 2 with Microsoft's identity service, and with whatever command gives a token for any other provider."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tuimail.config import tokens
from tuimail.config.commands import secret_from
from tuimail.config.settings import read_settings
from tuimail.domain.account import Account
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _
from tuimail.sending.credentials import Token
from tuimail.sending.failures import AuthenticationRefused, ConnectionFailed
from tuimail.sending.smtp import Stage, harmless

SCOPES = ("https://outlook.office.com/SMTP.Send",)
REDIRECT = "http://localhost"
"""Where the browser is sent at the end: nobody listens there, and its address bar holds the answer."""
ANY_DIRECTORY = "organizations"


class DeviceCodeForbidden(AuthenticationRefused):
    """The directory forbids signing in by a code: the other way has to be taken."""


class GivenUp(BadInput):
    """Whoever was signing in has gone back."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types in a browser, anywhere, to sign in here. The rest of the flow is nobody's business."""

    code: str
    address: str
    expires_at: float
    """Seconds since the epoch."""
    _flow: dict[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address to open in a browser, whose answer is the address that the browser ends at."""

    address: str
    _flow: dict[str, Any] = field(repr=False, compare=False)


class SignIn:
    """The tokens of one account. Everything here waits for the network: call it from a thread."""

    def __init__(self, account: Account) -> None:
        """Raises NotSettled without msal, without an application, or where the tokens cannot be read."""
        msal = _msal()
        if not account.client_id:
            raise NotSettled(
                _("The application that signs in to Microsoft 365 is not known."),
                _("Register one in Microsoft Entra (public client, right SMTP.Send) and give its identifier."),
            )
        self._account = account
        self._cache = msal.SerializableTokenCache()
        if kept := tokens.load(account):
            self._cache.deserialize(kept)
        tenant = account.tenant or ANY_DIRECTORY
        own = tenant.startswith("https://")
        with _network():
            try:
                self._app = msal.PublicClientApplication(
                    account.client_id,
                    authority=tenant if own else f"https://login.microsoftonline.com/{tenant}",
                    token_cache=self._cache,
                    instance_discovery=False if own else None,
                    timeout=account.connect_timeout,
                )
            except ValueError as error:
                raise NotSettled(
                    _("The directory “{tenant}” is not known to Microsoft.").format(tenant=harmless(tenant)),
                    _("Give its name, such as example.org, or its identifier."),
                ) from error

    @property
    def who(self) -> str:
        """Who is signed in; empty if nobody is."""
        known: list[dict[str, Any]] = self._app.get_accounts()
        return str(known[0].get("username", "")) if known else ""

    def token(self) -> Token:
        """A token that is good for some minutes at least, refreshed if need be, without asking anybody.

        Raises AuthenticationRefused where somebody has to sign in, ConnectionFailed where the network is not there.
        """
        known = next(iter(self._app.get_accounts()), None)
        if known is None:
            raise sign_in_needed(self._account)
        with _network():
            answer = self._app.acquire_token_silent_with_error(list(SCOPES), account=known)
        if not answer:
            raise sign_in_needed(self._account)
        return self._kept(answer)

    def begin_with_code(self) -> DeviceCode:
        """Ask for a code; raises DeviceCodeForbidden, AuthenticationRefused, ConnectionFailed."""
        with _network():
            flow = self._app.initiate_device_flow(scopes=list(SCOPES))
        if "user_code" not in flow:
            raise refused(flow)
        # Without a pause between two questions msal would never look whether somebody has given up.
        flow["interval"] = max(1, int(flow.get("interval", 5)))
        expires_at = float(flow.get("expires_at", time.time() + 900))
        return DeviceCode(str(flow["user_code"]), str(flow["verification_uri"]), expires_at, flow)

    def finish_with_code(self, code: DeviceCode, given_up: threading.Event) -> str:
        """Wait until somebody has typed the code, and keep the tokens; where they are kept, for people.

        Raises GivenUp once `given_up` is set, AuthenticationRefused where the code was refused or has expired.
        """

        def over(flow: Mapping[str, Any]) -> bool:
            return given_up.is_set() or float(flow.get("expires_at", 0)) < time.time()

        with _network():
            answer = self._app.acquire_token_by_device_flow(code._flow, exit_condition=over)  # noqa: SLF001
        if given_up.is_set() and "access_token" not in answer:
            raise GivenUp(_("Given up: nobody is signed in."))
        self._kept(answer)
        return self._save()

    def begin_with_redirect(self) -> Redirect:
        """The address to open in a browser (authorization code with PKCE)."""
        with _network(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            hint = self._account.signed_in_as or self._account.user
            flow = self._app.initiate_auth_code_flow(list(SCOPES), redirect_uri=REDIRECT, login_hint=hint)
        if "auth_uri" not in flow:
            raise refused(flow)
        return Redirect(str(flow["auth_uri"]), flow)

    def finish_with_redirect(self, redirect: Redirect, pasted: str) -> str:
        """Take the address that the browser ended at, and keep the tokens; where they are kept, for people.

        Raises BadInput for another address, AuthenticationRefused where Microsoft says no.
        """
        answers = {name: values[0] for name, values in parse_qs(urlsplit(pasted.strip()).query).items()}
        if not answers.keys() & {"code", "error"}:
            raise BadInput(
                _("This is not the address that the browser ended at."),
                _("Copy all of it from the address bar: it begins with {start}.").format(start=f"{REDIRECT}/?code="),
            )
        try:
            with _network():
                answer = self._app.acquire_token_by_auth_code_flow(redirect._flow, answers)  # noqa: SLF001
        except (ValueError, RuntimeError) as error:
            raise BadInput(
                _("This address belongs to another sign-in."), _("Open the address shown here, then copy its answer.")
            ) from error
        self._kept(answer)
        return self._save()

    def _kept(self, answer: Mapping[str, Any]) -> Token:
        if "access_token" not in answer:
            raise refused(answer)
        if self._cache.has_state_changed:
            self._save()
        return Token(str(answer["access_token"]))

    def _save(self) -> str:
        return tokens.save(self._account, self._cache.serialize())


def token_source(account: Account) -> Callable[[], Any]:
    """What gives a token before each connection: the operator's command for this account, or a silent refresh."""

    async def fetch() -> Token:
        return await asyncio.to_thread(fetch_token, account)

    return fetch


def fetch_token(account: Account) -> Token:
    """A token for the account; see `SignIn.token` for the errors."""
    if command := read_settings().token_commands.get(account.secret_key):
        return Token(secret_from(command))
    return SignIn(account).token()


def has_token_command(account: Account) -> bool:
    """Whether the operator's own command gives the account's tokens."""
    return account.secret_key in read_settings().token_commands


def signed_in(account: Account) -> str:
    """Who is signed in for that account, without asking the network; empty if nobody is."""
    try:
        known = list(json.loads(tokens.load(account) or "{}").get("Account", {}).values())
        return str(known[0].get("username", "")) if known else ""
    except (ValueError, AttributeError):
        return ""


def sign_in_needed(account: Account) -> AuthenticationRefused:
    """Nobody is signed in, or not any more."""
    return AuthenticationRefused(
        _("Nobody is signed in for {user}.").format(user=account.signed_in_as or account.user),
        _("Sign in: key o in the account's settings, or tuimail smtp sign-in."),
        stage=Stage.AUTH,
    )


def refused(answer: Mapping[str, Any]) -> AuthenticationRefused:
    """What Microsoft's refusal means, with the number that its support asks for."""
    error, told = str(answer.get("error", "")), str(answer.get("error_description", ""))
    number = next((word.rstrip(":") for word in told.split() if word.startswith("AADSTS")), "")
    if number == "AADSTS53003":
        return DeviceCodeForbidden(
            _("The directory's access rules forbid signing in with a code (AADSTS53003)."),
            _("Sign in by the browser's address instead, or ask the administrator to allow the device code flow."),
            stage=Stage.AUTH,
        )
    reasons = {
        "authorization_declined": (_("The sign-in was declined in the browser."), _("Begin again if that was a slip.")),
        "access_denied": (_("The sign-in was declined in the browser."), _("Begin again if that was a slip.")),
        "expired_token": (_("The code has expired: nobody has typed it in time."), _("Begin again.")),
        "code_expired": (_("The code has expired: nobody has typed it in time."), _("Begin again.")),
        "authorization_pending": (_("The code has expired: nobody has typed it in time."), _("Begin again.")),
        "invalid_grant": (
            _("The sign-in is not valid any more: the password was changed, or it is too old."),
            _("Sign in again: key o in the account's settings, or tuimail smtp sign-in."),
        ),
    }
    numbers = {
        "AADSTS700016": (
            _("The application is not known in this directory."),
            _("Check the application's identifier and the directory in the account's settings."),
        ),
        "AADSTS7000218": (
            _("The application is not a public client."),
            _("In Microsoft Entra, allow public client flows for it."),
        ),
        "AADSTS65001": (
            _("Nobody has allowed the application to send mail."),
            _("Ask the administrator to grant SMTP.Send to it."),
        ),
        "AADSTS90094": (
            _("Only an administrator can allow the application to send mail."),
            _("Ask the administrator to grant SMTP.Send to it."),
        ),
    }
    sentence, step = (
        numbers.get(number)
        or reasons.get(error)
        or (
            _("Microsoft refuses the sign-in: {reason}.").format(reason=harmless(error or "?")),
            _("Tell the administrator."),
        )
    )
    if number:
        sentence = f"{sentence.rstrip('.')} ({number})."
    return AuthenticationRefused(sentence, step, stage=Stage.AUTH)


def _msal() -> Any:
    try:
        import msal
    except ImportError as error:
        raise NotSettled(
            _("Signing in to Microsoft 365 needs a part that is not installed."),
            _("Install it: pip install 'tuimail[oauth]'."),
        ) from error
    return msal


@contextmanager
def _network() -> Iterator[None]:
    """What the network does wrong is told, and may be tried again."""
    import requests

    try:
        yield
    except requests.exceptions.SSLError as error:
        raise _not_there(_("The identity service cannot prove who it is.")) from error
    except requests.exceptions.Timeout as error:
        raise _not_there(_("The identity service does not answer.")) from error
    except requests.RequestException as error:
        raise _not_there(_("The identity service cannot be reached.")) from error


def _not_there(sentence: str) -> ConnectionFailed:
    return ConnectionFailed(sentence, _("Check this machine's network and clock, then try again."), stage=Stage.AUTH)
