"""Signing in to an identity service over real TLS, and then to a mail server that checks the token."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from authority import CLIENT, Authority
from outbox_samples import House
from scripted import Say, offering

from tuimail.config import secrets, settings, tokens
from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.mail import DeliveryState
from tuimail.sending import oauth
from tuimail.sending.failures import AuthenticationRefused, ConnectionFailed

pytestmark = pytest.mark.usefixtures("english")

PENDING = {"error": "authorization_pending", "error_description": "AADSTS70016: pending"}


@pytest.fixture
def identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "config"))
    monkeypatch.setattr(secrets, "_backend", lambda: None)
    count = iter(range(1, 1000))
    found = Authority(tmp_path, lambda: f"token-{next(count)}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", found.ca_file)
    yield found
    found.close()


def account_of(identity: Authority, **changes: Any) -> Account:
    base = Account(1, "localhost", 587, Security.NONE, user="alice@example.test", gap=0, pause_every=0)
    oauth2 = {"authentication": Authentication.OAUTH, "tenant": identity.tenant, "client_id": CLIENT}
    return replace(base, **(oauth2 | changes))


@pytest.fixture
def account(identity: Authority) -> Account:
    return account_of(identity)


def signed_in(account: Account) -> oauth.SignIn:
    signing = oauth.SignIn(account)
    signing.finish_with_code(signing.begin_with_code(), threading.Event())
    return signing


def test_a_code_is_shown_waited_for_and_the_tokens_are_kept_as_a_secret(identity: Authority, account: Account) -> None:
    identity.polls.append(PENDING)
    signing = oauth.SignIn(account)
    code = signing.begin_with_code()
    assert (code.code, code.address) == ("FKX7-Q2RM", "https://microsoft.com/devicelogin")
    assert "device-canary" not in repr(code)
    place = signing.finish_with_code(code, threading.Event())
    assert not identity.polls
    assert signing.who == oauth.signed_in(account) == "alice@example.test"
    kept = tokens.own_file()
    assert str(kept) in place
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "refresh-canary" in kept.read_text()
    assert oauth.SignIn(account).token().value == "token-1", "no network is needed while it is good"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"error": "authorization_declined", "error_description": "AADSTS70018: x"}, "was declined"),
        ({"error": "expired_token", "error_description": "AADSTS70020: x"}, "code has expired"),
        ({"error": "invalid_client", "error_description": "AADSTS7000218: x"}, "not a public client"),
        ({"error": "invalid_grant", "error_description": "AADSTS65001: x"}, "Nobody has allowed"),
        ({"error": "server_error", "error_description": "oops"}, "server_error"),
    ],
)
def test_a_sign_in_that_is_refused(
    identity: Authority, account: Account, answer: dict[str, str], sentence: str
) -> None:
    identity.polls.append(answer)
    with pytest.raises(AuthenticationRefused, match=sentence) as told:
        signed_in(account)
    assert told.value.next_step
    assert not tokens.own_file().exists()


def test_a_code_that_nobody_types_in_time(identity: Authority, account: Account) -> None:
    identity.polls.append(PENDING | {"forever": True, "interval": 1})
    identity.device_seconds = -1
    signing = oauth.SignIn(account)
    code = signing.begin_with_code()
    with pytest.raises(AuthenticationRefused, match="code has expired"):
        signing.finish_with_code(code, threading.Event())


def test_whoever_goes_back_is_not_signed_in(identity: Authority, account: Account) -> None:
    identity.polls.append(PENDING | {"forever": True})
    signing = oauth.SignIn(account)
    code = signing.begin_with_code()
    given_up = threading.Event()
    stopper = threading.Thread(target=lambda: (identity.polled.wait(10), given_up.set()))
    stopper.start()
    with pytest.raises(oauth.GivenUp):
        signing.finish_with_code(code, given_up)
    stopper.join()
    assert oauth.signed_in(account) == ""


def test_a_directory_that_forbids_codes_leads_to_the_browsers_address(identity: Authority, account: Account) -> None:
    identity.device_refusal = {"error": "invalid_grant", "error_description": "AADSTS53003: blocked by policy"}
    signing = oauth.SignIn(account)
    with pytest.raises(oauth.DeviceCodeForbidden, match=r"access rules.*AADSTS53003"):
        signing.begin_with_code()
    redirect = signing.begin_with_redirect()
    assert "login_hint=alice" in redirect.address
    for pasted, sentence in (
        ("http://localhost/", "not the address"),
        ("rien", "not the address"),
        (identity.open_in_browser(redirect.address).replace("state=", "state=x"), "another sign-in"),
    ):
        with pytest.raises(BadInput, match=sentence):
            signing.finish_with_redirect(redirect, pasted)
    declined = identity.open_in_browser(redirect.address).replace("code=authorization-code", "error=access_denied")
    with pytest.raises(AuthenticationRefused, match="was declined"):
        signing.finish_with_redirect(redirect, declined)
    signing.finish_with_redirect(redirect, identity.open_in_browser(redirect.address))
    assert signing.who == "alice@example.test"
    assert identity.asked[-1]["grant_type"] == "authorization_code"


def test_a_token_is_refreshed_without_asking_and_the_new_one_is_kept(identity: Authority, account: Account) -> None:
    identity.lifetime = 1
    signed_in(account)
    identity.lifetime = 3600
    assert oauth.SignIn(account).token().value == "token-2"
    assert identity.asked[-1]["grant_type"] == "refresh_token"
    assert oauth.SignIn(account).token().value == "token-2", "the refreshed one is used again"
    assert len(identity.asked) == 2


def test_a_sign_in_that_is_not_valid_any_more(identity: Authority, account: Account) -> None:
    with pytest.raises(AuthenticationRefused, match="Nobody is signed in for alice"):
        oauth.SignIn(account).token()
    identity.lifetime = 1
    signed_in(account)
    identity.refresh_refusal = {"error": "invalid_grant", "error_description": "AADSTS50173: password changed"}
    with pytest.raises(AuthenticationRefused, match=r"not valid any more.*AADSTS50173"):
        oauth.SignIn(account).token()
    tokens.forget(account)
    assert not tokens.own_file().exists()


def test_tokens_belong_to_one_person_directory_and_application(identity: Authority, account: Account) -> None:
    signed_in(account)
    assert oauth.signed_in(account)
    for change in ({"user": "bob@example.test"}, {"client_id": "x"}, {"tenant": "other.example"}):
        assert oauth.signed_in(replace(account, **change)) == ""
    shared = replace(account, user="compta@example.test", signed_in_as="alice@example.test")
    assert oauth.signed_in(shared) == "alice@example.test"


def test_an_identity_service_that_is_not_there_or_not_trusted(
    identity: Authority, account: Account, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    with pytest.raises(ConnectionFailed, match="cannot be reached"):
        oauth.SignIn(replace(account, tenant=f"https://localhost:{free_port}/x"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(ConnectionFailed, match="cannot prove who it is"):
        oauth.SignIn(account)


def test_what_must_be_known_first(identity: Authority, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSettled, match="application"):
        oauth.SignIn(replace(account, client_id=""))
    monkeypatch.setitem(__import__("sys").modules, "msal", None)
    with pytest.raises(NotSettled, match="not installed") as told:
        oauth.SignIn(account)
    assert "tuimail[oauth]" in told.value.next_step


def test_a_command_gives_the_tokens_of_any_other_provider(tmp_path: Path, identity: Authority) -> None:
    account = account_of(identity, client_id="")
    settings.set_command("token_command", account.secret_key, ("echo", "from-a-command"))
    assert oauth.fetch_token(account).value == "from-a-command"
    with pytest.raises(NotSettled):
        oauth.fetch_token(replace(account, host="other.example"))


async def test_the_mail_server_gets_the_shared_mailbox_and_the_persons_token(
    identity: Authority, tmp_path: Path, serve: Any
) -> None:
    """A whole send: the token expires, and the next connection has a fresh one."""
    import base64

    server = await serve({"ehlo": offering("AUTH XOAUTH2"), "dot": [Say("250 2.0.0 ok")]})
    house = House(tmp_path, 2)
    try:
        shared = account_of(identity, user="compta@example.test", signed_in_as="alice@example.test")
        account = house.account(
            server.port,
            **{
                name: getattr(shared, name)
                for name in ("user", "signed_in_as", "authentication", "tenant", "client_id")
            },
        )
        identity.lifetime = 1
        await asyncio.to_thread(signed_in, account)
        engine = house.office.engine(account)
        async with engine:
            batch = await house.queue()
            assert batch is not None
            async for _item in engine.run(batch.id):
                pass
        assert house.states() == [DeliveryState.SENT] * 2
        (command,) = [line for line in server.commands if line.startswith("AUTH")]
        said = base64.b64decode(command.split()[2]).decode()
        assert said == "user=compta@example.test\x01auth=Bearer token-2\x01\x01"
    finally:
        house.office.close()


async def test_why_a_token_is_refused_is_told(serve: Any) -> None:
    import base64

    from tuimail.sending.connection import Connection
    from tuimail.sending.credentials import Token

    async def give() -> Token:
        return Token("x")

    for reason, sentence in (
        ('{"status":"401","schemes":"bearer","scope":"smtp"}', "not valid any more"),
        ('{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}', "mail.google.com/ is asked for"),
        ("no json", "535 5.7.3 Authentication unsuccessful"),
    ):
        told = base64.b64encode(reason.encode()).decode()
        refusal = Say("535 5.7.3 Authentication unsuccessful")
        script = {"ehlo": offering("AUTH XOAUTH2"), "auth": [Say(f"334 {told}")], "unknown": refusal}
        server = await serve(script)
        with pytest.raises(AuthenticationRefused, match=sentence):
            await Connection.open(
                Account(1, "127.0.0.1", server.port, Security.NONE, user="a", authentication=Authentication.OAUTH), give
            )
        assert server.commands[-1] == ""
