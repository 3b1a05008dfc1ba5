from __future__ import annotations

from collections import Counter

import pytest
from builders import person
from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.people import Guardian, Relative, Resident, Role
from tuimail.domain.recipients import Decision, Reason, Recipient, decide

UDAF = Guardian("tutelle", "UDAF 35", "udaf@tutelle.example", receives=True)


def daughter(email: str = "lise@free.example", receives: bool = True, link: str = "Fille") -> Relative:
    return Relative("BERNARD Lise", link, email, receives)


def son(email: str = "marc@free.example", receives: bool = True) -> Relative:
    return Relative("BERNARD Marc", "Fils", email, receives)


def chosen(decision: Decision) -> list[tuple[str, Reason]]:
    return [(r.address, r.reason) for r in decision.recipients]


def left_out(decision: Decision) -> list[tuple[str, Reason]]:
    return [(r.address, r.reason) for r in decision.left_out]


def test_everybody_who_may_receive_does_in_order() -> None:
    decision = decide(person(emails=("a@x.example", "b@x.example"), guardian=UDAF, relatives=(daughter(), son())))
    assert chosen(decision) == [
        ("a@x.example", Reason.OWN),
        ("b@x.example", Reason.OWN),
        ("udaf@tutelle.example", Reason.GUARDIAN),
        ("lise@free.example", Reason.FIRST_RELATIVE),
    ]
    assert left_out(decision) == [("marc@free.example", Reason.LATER_RELATIVE)]


def test_a_resident_without_address_is_named_among_those_left_out() -> None:
    decision = decide(person(emails=()))
    assert decision.recipients == ()
    assert [(r.role, r.name, r.reason) for r in decision.left_out] == [
        (Role.RESIDENT, "BERNARD1 Paul", Reason.NO_ADDRESS)
    ]


def test_a_guardian_receives_only_if_flagged() -> None:
    decision = decide(person(emails=(), guardian=Guardian("tutelle", "UDAF", "udaf@x.example", receives=False)))
    assert decision.recipients == ()
    assert left_out(decision) == [("", Reason.NO_ADDRESS), ("udaf@x.example", Reason.NOT_FLAGGED)]


def test_a_flagged_guardian_without_address_is_left_out() -> None:
    decision = decide(person(emails=(), guardian=Guardian("tutelle", "UDAF", "", receives=True)))
    assert left_out(decision)[1] == ("", Reason.NO_ADDRESS)


def test_relatives_who_are_not_flagged_do_not_receive() -> None:
    decision = decide(person(emails=(), relatives=(daughter(receives=False), son())))
    assert chosen(decision) == [("marc@free.example", Reason.FIRST_RELATIVE)]
    assert left_out(decision)[1] == ("lise@free.example", Reason.NOT_FLAGGED)


@pytest.mark.parametrize(("email", "reason"), [("", Reason.NO_ADDRESS), ("lise@", Reason.INVALID)])
def test_a_flagged_relative_who_cannot_be_reached_leaves_the_place_to_the_next(email: str, reason: Reason) -> None:
    decision = decide(person(emails=(), relatives=(daughter(email), son())))
    assert chosen(decision) == [("marc@free.example", Reason.FIRST_RELATIVE)]
    assert decision.recipients[0].position == 2
    assert left_out(decision)[1] == (email, reason)


def test_an_address_receives_once_whatever_its_case() -> None:
    decision = decide(
        person(
            emails=("Lise@free.example", "lise@FREE.example"),
            guardian=Guardian("tutelle", "Lise", "lise@free.example", receives=True),
            relatives=(daughter("LISE@free.example"), son()),
        )
    )
    assert chosen(decision) == [("Lise@free.example", Reason.OWN)]
    assert left_out(decision) == [
        ("lise@FREE.example", Reason.DUPLICATE),
        ("lise@free.example", Reason.DUPLICATE),
        ("LISE@free.example", Reason.DUPLICATE),
        ("marc@free.example", Reason.LATER_RELATIVE),
    ]


def test_an_own_address_that_cannot_be_used_is_left_out() -> None:
    assert left_out(decide(person(emails=("hélène@x.example",)))) == [("hélène@x.example", Reason.INVALID)]


