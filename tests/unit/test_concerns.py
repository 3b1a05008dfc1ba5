"""What keeps an invoice back, and what is only worth a look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import person

from tuimail.domain.concerns import ConcernKind, concerns
from tuimail.domain.people import Billing, Guardian, Policy, Relative
from tuimail.domain.recipients import Reason, decide

UDAF = Guardian("tutelle", "UDAF", "udaf@x.example", True)
LISE = Relative("Lise", "Fille", "lise@x.example", True)
MARC = Relative("Marc", "Fils", "marc@x.example", True)


def told(**changes: object) -> list[tuple[ConcernKind, bool]]:
    return [(concern.kind, concern.blocks) for concern in concerns(person(**changes))]


def policy(kind: Policy) -> Billing:
    return Billing(policy=kind)


def test_nothing_is_wrong_with_most() -> None:
    assert told(guardian=UDAF, relatives=(LISE,)) == []


def test_a_guardian_who_should_receive_and_has_no_address_keeps_the_invoice_back() -> None:
    assert told(guardian=Guardian("tutelle", "UDAF", "", True)) == [(ConcernKind.GUARDIAN_WITHOUT_ADDRESS, True)]
    assert told(guardian=Guardian("tutelle", "UDAF", "", False)) == [(ConcernKind.GUARDIAN_WITHOUT_ADDRESS, False)]
    only = policy(Policy.GUARDIAN_ONLY)
    assert told(billing=only, guardian=Guardian("tutelle")) == [(ConcernKind.GUARDIAN_WITHOUT_ADDRESS, True)]
    assert told(billing=only) == [(ConcernKind.GUARDIAN_WITHOUT_ADDRESS, True)]


def test_an_address_that_cannot_be_used_keeps_the_invoice_back() -> None:
    assert told(emails=("paul@",)) == [(ConcernKind.INVALID_ADDRESS, True)]
    silent = Relative("Luc", "", "luc@", receives=False)
    assert told(relatives=(silent,)) == []


def test_several_relatives_and_the_same_address_twice_keep_the_invoice_back_until_somebody_decides() -> None:
    assert told(relatives=(LISE, MARC)) == [(ConcernKind.SEVERAL_RELATIVES, True)]
    assert told(relatives=(LISE, MARC), billing=policy(Policy.ALL_RELATIVES)) == []
    assert told(emails=("lise@x.example",), relatives=(LISE,)) == [(ConcernKind.SAME_ADDRESS, True)]
    assert told(emails=("lise@x.example",), relatives=(replace(LISE, receives=False),)) == []


def test_on_paper_nothing_is_wrong() -> None:
    assert told(emails=("paul@",), relatives=(LISE, MARC), billing=policy(Policy.PAPER)) == []


def test_what_keeps_it_back_comes_first() -> None:
    silent = Guardian("tutelle", "UDAF", "", False)
    assert told(emails=("paul@",), guardian=silent) == [
        (ConcernKind.INVALID_ADDRESS, True),
        (ConcernKind.GUARDIAN_WITHOUT_ADDRESS, False),
    ]


@pytest.mark.parametrize(
    ("kind", "receives", "left_out"),
    [
        (Policy.DEFAULT, ["paul@x.example", "udaf@x.example", "lise@x.example"], [Reason.LATER_RELATIVE]),
        (Policy.ALL_RELATIVES, ["paul@x.example", "udaf@x.example", "lise@x.example", "marc@x.example"], []),
        (Policy.GUARDIAN_ONLY, ["udaf@x.example"], [Reason.ONLY_GUARDIAN] * 3),
        (Policy.PAPER, [], [Reason.PAPER] * 4),
    ],
)
def test_the_policy_of_a_resident_decides_who_receives(
    kind: Policy, receives: list[str], left_out: list[Reason]
) -> None:
    decision = decide(person(emails=("paul@x.example",), guardian=UDAF, relatives=(LISE, MARC), billing=policy(kind)))
    assert [r.address for r in decision.recipients] == receives
    assert [r.reason for r in decision.left_out] == left_out


def test_guardian_only_needs_no_tick() -> None:
    unticked = Guardian("tutelle", "UDAF", "udaf@x.example", False)
    decision = decide(person(guardian=unticked, billing=policy(Policy.GUARDIAN_ONLY)))
    assert [r.reason for r in decision.recipients] == [Reason.GUARDIAN]
