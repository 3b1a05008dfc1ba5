from __future__ import annotations

import re

import pytest
from email_validator import validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuimail.domain.addresses import (
    _LONGEST_PLAIN,
    _PLAIN,
    _SPECIAL,
    domain_of,
    is_address,
    normalise_address,
    split_addresses,
)
from tuimail.domain.errors import BadAddress


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("paul.bernard@orange.example", "paul.bernard@orange.example"),
        ("  paul@orange.example\t", "paul@orange.example"),
        ("Paul.Bernard@Orange.EXAMPLE", "Paul.Bernard@orange.example"),
        ("paul@forêt.example", "paul@xn--fort-ipa.example"),
        ("paul@FORÊT.example", "paul@xn--fort-ipa.example"),
        ("paul+ehpad@orange.example", "paul+ehpad@orange.example"),
        ("paul@poste.test", "paul@poste.test"),
    ],
)
def test_an_address_is_kept_as_it_can_stand_on_an_envelope(typed: str, kept: str) -> None:
    assert normalise_address(typed) == kept
    assert is_address(typed)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("hélène@orange.example", "accented letter before the @"),
        ("a@x.example;b@x.example", "a field holds one address"),
        ("a@x.example, b@x.example", "a field holds one address"),
        ("a@x.example b@x.example", "a field holds one address"),
        ("a@x.example\r\nRCPT TO:<evil@x.example>", "line break or control character"),
        ("a\n@x.example", "line break or control character"),
        ("a\x00@x.example", "line break or control character"),
        ("a\u2028@x.example", "line break or control character"),
        ("paul", "one @"),
        ("a@b@x.example", "one @"),
        ("", "one @"),
        ("paul@orange", "domain after the @ is incomplete"),
        ("paul@", "domain after the @ is incomplete"),
        ("@orange.example", "something must stand before the @"),
        ("a..b@orange.example", "a dot stands"),
        ("<paul@orange.example>", "without a name, quotation marks or brackets"),
        ("paul(1)@orange.example", "cannot hold: ( )"),
        ("paul@a_b.example", "cannot hold: _"),
        ("paul@poste.local", "no domain ends in “.local”"),
        ("paul@192.168.1.1", "no domain ends in “.1”"),
        ("paul@ab--cd.example", "mail standards"),
        ("paul@-x.example", "a hyphen stands"),
        ("x" * 65 + "@orange.example", "more than 64 characters"),
    ],
)
def test_anything_else_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadAddress) as told:
        normalise_address(typed)
    assert reason in told.value.sentence
    assert told.value.next_step
    assert not is_address(typed)


def test_a_refusal_never_repeats_a_control_character() -> None:
    with pytest.raises(BadAddress) as told:
        normalise_address("a@x.example\r\n\x1b[2Jb")
    assert str(told.value).isprintable() or "\u00a0" in str(told.value)
    assert not set("\r\n\x1b") & set(str(told.value))


@given(st.text(max_size=40) | st.from_regex(r"[^@]{0,20}@[^@]{0,20}(\.[a-z]{0,5})?", fullmatch=True))
@example("\ud800@x.example")
@example("a@\ud800.example")
@example("a@" + "é" * 80 + ".example")
@example("a@[127.0.0.1]")
@example("a@xn--.example")
def test_no_text_ever_raises_anything_else(text: str) -> None:
    try:
        kept = normalise_address(text)
    except BadAddress:
        return
    assert kept.isascii()
    assert kept.count("@") == 1
    assert not set(kept) & set(" \r\n\t;,<>\x00")
    assert normalise_address(kept) == kept


def test_the_domain_stands_after_the_at() -> None:
    assert domain_of("paul@orange.example") == "orange.example"


# Most of those drawn without an end would be too long: as many letters and parts as fit, and then some.
_SHORT = _PLAIN.pattern.replace("]+", "]{1,16}").replace(")*", "){0,3}").replace(")+", "){1,3}")
_plain_addresses = st.from_regex(re.compile(_SHORT, re.I), fullmatch=True).filter(
    lambda text: _PLAIN.fullmatch(text) and len(text) <= _LONGEST_PLAIN
)


@settings(max_examples=25)
@given(_plain_addresses)
def test_a_plain_address_is_what_the_validator_would_make_of_it(text: str) -> None:
    is_what_the_validator_makes_of_it(text)


@pytest.mark.long
@settings(max_examples=300)
@given(_plain_addresses)
def test_many_plain_addresses_are_what_the_validator_would_make_of_them(text: str) -> None:
    is_what_the_validator_makes_of_it(text)


def is_what_the_validator_makes_of_it(text: str) -> None:
    if text.rpartition(".")[2].lower() in _SPECIAL:
        return
    checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True)
    assert normalise_address(text) == f"{checked.local_part}@{checked.ascii_domain}"


@pytest.mark.parametrize(
    "typed", ["a@b@x.fr", "a..b@x.fr", "x@a_b.fr", "x@x.local", "x@ab--cd.fr", "(x)@a.fr", "x@a.123"]
)
def test_the_reason_is_french_on_a_french_screen(typed: str) -> None:
    with pytest.raises(BadAddress) as told:
        normalise_address(typed)
    assert not {"The", "the", "email", "cannot", "address"} & set(str(told.value).replace("(", " ").split())


def test_several_addresses_are_taken_apart() -> None:
    assert split_addresses("a@x.fr; b@x.fr,c@x.fr\nd@x.fr") == ["a@x.fr", "b@x.fr", "c@x.fr", "d@x.fr"]
    assert split_addresses(" a@x.fr ") == ["a@x.fr"]
    assert split_addresses(" ") == []
