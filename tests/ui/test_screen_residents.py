"""The residents as a place, and a resident's card, by keys at 80x24."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hand import PATIENCE, Hand, Sit, no_room
from office_data import NOW

from tuimail.domain.errors import BadInput
from tuimail.domain.people import Billing, Guardian, Policy, Relative
from tuimail.domain.roll import ResidentFilter
from tuimail.office import Office
from tuimail.office.people import People
from tuimail.store import address_notes, cards, journal, residents, roll
from tuimail.store.database import execute
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.widgets.resident_model import filter_name

TODAY = date(2026, 11, 5)
COUNTED = (
    ("Présents", "present"),
    ("Sans adresse", "unreachable"),
    ("Tutelles", "protected"),
    ("Changées", "changed"),
    ("Refus et retours", "bounced"),
    ("Partis", "left"),
)


def found(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


def somebody(name: str) -> int:
    (only,) = roll.index(TODAY, ResidentFilter.EVERYONE, search=name)
    return only


async def opened(hand: Hand, name: str) -> None:
    """Find somebody, and open the card."""
    await hand.press("2", "/")
    await hand.type(name)
    await hand.press("enter", "enter")
    await hand.see("Généralités", name.upper())


async def at_relative(hand: Hand) -> None:
    """The card of the first relative of the one whose card is open."""
    await hand.press("pagedown")
    await hand.see("ANTOINE Luc")
    await hand.press("enter")
    await hand.see("Libellé avant adresse")


async def test_the_list_counts_as_the_database_and_is_narrowed(sit: Sit, office: Office) -> None:
    counts = roll.counts(TODAY)
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2")
        await hand.see(f"Présents {counts.present}", f"Sans adresse {counts.unreachable}", "ANTOINE Monique", "P T F")
        await hand.press("/")
        await hand.type("udaf99 fab")
        await hand.see("1 résident trouvé", "FABRE Noël")
        await hand.press("enter", "escape", "f")
        await hand.see("Filtre : sans adresse", "CARON Lucie", "NOËL Jeanne")
        await hand.press("f")
        await hand.see("sous tutelle", "BOUCHER Émile")


async def test_a_card_is_changed_and_the_change_told(sit: Sit, office: Office) -> None:
    caron = somebody("caron")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "caron")
        await hand.see("Généralités", "Situation familiale", "CARON")
        await hand.press(*["tab"] * 9)
        await hand.type("lucie.caron@laposte.net")
        await hand.press("f2")
        await hand.until(lambda: residents.resident(caron).emails == ("lucie.caron@laposte.net",), "never saved")
        await hand.see("est enregistré")
    *_rest, last = journal.events()
    assert "adresse mail lucie.caron@laposte.net" in last.detail
    assert last.operator == office.owner.operator


async def test_what_was_typed_is_never_lost_by_esc_without_a_question(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2", "enter")
        await hand.see("Généralités")
        await hand.type("X")
        await hand.press("escape")
        await hand.see("n’est pas enregistré")
        await hand.press("escape")
        await hand.see("ANTOINEX")
        await hand.press("escape", "n")
        await hand.see("Présents")
    assert residents.resident(somebody("antoine")).last_name == "ANTOINE"


async def test_an_address_that_looks_like_a_better_one_is_asked_about(sit: Sit, office: Office) -> None:
    caron = somebody("caron")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "caron")
        await hand.press(*["tab"] * 9)
        await hand.type("lucie@gmial.com")
        await hand.press("f2")
        await hand.see("Vouliez-vous une autre adresse", "lucie@gmail.com")
        await hand.press("enter")
        await hand.until(lambda: residents.resident(caron).emails == ("lucie@gmail.com",), "never saved")


async def test_two_addresses_in_one_field_are_offered_as_two(sit: Sit, office: Office) -> None:
    caron = somebody("caron")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "caron")
        await hand.press(*["tab"] * 9)
        await hand.type("a@x.example; b@x.example")
        await hand.press("f2")
        await hand.see("Deux adresses")
        await hand.press("enter")
        await hand.until(lambda: residents.resident(caron).emails == ("a@x.example", "b@x.example"), "never saved")


async def test_relatives_are_added_ordered_and_ticked(sit: Sit, office: Office) -> None:
    delmas = somebody("delmas")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "delmas")
        await hand.press("pagedown")
        await hand.see("DELMAS Yves", "[x]")
        await hand.press("a")
        await hand.see("Nouveau proche")
        await hand.type("DELMAS Rose")
        await hand.press("f2")
        await hand.see("DELMAS Rose", "Repris sur la fiche")
        await hand.press("m", "space", "f2")
        await hand.until(lambda: len(residents.resident(delmas).relatives) == 2, "never saved")
        await hand.see("est enregistré")
    first, second = residents.resident(delmas).relatives
    assert (first.name, first.receives, second.name, second.receives) == ("DELMAS Rose", True, "DELMAS Yves", True)


async def test_the_policy_shows_at_once_who_receives(sit: Sit, office: Office) -> None:
    antoine = somebody("antoine")
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2", "enter", "pagedown", "pagedown", "pagedown")
        await hand.see("Qui la reçoit, et pourquoi", "luc.antoine@free.example (proche 1 « Fils »)")
        await hand.press("right", "right")
        await hand.see("tutelle seule", "seule la tutelle reçoit")
        await hand.press("pagedown")
        await hand.see("27/10/2026", "monique.antoine@orange.example")
        await hand.press("f2")
        await hand.until(
            lambda: residents.resident(antoine).billing == Billing(Policy.GUARDIAN_ONLY), "the policy was not saved"
        )


async def test_a_resident_is_added_and_leaves(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2", "a")
        await hand.see("Nouveau résident")
        await hand.type("ZOLA")
        await hand.press("tab")
        await hand.type("Rose")
        await hand.press("f2")
        await hand.see("ZOLA Rose est enregistré")
        zola = somebody("zola")
        await hand.press("d")
        await hand.see("Départ de ZOLA Rose", "Jour du départ")
        await hand.press(*["backspace"] * 10)
        await hand.type("1/2/26")
        await hand.press("enter")
        await hand.see("Départ du 01/02/2026 noté")
    assert residents.resident(zola).departure_date == date(2026, 2, 1)
    assert roll.counts(TODAY).left == 1


async def test_a_departure_being_noted_is_neither_given_up_nor_noted_twice(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    released = Event()
    save = People.save

    def slow(people: People, resident_id: int, *typed: Any) -> Any:
        begun.append(resident_id)
        released.wait(PATIENCE)
        return save(people, resident_id, *typed)

    monkeypatch.setattr(People, "save", slow)
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2", "d")
        await hand.see("Départ de ANTOINE Monique")
        await hand.press(*["backspace"] * 10, "enter")
        await hand.see("Saisissez le jour")
        await hand.type("1/2/26")
        await hand.press("enter")
        await hand.until(lambda: begun, "it was not begun")
        await hand.press("enter", "escape")
        await hand.see("Départ de ANTOINE Monique")
        released.set()
        await hand.see("Départ du 01/02/2026 noté")
    assert begun == [somebody("antoine")]


async def test_lists_and_a_person_s_data_are_written(sit: Sit, office: Office, home: Path) -> None:
    person = residents.resident(somebody("boucher"))
    residents.save_resident(replace(person, room="=1+1"))
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2", "x")
        await hand.see("Exporter 11 résidents")
        await hand.press("enter")
        await hand.see("Écrit dans")
        await hand.press("x", *["backspace"] * 60, "enter")
        await hand.see("Saisissez le chemin d’un fichier.")
        await hand.type("~/")
        await hand.press("enter")
        await hand.see("c’est un dossier")
        assert "écrase" not in hand.text
        await hand.press("escape", "/")
        await hand.type("boucher")
        await hand.press("enter", "X", "enter")
        await hand.until(lambda: found(home, "*.json"), "never written")
    (table,) = found(home, "*.csv")
    assert ";'=1+1;" in table.read_text(encoding="utf-8-sig")
    (data,) = found(home, "*.json")
    told = json.loads(data.read_text())
    assert told["resident"]["guardian"]["email"] == "udaf99@tutelle.example"
    assert [message["address"] for message in told["messages"]]
    assert data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_name": ""},
        {"entry_date": date(2026, 5, 1), "departure_date": date(2026, 4, 1)},
        {"code": "R1007"},
        {"home": "?"},
        {"guardian": Guardian(email="a@")},
        {"relatives": (Relative(""),)},
    ],
)
def test_a_card_that_contradicts_itself_is_refused(office: Office, wrong: dict[str, object]) -> None:
    caron = somebody("caron")
    card = cards.card(caron)
    assert cards.card(somebody("fabre")).code == "R1007"
    with pytest.raises(BadInput):
        office.people.save(caron, card, replace(card, **wrong), NOW)  # type: ignore[arg-type]
    assert cards.card(caron) == card


async def test_a_guardians_second_address_is_offered_as_a_relative(sit: Sit, office: Office) -> None:
    antoine = somebody("antoine")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "antoine")
        await hand.press("pagedown", "pagedown")
        await hand.see("Délégué", "Me ROY")
        await hand.press(*["tab"] * 9)
        await hand.type("; greffe.roy@mjpm.example")
        await hand.press("f2")
        await hand.see("Deux adresses", "nouveau proche")
        await hand.press("enter")
        await hand.until(lambda: len(residents.resident(antoine).relatives) == 2, "never saved")
        await hand.see("est enregistré")
    person = residents.resident(antoine)
    assert person.guardian is not None
    assert person.guardian.email == "etude.roy@mjpm.example"
    assert (person.relatives[1].email, person.relatives[1].receives) == ("greffe.roy@mjpm.example", False)


async def test_a_relatives_second_address_is_offered_as_another_relative(sit: Sit, office: Office) -> None:
    antoine = somebody("antoine")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "antoine")
        await at_relative(hand)
        await hand.press(*["tab"] * 7)
        await hand.type(", l.antoine@sfr.example")
        await hand.press("f2")
        await hand.see("nouveau proche")
        await hand.press("enter")
        await hand.see("F2 l’enregistre")
        await hand.press("f2")
        await hand.until(lambda: len(residents.resident(antoine).relatives) == 2, "never saved")
        await hand.see("est enregistré")
    first, second = residents.resident(antoine).relatives
    assert (first.email, second.email) == ("luc.antoine@free.example", "l.antoine@sfr.example")
    assert (second.name, second.link) == ("ANTOINE Luc", "Fils")


async def test_who_is_gone_for_long_is_erased_once_the_name_is_typed(sit: Sit, office: Office) -> None:
    noel, caron = somebody("fabre"), somebody("caron")
    with_dates = [(noel, date(2014, 3, 2)), (caron, date(2026, 3, 2))]
    for known, day in with_dates:
        residents.save_resident(replace(residents.resident(known), departure_date=day))
    execute("UPDATE document SET issued_on = '2014-03-31' WHERE resident_id = ?", noel)
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2", *"fffff", "/")
        await hand.type("caron")
        await hand.press("enter", "delete")
        await hand.see("depuis 10 ans")
        await hand.press("escape", "/", *["backspace"] * 5)
        await hand.type("fabre")
        await hand.press("enter", "delete")
        await hand.see("Effacer FABRE Noël", "Tapez le nom")
        await hand.type("fabri")
        await hand.press("enter")
        await hand.see("rien n’a été effacé")
        await hand.press("backspace")
        await hand.type("e")
        await hand.press("enter")
        await hand.see("Effacé")
    assert residents.resident(noel).last_name == f"Effacé {noel}"
    assert residents.resident(caron).last_name == "CARON"


async def test_a_second_address_that_looks_like_a_better_one_is_asked_about_too(sit: Sit, office: Office) -> None:
    antoine = somebody("antoine")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "antoine")
        await hand.press("pagedown", "pagedown")
        await hand.see("Délégué", "Me ROY")
        await hand.press(*["tab"] * 9)
        await hand.type("; greffe.roy@gmial.com")
        await hand.press("f2")
        await hand.see("Deux adresses", "nouveau proche")
        await hand.press("enter")
        await hand.see("Vouliez-vous une autre adresse", "greffe.roy@gmail.com")
        await hand.press("enter")
        await hand.until(lambda: len(residents.resident(antoine).relatives) == 2, "never saved")
        await hand.see("est enregistré")
    assert residents.resident(antoine).relatives[1].email == "greffe.roy@gmail.com"


async def test_a_relatives_second_address_one_letter_off_the_first_is_asked_about(sit: Sit, office: Office) -> None:
    antoine = somebody("antoine")
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "antoine")
        await at_relative(hand)
        await hand.press(*["tab"] * 7)
        await hand.type(", luc.antoin@free.example")
        await hand.press("f2")
        await hand.see("nouveau proche")
        await hand.press("enter")
        await hand.see("Vouliez-vous une autre adresse", "luc.antoine@free.example")
        await hand.press("escape")
        await hand.see("Libellé avant adresse")
    assert len(residents.resident(antoine).relatives) == 1


async def test_every_count_is_readable_at_80_columns_whatever_the_filter(sit: Sit, office: Office) -> None:
    person = residents.resident(somebody("delmas"))
    residents.save_resident(replace(person, emails=("anew@orange.example",)))
    address_notes.bounced(somebody("caron"), "old@orange.example", "boîte pleine", NOW)
    counts = roll.counts(NOW.date())
    assert counts.changed
    assert counts.bounced
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("2")
        for kind in ResidentFilter:
            await hand.see(
                *(f"{word} {getattr(counts, name)}" for word, name in COUNTED), f"Filtre : {filter_name(kind)}"
            )
            await hand.press("f")


async def test_a_store_that_fails_is_told_once_for_the_list_and_for_the_history(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand, "bernard")
        with monkeypatch.context() as patch:
            patch.setattr(cards, "deliveries", no_room)
            await hand.press("pageup")
            await hand.see("Le disque est plein.")
            await hand.press("escape", "home")
            assert not isinstance(hand.app.screen, BadNews)
        await hand.press("escape")
        with monkeypatch.context() as patch:
            patch.setattr(roll, "index", no_room)
            patch.setattr(roll, "counts", no_room)
            await hand.press("f")
            await hand.see("Le disque est plein.")
            await hand.press("escape")
            assert not isinstance(hand.app.screen, BadNews)
