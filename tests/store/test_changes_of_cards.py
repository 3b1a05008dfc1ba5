"""Two operators at the same card."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from builders import NOW, owner

from tuimail.domain.changes import Changed, conflicts, differences, merged
from tuimail.domain.errors import BadInput
from tuimail.store import journal
from tuimail.store.changes import Subject, save

pytestmark = pytest.mark.usefixtures("store", "english")

VIRGINIE, PAUL = replace(owner(), operator="virginie"), replace(owner(), operator="paul")


@dataclass(frozen=True)
class Place:
    city: str = "Nantes"


@dataclass(frozen=True)
class Card:
    phone: str = "01"
    name: str = "A"
    text: str = ""
    place: Place = Place()


LABELS = {"phone": "telephone", "name": "name", "text": "text", "place.city": "city"}
OPENED = Card()


class Shelf:
    """One row of a table."""

    def __init__(self) -> None:
        self.card: Card | None = OPENED
        self.subject = Subject("card", 1, "Saint-Éloi", LABELS, lambda: self.card, self._write)

    def _write(self, card: Card) -> None:
        self.card = card


def told() -> list[tuple[str, str]]:
    return [(event.operator, event.detail) for event in journal.events()]


def test_a_save_is_written_and_told_with_the_account() -> None:
    shelf = Shelf()
    typed = replace(OPENED, phone="02", place=Place("Rezé"))
    assert save(shelf.subject, OPENED, typed, VIRGINIE, NOW) == typed == shelf.card
    assert told() == [("virginie", "Saint-Éloi: telephone 01 → 02, city Nantes → Rezé")]


def test_what_changes_nothing_is_not_told() -> None:
    shelf = Shelf()
    save(shelf.subject, OPENED, OPENED, VIRGINIE, NOW)
    assert told() == []


def test_the_second_to_save_is_told_what_changed_and_by_whom_and_nothing_is_overwritten() -> None:
    shelf = Shelf()
    theirs = replace(OPENED, phone="02")
    save(shelf.subject, OPENED, theirs, VIRGINIE, NOW)
    mine = replace(OPENED, name="B")
    with pytest.raises(Changed) as caught:
        save(shelf.subject, OPENED, mine, PAUL, NOW)
    assert "virginie changed “Saint-Éloi” on" in caught.value.sentence
    assert caught.value.sentence.endswith("telephone 01 → 02.")
    assert (caught.value.theirs, shelf.card) == (theirs, theirs)
    assert [operator for operator, _detail in told()] == ["virginie"]
    joined = merged(OPENED, mine, theirs, LABELS)
    assert joined == replace(OPENED, phone="02", name="B")
    assert save(shelf.subject, theirs, joined, PAUL, NOW) == joined


def test_where_both_changed_the_same_field_mine_is_kept_and_theirs_can_be_shown() -> None:
    mine, theirs = replace(OPENED, phone="03", place=Place("Rezé")), replace(OPENED, phone="02", place=Place("Rezé"))
    (conflict,) = conflicts(OPENED, mine, theirs, LABELS)
    assert (conflict.path, conflict.before, conflict.after) == ("phone", "02", "03")
    assert merged(OPENED, mine, theirs, LABELS).phone == "03"


def test_both_typed_the_same_and_there_is_nothing_to_tell() -> None:
    shelf = Shelf()
    same = replace(OPENED, phone="02")
    save(shelf.subject, OPENED, same, VIRGINIE, NOW)
    assert save(shelf.subject, OPENED, same, PAUL, NOW) == same


def test_what_an_import_wrote_is_noticed_and_blamed_on_nobody() -> None:
    shelf = Shelf()
    saved = save(shelf.subject, OPENED, replace(OPENED, phone="02"), VIRGINIE, NOW)
    shelf.card = replace(saved, phone="04")
    with pytest.raises(Changed) as caught:
        save(shelf.subject, saved, replace(saved, name="B"), PAUL, NOW)
    assert caught.value.operator == ""
    assert caught.value.sentence == "Somebody else changed “Saint-Éloi” meanwhile: telephone 02 → 04."


def test_a_card_that_is_gone_cannot_be_saved() -> None:
    shelf = Shelf()
    shelf.card = None
    with pytest.raises(BadInput, match="removed meanwhile"):
        save(shelf.subject, OPENED, replace(OPENED, phone="02"), PAUL, NOW)


def test_a_long_text_is_named_and_not_repeated() -> None:
    (difference,) = differences(OPENED, replace(OPENED, text="a\nb"), LABELS)
    assert difference.sentence() == "text"
