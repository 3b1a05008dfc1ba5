"""Three people around one resident, for the tests of lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.people import Role

TODAY = date(2026, 11, 5)
PAUL = Person(
    key=PersonKey(7, Role.RESIDENT, 1),
    name="BERNARD Paul",
    address="paul.bernard@orange.example",
    title="M.",
    resident="BERNARD Paul",
    structure_id=1,
    structure="EHPAD Saint-Éloi",
    room="104",
    unit="Les Lilas",
    family="Frais de séjour au payant",
    link="",
    birth_date=date(1940, 11, 5),
    entry_date=date(2024, 3, 1),
    departure_date=None,
    unsent=True,
    unpaid=False,
    accepts=False,
    bounced=False,
)
ANNE = replace(
    PAUL,
    key=PersonKey(7, Role.RELATIVE, 1),
    name="BERNARD Anne",
    address="anne.bernard@free.example",
    title="Mme",
    link="Fille",
    accepts=True,
)
UDAF = replace(
    PAUL, key=PersonKey(7, Role.GUARDIAN, 0), name="UDAF 99", address="udaf99@tutelle.example", title="", link="tutelle"
)
