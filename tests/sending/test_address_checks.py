"""What the control says about the addresses of a send."""

from __future__ import annotations

from datetime import UTC, datetime

from tuimail.domain.people import Role
from tuimail.domain.recipients import Reason, Recipient
from tuimail.sending.address_checks import noted
from tuimail.store.address_notes import AddressNote

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def to(address: str) -> Recipient:
    return Recipient(address, Role.RELATIVE, "Caron Luc", Reason.FIRST_RELATIVE)


def test_an_address_one_letter_off_one_of_the_same_family_is_told(english: None) -> None:
    family = ["lucie.caron@example.org", "lucie.carom@example.org"]
    assert list(noted([to(family[1])], {}, family)) == [
        "lucie.carom@example.org looks like a slip: lucie.caron@example.org?"
    ]


def test_of_two_that_are_alike_it_is_told_once(english: None) -> None:
    family = ["lucie.caron@example.org", "lucie.carom@example.org"]
    assert len(list(noted([to(address) for address in family], {}, family))) == 1


def test_an_address_that_a_message_has_reached_is_no_slip(english: None) -> None:
    family = ["lucie.caron@example.org", "lucie.carom@example.org"]
    note = AddressNote(family[1], succeeded_at=NOW)
    assert list(noted([to(family[1])], {family[1]: note}, family)) == []
