"""The connection test against a real Postfix: what each step says, and where it stops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from post_office import ADDRESS, OTHER, PASSWORD, SIZE_LIMIT, USER, PostOffice
from scripted import Drop, Say, offering

from tuimail.domain.account import Account, Authentication, Security
from tuimail.sending.credentials import Token
from tuimail.sending.probe import Probed, Sample, Step, probe, steps_of

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("english")]

SAMPLE = Sample(ADDRESS, "Alice")


def account(office: PostOffice, port: int, **changes: Any) -> Account:
    base = Account(1, "localhost", port, Security.STARTTLS, user=USER, ca_file=office.ca_file)
    return replace(base, **changes)


async def tried(account: Account, credentials: Any = PASSWORD, sample: Sample = SAMPLE) -> list[Probed]:
    return [each async for each in probe(account, credentials, sample)]


@pytest.mark.parametrize(("port", "security"), [("submission", Security.STARTTLS), ("smtps", Security.TLS)])
async def test_every_step_says_what_it_found(post_office: PostOffice, port: str, security: Security) -> None:
    tested = account(post_office, getattr(post_office, port), security=security)
    found = await tried(tested)
    assert [each.step for each in found] == list(steps_of(tested))
    assert all(each.ok and each.seconds > 0 for each in found)
    said = {each.step: each for each in found}
    assert "127.0.0.1" in said[Step.NAME].found
    assert said[Step.GREETING].reply.startswith("220 mx.example.test ESMTP")
    assert "TLSv1.3" in said[Step.TLS].found
    assert "valid until" in said[Step.TLS].found
    assert said[Step.AUTH].reply.startswith("235 2.7.0")
    assert said[Step.SENDER].reply.startswith("250 2.1.0")
    assert f"{SIZE_LIMIT // 1000} kB" in said[Step.SIZE].found


async def test_nothing_is_written_to_anyone_unless_asked(post_office: PostOffice) -> None:
    post_office.empty()
    await tried(account(post_office, post_office.submission))
    found = await tried(account(post_office, post_office.submission), sample=replace(SAMPLE, mail_to=OTHER))
    assert (found[-1].step, found[-1].ok) == (Step.MAIL, True)
    assert "queued as" in found[-1].found
    (received,) = post_office.received("bob")
    assert received["Subject"] == "Test of the mail account"


async def test_login_where_there_is_no_plain(post_office: PostOffice) -> None:
    assert all(each.ok for each in await tried(account(post_office, post_office.login_only)))


async def test_a_token_that_the_server_checks(post_office: PostOffice) -> None:
    tested = account(post_office, post_office.oauth_only, authentication=Authentication.OAUTH)
    asked = []

    async def give(seconds: float = 60) -> Token:
        asked.append(seconds)
        return Token(post_office.token(seconds=seconds))

    assert all(each.ok for each in await tried(tested, give))
    assert asked == [60]
    last = (await tried(tested, lambda: give(-60)))[-1]
    assert (last.step, last.ok) == (Step.AUTH, False)
    assert "refuses the token: it is not valid any more" in str(last.error)
    assert last.reply.startswith("535 5.7.8")


@pytest.mark.parametrize(
    ("port", "changes", "step", "sentence"),
    [
        ("submission", {"host": "nowhere.invalid"}, Step.NAME, "was not found"),
        ("submission", {"ca_file": "/nowhere/ca.pem"}, Step.NAME, "cannot be read"),
        ("expired", {}, Step.TLS, "has expired"),
        ("wrong_host", {}, Step.TLS, "made out to another name"),
        ("unknown_authority", {}, Step.TLS, "signed by no authority known here"),
        ("submission", {"security": Security.TLS}, Step.TLS, "TLS"),
        ("submission", {"security": Security.NONE}, Step.AUTH, "offers no sign-in"),
        ("smtps", {"security": Security.STARTTLS, "reply_timeout": 1.0}, Step.GREETING, "does not answer"),
        ("submission", {"user": "mallory"}, Step.AUTH, "refuses the user or the password"),
        ("oauth_only", {}, Step.AUTH, "offers no sign-in by password, only XOAUTH2"),
        ("login_only", {"authentication": Authentication.OAUTH}, Step.AUTH, "takes no OAuth 2 token, only LOGIN"),
    ],
)
async def test_it_stops_at_the_first_step_that_fails_and_says_what_to_do(
    post_office: PostOffice, port: str, changes: dict[str, Any], step: Step, sentence: str
) -> None:
    tested = account(post_office, getattr(post_office, port), **changes)

    async def give() -> Token:
        return Token(post_office.token())

    *before, last = await tried(tested, give if tested.oauth else PASSWORD)
    assert all(each.ok for each in before)
    assert (last.step, last.ok) == (step, False)
    assert last.error is not None
    assert sentence in last.error.sentence
    assert last.error.next_step
    assert steps_of(tested)[len(before)] is step


async def test_nobody_listens(post_office: PostOffice, free_port: int) -> None:
    last = (await tried(account(post_office, free_port)))[-1]
    assert (last.step, last.ok) == (Step.CONNECT, False)
    assert "refuses connections" in str(last.error)


async def test_a_wrong_password_shows_the_raw_reply(post_office: PostOffice) -> None:
    last = (await tried(account(post_office, post_office.submission), "wrong"))[-1]
    assert (last.step, last.reply.split()[0]) == (Step.AUTH, "535")


async def test_a_sender_that_is_refused_and_a_mail_that_is(serve: Any) -> None:
    server = await serve({"mail": Say("550 5.7.60 not allowed to send as this sender")})
    tested = Account(1, "127.0.0.1", server.port, Security.NONE)
    last = (await tried(tested, None))[-1]
    assert (last.step, last.ok) == (Step.SENDER, False)
    assert "Sender not authorised" in str(last.error)
    assert "550 5.7.60" in last.reply
    server = await serve({"rcpt": Say("550 5.1.1 nobody of that name")})
    *before, last = await tried(replace(tested, port=server.port), None, replace(SAMPLE, mail_to=OTHER))
    assert (last.step, last.ok, before[-1].step) == (Step.MAIL, False, Step.SIZE)
    assert "Unknown address" in str(last.error)


async def test_what_servers_say_first(serve: Any) -> None:
    for greeting, sentence in (
        (Say("554 5.7.1 go away"), "refuses to talk with this machine"),
        (Say("421 4.3.2 too busy"), "is busy"),
        (Drop(), "was cut"),
        (Say("SSH-2.0-OpenSSH_9.2"), "does not keep to SMTP"),
    ):
        server = await serve({"greeting": greeting})
        last = (await tried(Account(1, "127.0.0.1", server.port, Security.NONE), None))[-1]
        assert (last.step, last.ok) == (Step.GREETING, False)
        assert sentence in str(last.error)


async def test_microsofts_refusal_of_passwords_says_what_to_do(serve: Any) -> None:
    refusal = Say("550 5.7.30 Basic authentication is not supported for Client Submission.")
    server = await serve({"ehlo": offering("AUTH PLAIN LOGIN"), "auth": refusal})
    last = (await tried(Account(1, "127.0.0.1", server.port, Security.NONE, user="a@b.example"), "secret"))[-1]
    assert last.step is Step.AUTH
    assert last.error is not None
    assert "OAuth 2 required" in last.error.sentence
    assert "Choose OAuth 2" in last.error.next_step


async def test_a_server_that_hides_starttls_gets_no_byte_of_a_password_or_token(serve: Any) -> None:
    async def give() -> Token:
        return Token("canary-token")

    for credentials, method in (("canary-word", Authentication.PASSWORD), (give, Authentication.OAUTH)):
        server = await serve({"ehlo": offering("AUTH PLAIN LOGIN XOAUTH2")})
        tested = Account(1, "localhost", server.port, Security.STARTTLS, user="canary-user", authentication=method)
        last = (await tried(tested, credentials))[-1]
        assert (last.step, last.ok) == (Step.TLS, False)
        assert "does not offer STARTTLS" in str(last.error)
        for conversation in server.conversations:
            assert not conversation.holds_secret("canary-user", "canary-word", "canary-token")


async def test_another_domain_than_the_accounts_is_a_warning(serve: Any) -> None:
    server = await serve({"ehlo": offering("AUTH PLAIN")})
    tested = Account(1, "127.0.0.1", server.port, Security.NONE, user="compta@siege.example")
    found = {each.step: each for each in await tried(tested, "x", Sample("compta@maison.example"))}
    assert found[Step.SENDER].ok
    assert "may refuse this sender" in found[Step.SENDER].warning
    assert not {each.step: each for each in await tried(tested, "x", Sample("a@siege.example"))}[Step.SENDER].warning


async def test_whoever_stops_listening_ends_the_conversation(serve: Any, tmp_path: Path) -> None:
    server = await serve()
    steps = probe(Account(1, "127.0.0.1", server.port, Security.NONE), None, SAMPLE)
    async for each in steps:
        if each.step is Step.GREETING:
            break
    await steps.aclose()
    assert server.commands[-1] == "QUIT"
