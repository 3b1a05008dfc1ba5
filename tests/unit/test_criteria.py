from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from people_known import ANNE, PAUL, TODAY, UDAF

from tuimail.domain.audience import FIELDS, Kind
from tuimail.domain.criteria import OPERATORS, Criteria, Criterion, Operator, why
from tuimail.domain.errors import BadInput

EVERYONE = [PAUL, ANNE, UDAF]
OLD = Criterion("age", Operator.AT_LEAST, ("80",))
RELATIVES = Criterion("role", Operator.IS, ("proche",))


def names(criteria: Criteria) -> list[str]:
    return [person.name for person in criteria.matching(EVERYONE, TODAY)]


def test_nothing_asked_is_everybody() -> None:
    assert names(Criteria()) == ["BERNARD Paul", "BERNARD Anne", "UDAF 99"]
    assert Criteria().sentence() == "tout le monde"


def test_criteria_add_up() -> None:
    assert names(Criteria((OLD, RELATIVES))) == ["BERNARD Anne"]


def test_one_criterion_may_be_enough() -> None:
    young = Criterion("age", Operator.AT_MOST, ("30",))
    assert names(Criteria((young, RELATIVES))) == []
    assert names(Criteria((young, RELATIVES), any_is_enough=True)) == ["BERNARD Anne"]


def test_an_own_filter_must_hold_as_well() -> None:
    assert names(Criteria((OLD,), own="rôle = tutelle ou accepte")) == ["BERNARD Anne", "UDAF 99"]
    assert names(Criteria((OLD,), any_is_enough=True, own="rôle = tutelle")) == ["UDAF 99"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (Criterion("structure", Operator.IS, ("ehpad saint-eloi",)), 3),
        (Criterion("structure", Operator.HOLDS, ("tilleuls", "éloi")), 3),
        (Criterion("structure", Operator.IS_NOT, ("EHPAD Saint-Éloi",)), 0),
        (Criterion("role", Operator.IS, ("proche", "tutelle")), 2),
        (Criterion("entry", Operator.AT_LEAST, ("01/03/2024",)), 3),
        (Criterion("entry", Operator.AT_LEAST, ("2024-03-02",)), 0),
        (Criterion("departure", Operator.UNKNOWN), 3),
        (Criterion("departure", Operator.AT_MOST, ("01/01/2030",)), 0),
        (Criterion("title", Operator.UNKNOWN), 1),
        (Criterion("unsent", Operator.YES), 3),
        (Criterion("gone", Operator.NO), 3),
        (Criterion("accepts", Operator.YES), 1),
    ],
)
def test_what_can_be_asked(criterion: Criterion, found: int) -> None:
    assert len(names(Criteria((criterion,)))) == found


def test_every_field_can_be_asked_for_in_every_way() -> None:
    gone = replace(PAUL, departure_date=date(2026, 2, 1))
    for field in FIELDS.values():
        below, at, above = _VALUES.get(field.kind, ("w", "x", "y"))
        for person in (PAUL, ANNE, UDAF, gone):
            told = {}
            for operator in OPERATORS[field.kind]:
                criterion = Criterion(field.key, operator, (at,))
                told[operator] = criterion.test(TODAY)(person)
                assert isinstance(told[operator], bool)
                assert criterion.sentence()
            if field.kind is Kind.FACT:
                assert told[Operator.YES] is not told[Operator.NO]
            elif Operator.IS in told:
                assert told[Operator.IS] is not told[Operator.IS_NOT]
                assert not (told[Operator.IS] and told.get(Operator.UNKNOWN))
            elif told[Operator.UNKNOWN]:
                assert not told[Operator.AT_LEAST]
                assert not told[Operator.AT_MOST]
            else:
                assert told[Operator.AT_LEAST] or told[Operator.AT_MOST]
                assert Criterion(field.key, Operator.AT_LEAST, (below,)).test(TODAY)(person)
                assert Criterion(field.key, Operator.AT_MOST, (above,)).test(TODAY)(person)
                assert not Criterion(field.key, Operator.AT_LEAST, (above,)).test(TODAY)(person)
                assert not Criterion(field.key, Operator.AT_MOST, (below,)).test(TODAY)(person)


_VALUES = {
    Kind.ROLE: ("proche", "proche", "proche"),
    Kind.NUMBER: ("3", "86", "200"),
    Kind.DAY: ("01/01/1900", "01/02/2026", "01/01/2100"),
}
"""Of each kind, one below all that is known of these people, one among it, one above."""


def test_the_age_is_in_full_years() -> None:
    assert PAUL.age(date(2026, 11, 4)) == 85
    assert PAUL.age(date(2026, 11, 5)) == 86


def test_on_the_day_of_departure_somebody_is_still_there() -> None:
    leaving = replace(PAUL, departure_date=TODAY)
    gone = Criterion("gone", Operator.YES).test(TODAY)
    assert not gone(leaving)
    assert Criterion("gone", Operator.YES).test(date(2026, 11, 6))(leaving)


@pytest.mark.parametrize(
    "criterion",
    [
        Criterion("colour", Operator.IS, ("red",)),
        Criterion("age", Operator.HOLDS, ("8",)),
        Criterion("age", Operator.AT_LEAST, ("old",)),
        Criterion("age", Operator.AT_LEAST),
        Criterion("entry", Operator.AT_LEAST, ("31/02/2026",)),
        Criterion("role", Operator.IS, ("cat",)),
    ],
)
def test_what_cannot_be_asked_is_told(criterion: Criterion) -> None:
    with pytest.raises(BadInput) as found:
        Criteria((criterion,)).test(TODAY)
    assert found.value.next_step
    assert criterion.sentence()


def test_the_sentence_is_read_aloud() -> None:
    criteria = Criteria((Criterion("structure", Operator.IS, ("EHPAD Saint-Éloi",)), OLD), own="non parti")
    assert criteria.sentence() == "structure : EHPAD Saint-Éloi et âge à partir de 80 et (non parti)"
    either = Criteria((RELATIVES, OLD), any_is_enough=True, own="non parti")
    assert either.sentence() == "(qualité : proche ou âge à partir de 80) et (non parti)"
    assert Criteria((Criterion("gone", Operator.NO),)).sentence() == "non : est parti"


def test_criteria_are_kept_as_they_were() -> None:
    criteria = Criteria((OLD, Criterion("colour", Operator.IS, ("é", "b"))), any_is_enough=True, own="âge > 3")
    assert Criteria.from_json(criteria.to_json()) == criteria
    assert Criteria.from_json("") == Criteria()


def test_a_criterion_is_added_changed_and_taken_out() -> None:
    criteria = Criteria().with_criterion(OLD).with_criterion(RELATIVES)
    assert criteria.each == (OLD, RELATIVES)
    assert criteria.with_criterion(RELATIVES, 0).each == (RELATIVES, RELATIVES)
    assert criteria.without(0).each == (RELATIVES,)


def test_each_person_shows_why() -> None:
    either = Criteria((RELATIVES, OLD), any_is_enough=True)
    assert why(either, PAUL, TODAY) == "âge à partir de 80"
    assert why(either, ANNE, TODAY) == "qualité : proche et âge à partir de 80"
