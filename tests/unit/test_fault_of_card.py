"""Where on the card stands what keeps an invoice back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from builders import person

from tuimail.domain.people import Billing, Guardian, Policy, Relative
from tuimail.sending.faults import Fault, fault_of
from tuimail.store.address_notes import AddressNote

NOW = datetime(2026, 11, 5, tzinfo=UTC)
UDAF = Guardian("tutelle", "UDAF", "udaf@x.example", True)
LISE = Relative("Lise", "Fille", "lise@x.example", True)
MARC = Relative("Marc", "Fils", "marc@x.example", True)
GUY = Relative("Guy", "Neveu", "", True)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"emails": ()}, Fault("email1")),
        ({"emails": ("a@x.example", "b@x")}, Fault("email2")),
        ({"guardian": Guardian("tutelle", "UDAF", "", True)}, Fault("guardian.email")),
        ({"emails": (), "guardian": Guardian("tutelle", "UDAF", "udaf@x.example")}, Fault("guardian.receives")),
        ({"billing": Billing(policy=Policy.GUARDIAN_ONLY)}, Fault("billing.policy")),
        ({"billing": Billing(policy=Policy.PAPER)}, Fault("billing.policy")),
        ({"relatives": (LISE, MARC)}, Fault("relatives", 1)),
        ({"emails": (), "relatives": (Relative("Luc", "Fils"), GUY)}, Fault("relatives", 0)),
        ({"emails": ("lise@x.example",), "relatives": (MARC, LISE)}, Fault("relatives", 1)),
        ({"guardian": Guardian("tutelle", "UDAF", "udaf@x", True)}, Fault("guardian.email")),
        ({}, Fault("email1")),
    ],
)
def test_the_card_opens_where_the_fault_is(typed: dict[str, object], fault: Fault) -> None:
    assert fault_of(person(**typed), {}) == fault


def test_an_address_that_came_back_is_gone_to() -> None:
    note = AddressNote("udaf@x.example", bounced_at=NOW, bounce="unknown")
    assert fault_of(person(guardian=UDAF), {note.address: note}) == Fault("guardian.email")


def test_an_address_that_looks_like_a_slip_of_one_in_the_family_is_gone_to() -> None:
    lise = Relative("Lise", "Fille", "lise.bernard@orange.example")
    slip = Relative("Lise", "Fille", "lise.bernrad@orange.example", True)
    assert fault_of(person(relatives=(lise, slip)), {}) == Fault("relatives", 1)
