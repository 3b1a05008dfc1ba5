from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.account import Account, Security
from tuimail.domain.changes import differences, sentence
from tuimail.domain.errors import BadAddress, BadInput
from tuimail.domain.places import Sender
from tuimail.domain.settings import (
    account_labels,
    checked_account,
    checked_sender,
    foreign_sender,
    parse_count,
    parse_port,
    parse_seconds,
    usual_security,
)

pytestmark = pytest.mark.usefixtures("english")

ACCOUNT = Account(1, "smtp.example", 587, Security.STARTTLS)
SENDER = Sender("Virginie Dubois", "compta@home.example")


@pytest.mark.parametrize(("text", "port"), [("25", 25), (" 587 ", 587), ("1", 1), ("65535", 65_535)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert parse_port(text) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-25", "smtp", "25.0", "2\x1b5"])
def test_anything_else_is_no_port(text: str) -> None:
    with pytest.raises(BadInput, match="is not a port") as told:
        parse_port(text)
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("2", 2), ("0.5", 0.5), ("0,5", 0.5), (" 10 ", 10)])
def test_a_pause_is_in_seconds_with_a_point_or_a_comma(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "soon", "nan", "inf", "86401"])
def test_anything_else_is_no_pause(text: str) -> None:
    with pytest.raises(BadInput, match="is not a pause"):
        parse_seconds(text)


def test_a_count_of_messages_is_zero_or_more() -> None:
    assert [parse_count(text) for text in ("0", "10")] == [0, 10]
    for text in ("-1", "ten", "", "1.5", "1000001"):
        with pytest.raises(BadInput, match="is not a number of messages"):
            parse_count(text)


def test_ports_have_their_usual_protection() -> None:
    assert [usual_security(port) for port in (25, 465, 587, 2525)] == [
        Security.NONE, Security.TLS, Security.STARTTLS, None
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("host", "kept"),
    [("smtp.example", "smtp.example"), (" smtp.example ", "smtp.example"), ("::1", "::1"), ("127.0.0.1", "127.0.0.1")],
)
def test_a_server_is_kept_by_its_name(host: str, kept: str) -> None:
    assert checked_account(replace(ACCOUNT, host=host)).host == kept


@pytest.mark.parametrize(
    "host", ["", " ", "smtp.example:587", "smtp://x", "a b", "a\r\nb", "a@b", "x" * 64 + ".example", "a..b"]
)
def test_what_is_no_name_of_a_server_is_refused(host: str) -> None:
    with pytest.raises(BadInput) as told:
        checked_account(replace(ACCOUNT, host=host))
    assert not set("\r\n") & set(str(told.value))


@given(st.text(max_size=30))
def test_no_host_ever_raises_anything_else(host: str) -> None:
    try:
        kept = checked_account(replace(ACCOUNT, host=host)).host
    except BadInput:
        return
    assert kept
    assert kept == kept.strip()


def test_a_user_holds_no_control_character() -> None:
    assert checked_account(replace(ACCOUNT, user=" compta ")).user == "compta"
    with pytest.raises(BadInput, match="user name"):
        checked_account(replace(ACCOUNT, user="a\r\nMAIL FROM"))


def test_a_sender_is_kept_trimmed_with_its_address_as_sent() -> None:
    kept = checked_sender(
        Sender(
            " Virginie ", "Compta@HOME.example", "Reponse@HOME.example", True, " Votre facture ", "\r\nBonjour,\rV\n\n"
        )
    )
    assert kept == Sender(
        "Virginie", "Compta@home.example", "Reponse@home.example", True, "Votre facture", "Bonjour,\nV\n"
    )


def test_a_sender_of_little_is_enough() -> None:
    assert checked_sender(SENDER) == SENDER


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": " "}, "no name"),
        ({"name": "A\nB"}, "line break"),
        ({"subject": "A\r\nBcc: x"}, "line break"),
        ({"subject": "x" * 251}, "251 characters"),
        ({"body": " \n "}, "blank"),
        ({"body": "Bonjour\x00"}, "control characters"),
    ],
)
def test_what_could_not_stand_in_a_message_is_refused(change: dict[str, str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        checked_sender(replace(SENDER, **change))


@pytest.mark.parametrize("field", ["email", "reply_to"])
def test_a_sender_needs_addresses_that_can_be_used(field: str) -> None:
    with pytest.raises(BadAddress):
        checked_sender(replace(SENDER, **{field: "hélène@home.example"}))


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_misspelt_keyword_is_refused_with_the_one_that_was_meant(field: str) -> None:
    with pytest.raises(BadInput, match="“&personnes” is not a keyword: “&personne”"):
        checked_sender(replace(SENDER, **{field: "Pour &personnes, R&D"}))


def test_a_sender_without_a_name_has_the_associations() -> None:
    assert checked_sender(replace(SENDER, name=" "), "Les Tilleuls").name == ""


@pytest.mark.parametrize(
    ("user", "warned"), [("compta@HOME.example", False), ("compta", False), ("", False), ("a@orange.example", True)]
)
def test_a_sender_of_another_domain_than_the_account_is_warned_about(user: str, warned: bool) -> None:
    assert bool(foreign_sender("virginie@home.example", replace(ACCOUNT, user=user))) is warned


def test_a_change_of_account_is_told_in_words() -> None:
    def account_changes(before: Account | None, after: Account) -> str:
        return sentence(differences(before, after, account_labels()))

    assert account_changes(ACCOUNT, ACCOUNT) == ""
    after = replace(ACCOUNT, port=465, security=Security.TLS, user="compta", gap=0.5)
    assert account_changes(ACCOUNT, after) == (
        "port 587 → 465, security STARTTLS → TLS, user compta, seconds between messages 2 → 0.5"
    )
    assert account_changes(None, ACCOUNT).startswith("server smtp.example, port 587")