def test_the_address_of_a_role_is_its_first() -> None:
    decision = decide(person(emails=("a@x.example", "b@x.example")))
    assert decision.address(Role.RESIDENT) == "a@x.example"
    assert decision.address(Role.GUARDIAN) == ""


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("recipient", "sentence"),
    [
        (Recipient("a@x.example", Role.RESIDENT, "P", Reason.OWN), "resident"),
        (Recipient("a@x.example", Role.OTHER, "", Reason.OWN), "other address"),
        (Recipient("", Role.RESIDENT, "P", Reason.NO_ADDRESS), "resident: no address"),
        (
            Recipient("u@x.example", Role.GUARDIAN, "UDAF", Reason.NOT_FLAGGED, link="tutelle"),
            "guardian “tutelle”: not ticked to receive invoices",
        ),
        (
            Recipient("l@x.example", Role.RELATIVE, "L", Reason.LATER_RELATIVE, 2, "Fille"),
            "relative 2 “Fille”: only the first ticked relative receives",
        ),
        (
            Recipient("l@x.example", Role.RELATIVE, "L", Reason.DUPLICATE, 1),
            "relative 1: the same address already receives",
        ),
        (Recipient("l@", Role.RELATIVE, "L", Reason.INVALID, 1), "relative 1: the address cannot be used"),
    ],
)
def test_the_reason_is_told_in_a_sentence(recipient: Recipient, sentence: str) -> None:
    assert recipient.sentence() == sentence


# Few names, so that the same address often comes twice; some cannot be used.
ADDRESSES = st.sampled_from(["", "a@x.example", "A@x.example", "b@x.example", "c@x.example", "é@x.example", "b@"])
GUARDIANS = st.none() | st.builds(Guardian, delegate=st.just("UDAF"), email=ADDRESSES, receives=st.booleans())
RELATIVES = st.builds(Relative, name=st.sampled_from(["Lise", "Marc"]), email=ADDRESSES, receives=st.booleans())
RESIDENTS = st.builds(
    lambda emails, guardian, relatives: person(emails=tuple(emails), guardian=guardian, relatives=tuple(relatives)),
    st.lists(ADDRESSES, max_size=2),
    GUARDIANS,
    st.lists(RELATIVES, max_size=4),
)


@given(RESIDENTS)
def test_every_person_stands_in_exactly_one_list(resident: Resident) -> None:
    decision = decide(resident)
    told = Counter((r.role, r.name, r.address, r.position) for r in (*decision.recipients, *decision.left_out))
    known = Counter((Role.RESIDENT, resident.name, address, 0) for address in resident.emails or ("",))
    if resident.guardian:
        known[Role.GUARDIAN, resident.guardian.delegate, resident.guardian.email, 0] += 1
    known.update(
        (Role.RELATIVE, relative.name, relative.email, position)
        for position, relative in enumerate(resident.relatives, 1)
    )
    assert told == known


@given(RESIDENTS)
def test_addresses_are_unique_and_at_most_one_relative_receives(resident: Resident) -> None:
    recipients = decide(resident).recipients
    addresses = [r.address.casefold() for r in recipients]
    assert len(set(addresses)) == len(addresses)
    assert sum(r.role is Role.RELATIVE for r in recipients) <= 1


@given(RESIDENTS)
def test_residents_come_before_guardians_before_relatives(resident: Resident) -> None:
    order = [Role.RESIDENT, Role.GUARDIAN, Role.RELATIVE]
    found = [order.index(r.role) for r in decide(resident).recipients]
    assert found == sorted(found)


@given(RESIDENTS)
def test_whoever_receives_has_a_receiving_reason_and_whoever_does_not_has_another(resident: Resident) -> None:
    receiving = {Reason.OWN, Reason.GUARDIAN, Reason.FIRST_RELATIVE}
    decision = decide(resident)
    assert {r.reason for r in decision.recipients} <= receiving
    assert not {r.reason for r in decision.left_out} & receiving


@given(RESIDENTS)
def test_a_family_with_a_flagged_relative_who_can_be_reached_is_reached(resident: Resident) -> None:
    able = [r.email.casefold() for r in resident.relatives if r.receives and r.email and r.email[0] in "aAbc"]
    able = [email for email in able if email != "b@"]
    reached = {r.address.casefold() for r in decide(resident).recipients}
    assert not able or able[0] in reached
