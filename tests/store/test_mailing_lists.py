from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import NOW, deliver, home, owner, person

from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.billing import Attachment
from tuimail.domain.criteria import Criteria, Criterion, Operator
from tuimail.domain.errors import BadAddress, BadInput
from tuimail.domain.letters import Letter
from tuimail.domain.mailing import LetterModel, MailingList, Selection, objection, suppressed
from tuimail.domain.people import Guardian, Relative, Role
from tuimail.store import audience, journal, letters, mailings, residents

pytestmark = pytest.mark.usefixtures("store")

TODAY = date(2026, 11, 5)
VIRGINIE = owner("virginie")
RELATIVES = Criteria((Criterion("role", Operator.IS, ("proche",)),))
FAMILY = (
    person(
        number=1,
        title="M.",
        room="104",
        birth_date=date(1940, 1, 1),
        guardian=Guardian("tutelle", "UDAF 99", "udaf@tutelle.example"),
        relatives=(Relative("BERNARD Anne", "Fille", "anne@free.example"), Relative("BERNARD Luc", "Fils")),
    ),
    person(number=2, emails=("two@orange.example", "deux@orange.example")),
    person(number=3, emails=()),
)


def everybody() -> list[Person]:
    home(people=FAMILY)
    return audience.people()


def told() -> list[str]:
    return [event.detail for event in journal.events()]


def test_everybody_around_a_resident_is_known_in_their_quality() -> None:
    found = everybody()
    assert [(p.key.role, p.key.number, p.name, p.address) for p in found] == [
        (Role.RESIDENT, 1, "BERNARD1 Paul", "paul.bernard1@orange.example"),
        (Role.GUARDIAN, 1, "UDAF 99", "udaf@tutelle.example"),
        (Role.RELATIVE, 1, "BERNARD Anne", "anne@free.example"),
        (Role.RELATIVE, 2, "BERNARD Luc", ""),
        (Role.RESIDENT, 1, "BERNARD2 Paul", "two@orange.example"),
        (Role.RESIDENT, 2, "BERNARD2 Paul", "deux@orange.example"),
        (Role.RESIDENT, 1, "BERNARD3 Paul", ""),
    ]
    anne = found[2]
    assert (anne.resident, anne.room, anne.link, anne.structure) == ("BERNARD1 Paul", "104", "Fille", "Maison 1")
    assert anne.birth_date == date(1940, 1, 1)
    assert found[0].title == "M."
    assert anne.title == ""


def test_the_billing_family_and_what_is_not_sent_come_from_the_invoices() -> None:
    house = home(people=FAMILY)
    deliver(house, wanted=house.documents[:1])
    found = {person.name: person for person in audience.people()}
    assert found["BERNARD2 Paul"].family == "Frais de séjour"
    assert found["BERNARD2 Paul"].unsent
    assert not found["BERNARD1 Paul"].unsent
    assert not found["BERNARD Anne"].unsent


def test_a_live_list_asks_anew_and_a_fixed_one_keeps_its_people() -> None:
    people = everybody()
    live = mailings.save_list(MailingList("Proches", RELATIVES), VIRGINIE, NOW)
    fixed = mailings.save_list(
        MailingList("Conseil", RELATIVES, fixed=True, members=(people[4].key, people[2].key)), VIRGINIE, NOW
    )
    assert mailings.lists() == [fixed, live]
    assert [p.name for p in live.people(people, TODAY)] == ["BERNARD Anne", "BERNARD Luc"]
    assert [p.name for p in fixed.people(people, TODAY)] == ["BERNARD Anne", "BERNARD2 Paul"]
    assert told()[-2:] == ["Liste « Proches » enregistrée.", "Liste « Conseil » enregistrée."]


def test_a_list_is_changed_and_deleted() -> None:
    people = everybody()
    kept = mailings.save_list(MailingList("Conseil", Criteria(), True, (people[0].key,)), VIRGINIE, NOW)
    changed = mailings.save_list(replace(kept, name="Conseil de la vie sociale", members=()), VIRGINIE, NOW)
    assert mailings.lists() == [changed]
    mailings.delete_list(kept.id, VIRGINIE, NOW)
    assert mailings.lists() == []


def test_two_lists_never_have_one_name() -> None:
    mailings.save_list(MailingList("Proches", RELATIVES), VIRGINIE, NOW)
    with pytest.raises(BadInput, match="Proches"):
        mailings.save_list(MailingList(" Proches ", Criteria()), VIRGINIE, NOW)
    assert mailings.free_name("Proches") == "Proches 2"
    assert mailings.free_name("Autres") == "Autres"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 61])
def test_a_list_has_a_name_of_one_short_line(name: str) -> None:
    with pytest.raises(BadInput):
        mailings.save_list(MailingList(name, Criteria()), VIRGINIE, NOW)


def test_each_operator_finds_the_selection_as_it_was_left() -> None:
    selection = Selection(RELATIVES, (PersonKey(3, Role.RELATIVE, 2), PersonKey(1, Role.GUARDIAN, 0)))
    mailings.keep_selection("virginie", selection)
    assert mailings.selection("virginie") == selection
    assert mailings.selection("paul") == Selection()
    mailings.keep_selection("virginie", Selection())
    assert mailings.selection("virginie") == Selection()


def test_who_has_no_address_or_wants_none_is_never_chosen() -> None:
    people = everybody()
    mailings.suppress([suppressed("ANNE@free.example", "virginie", "courrier du 3/11", NOW)], VIRGINIE, NOW)
    unwilling = mailings.unwilling()
    assert objection(people[2], unwilling) == "ne veut pas de publipostage : désinscription"
    assert objection(people[3], unwilling) == "aucune adresse connue"
    chosen = Selection().choose(people, unwilling).chosen
    assert chosen == (people[0].key, people[1].key, people[4].key, people[5].key)


def test_people_are_chosen_once_and_given_back() -> None:
    people = everybody()
    selection = Selection().choose(people[4:5], frozenset()).choose(people[:6], frozenset())
    assert selection.chosen == (people[4].key, people[0].key, people[1].key, people[2].key, people[5].key)
    assert selection.give_back([people[0].key, people[6].key]).chosen == (
        people[4].key,
        people[1].key,
        people[2].key,
        people[5].key,
    )


def test_an_unsubscribed_address_is_kept_once_and_taken_off_with_the_reason() -> None:
    entry = suppressed("Anne@Free.example", "virginie", "lien de désinscription", NOW)
    assert mailings.suppress([entry, entry], VIRGINIE, NOW) == 1
    assert [s.address for s in mailings.suppressions()] == ["anne@free.example"]
    assert mailings.allow_again("ANNE@free.example", VIRGINIE, NOW, "demande par téléphone")
    assert not mailings.allow_again("anne@free.example", VIRGINIE, NOW, "")
    assert mailings.unwilling() == frozenset()
    assert "demande par téléphone" in told()[-1]
    with pytest.raises(BadAddress):
        suppressed("anne", "virginie", "", NOW)


def test_a_model_of_the_same_name_is_replaced() -> None:
    first = mailings.save_model(LetterModel("Fête", "Fête d'été", "Bonjour"))
    second = mailings.save_model(LetterModel("Fête", "Fête d'hiver", "Bonsoir", promotional=True))
    assert first.id == second.id
    assert mailings.models() == [second]
    mailings.delete_model(second.id)
    assert mailings.models() == []


def test_a_list_names_the_same_people_however_a_card_is_put_in_order() -> None:
    anne = everybody()[2]
    kept = mailings.save_list(MailingList("Conseil", RELATIVES, True, (anne.key,)), VIRGINIE, NOW)
    mailings.keep_selection("virginie", Selection(RELATIVES, (anne.key,)))
    card = residents.resident(anne.key.resident_id)
    residents.save_resident(replace(card, relatives=card.relatives[::-1]), NOW)

    def named() -> list[str]:
        (found,) = mailings.lists()
        chosen = mailings.selection("virginie").chosen
        assert [p.name for p in audience.people() if p.key in chosen] == [
            p.name for p in found.people(audience.people(), TODAY)
        ]
        return [p.name for p in found.people(audience.people(), TODAY)]

    assert named() == ["BERNARD Anne"]
    # An import says the relatives anew, in its own order and without an id.
    told_anew = [replace(relative, id=0) for relative in residents.resident(card.id).relatives[::-1]]
    new = Relative("BERNARD Zoé", "Fille", "zoe@free.example")
    residents.save_resident(replace(card, relatives=(new, *told_anew)), NOW)
    assert named() == ["BERNARD Anne"]
    without = [relative for relative in residents.resident(card.id).relatives if relative.name != "BERNARD Anne"]
    residents.save_resident(replace(card, relatives=tuple(without)), NOW)
    assert named() == []
    residents.save_resident(
        replace(card, relatives=(*without, Relative("BERNARD Marc", "Fils", "m@free.example"))), NOW
    )
    assert named() == []
    assert mailings.lists()[0].gone(audience.people()) == len(kept.members) == 1


def test_an_entry_written_over_with_somebody_else_is_not_in_the_list_any_more() -> None:
    people = everybody()
    mailings.save_list(MailingList("Conseil", RELATIVES, True, (people[1].key, people[2].key)), VIRGINIE, NOW)
    card = residents.resident(people[2].key.resident_id)
    assert card.guardian is not None
    anne, luc = card.relatives
    corrected = replace(anne, name="BERNARD-MOREL Anne"), luc
    guardian = replace(card.guardian, delegate="UDAF 44", email="udaf44@tutelle.example")
    residents.save_resident(replace(card, relatives=corrected, guardian=guardian), NOW)
    (found,) = mailings.lists()
    assert [p.name for p in found.people(audience.people(), TODAY)] == ["BERNARD-MOREL Anne"]
    other = replace(residents.resident(card.id).relatives[0], name="BERNARD Chloé", email="chloe@free.example")
    residents.save_resident(replace(card, relatives=(other, luc)), NOW)
    assert found.people(audience.people(), TODAY) == []


def test_a_card_that_is_copied_to_a_new_resident_takes_nobody_away() -> None:
    people = everybody()
    card = residents.resident(people[2].key.resident_id)
    residents.save_resident(replace(card, id=0, code="copie", last_name="AUTRE"), NOW)
    found = audience.people()
    assert {p.key: p.name for p in people} == {p.key: p.name for p in found if p.resident != "AUTRE Paul"}
    assert len({p.key for p in found}) == len(found)


def test_a_list_follows_a_residents_own_addresses() -> None:
    people = everybody()
    second = people[5]
    assert second.address == "deux@orange.example"
    mailings.save_list(MailingList("Conseil", RELATIVES, True, (second.key,)), VIRGINIE, NOW)
    mailings.keep_selection("virginie", Selection(RELATIVES, (second.key,)))
    badge = Attachment("badge.pdf", "application/pdf", "sha", 4000, "badge.kept")
    letters.keep_draft("virginie", Letter("Fête", "Bonjour", own_files=((second.key, badge),)))

    def reached(*emails: str) -> list[str]:
        card = residents.resident(second.key.resident_id)
        residents.save_resident(replace(card, emails=emails), NOW)
        (found,) = mailings.lists()
        assert found.members == mailings.selection("virginie").chosen
        assert letters.draft("virginie").files_for(found.members[0]) == (badge,)
        return [p.address for p in found.people(audience.people(), TODAY)]

    assert reached("deux@orange.example", "two@orange.example") == ["deux@orange.example"]
    assert reached("deux@orange.example") == ["deux@orange.example"]
    assert reached("corrigee@orange.example") == ["corrigee@orange.example"]
    assert reached("autre@free.example", "corrigee@orange.example") == ["corrigee@orange.example"]
    assert reached("autre@free.example") == []


def test_relatives_and_guardians_have_a_form_of_address() -> None:
    anne = Relative("BERNARD Anne", "Fille", "anne@free.example", label="Mme")
    house = Relative("BERNARD", "Enfants", "famille@free.example", label="Famille BERNARD")
    both = Relative("MOREL", "Neveux", "morel@free.example", label="M. et Mme MOREL")
    guardian = Guardian("tutelle", "DUPONT Jean", "j@tutelle.example", title="Maître")
    home(people=[person(number=1, title="M.", guardian=guardian, relatives=(anne, house, both))])
    assert [p.title for p in audience.people()] == ["M.", "Maître", "Mme", "", "M. et Mme"]
