"""Cards: fields in tabs, what is wrong said at the field, and two operators at the same one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Event

import pytest
from hand import Hand, Sit, no_room

from tuimail.domain.errors import BadInput
from tuimail.office import Office
from tuimail.store import journal
from tuimail.store.changes import Subject, save
from tuimail.ui.screens.form import FormScreen
from tuimail.ui.widgets.entry import ChoiceEntry, TextEntry, TickEntry
from tuimail.ui.widgets.form import Tab


@dataclass(frozen=True)
class Place:
    city: str = "Nantes"


@dataclass(frozen=True)
class State:
    phone: str = "01"
    name: str = "A"
    receipt: bool = False
    regime: str = "none"
    place: Place = field(default_factory=Place)


LABELS = {"phone": "téléphone", "name": "nom", "receipt": "accusé", "regime": "régime", "place.city": "ville"}


def _digits(text: str) -> str:
    if not text.isdigit():
        raise BadInput("Ce n’est pas un numéro.", "Donnez des chiffres.")
    return text


class Shelf:
    """The row that the card is about."""

    def __init__(self) -> None:
        self.state = State()
        self.subject = Subject("card", 1, "Saint-Éloi", LABELS, lambda: self.state, self._write)
        self.answers: list[State | None] = []
        self.begins, self.goes_on = Event(), Event()
        self.goes_on.set()
        self.full = False

    def _write(self, state: State) -> None:
        self.begins.set()
        self.goes_on.wait(10)
        if self.full:
            no_room()
        self.state = state

    async def open(self, hand: Hand) -> FormScreen:
        tabs = (
            Tab("Identité", [TextEntry("name", "Nom"), TextEntry("phone", "Téléphone", parse=_digits)]),
            Tab(
                "Autre",
                [
                    TextEntry("place.city", "Ville"),
                    TickEntry("receipt", "Accusé"),
                    ChoiceEntry("regime", "Régime", (("none", "aucun"), ("all", "tous"))),
                ],
            ),
        )
        screen = FormScreen(hand.app.desk, self.subject, ["Saint-Éloi"], tabs, self.state)
        hand.app.push_screen(screen, self.answers.append)
        await hand.see("Identité", "Téléphone")
        return screen


async def test_every_kind_of_field_is_typed_and_saved_by_keys(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        await shelf.open(hand)
        await hand.type("B?q1")
        await hand.press("enter", "tab")
        await hand.see("Ville")
        await hand.press("backspace", "tab", "space", "tab", "right", "f2")
        await hand.until(lambda: shelf.answers, "never saved")
    expected = State(name="AB?q1", receipt=True, regime="all", place=Place("Nante"))
    assert shelf.answers == [expected]
    assert shelf.state == expected
    (line,) = [event.detail for event in journal.events(last=1)]
    assert (
        line.replace("\u00a0", " ")
        == "Saint-Éloi : nom A → AB?q1, accusé non → oui, régime none → all, ville Nantes → Nante"
    )


async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_saved(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        screen = await shelf.open(hand)
        await hand.press("tab")
        await hand.type("x")
        await hand.press("pagedown", "f2")
        await hand.see("! Ce n’est pas un numéro. Donnez des chiffres.", "Non enregistré")
        assert screen.form.current is screen.form.entry("phone")
        assert shelf.state == State()
        await hand.press("backspace", "tab")
        await hand.see("Ville")
        assert not screen.unsaved


async def test_leaving_what_is_not_saved_is_asked_about(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        screen = await shelf.open(hand)
        await hand.type("B")
        await hand.press("escape")
        await hand.see("n’est pas enregistré")
        await hand.press("escape")
        assert hand.app.screen is screen
        assert screen.form.entry("name").text == "AB"
        await hand.press("escape", "n")
        assert (shelf.answers, shelf.state) == ([None], State())
        await shelf.open(hand)
        await hand.press("escape")
        assert shelf.answers == [None, None]


async def test_leaving_can_save(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        await shelf.open(hand)
        await hand.type("B")
        await hand.press("escape", "enter")
        await hand.until(lambda: shelf.answers, "never saved")
        assert shelf.state.name == "AB"


async def test_quitting_with_something_typed_asks_too(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await Shelf().open(hand)
        await hand.type("B")
        await hand.press("ctrl+q")
        await hand.see("n’est pas enregistré")


async def test_nothing_is_typed_into_a_card_while_it_is_saved(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        screen = await shelf.open(hand)
        shelf.goes_on.clear()
        await hand.type("B")
        await hand.press("f2")
        await hand.until(shelf.begins.is_set, "never saved")
        await hand.press("C", "tab", "9", "pagedown", "space", "f2", "escape", "ctrl+q")
        await hand.paste("D")
        await hand.pilot.click(screen.form.entry("name").control)
        await hand.type("E")
        await hand.see("Un instant…")
        await hand.see_no("Échap")
        assert hand.app.screen is screen
        assert (screen.form.here, screen.form.entry("name").text, screen.form.entry("phone").text) == (0, "AB", "01")
        shelf.goes_on.set()
        await hand.until(lambda: shelf.answers, "never closed")
    assert shelf.answers == [replace(State(), name="AB")]


@pytest.mark.parametrize(("keys", "path"), [(("tab",), "phone"), (("pagedown", "tab"), "receipt")])
async def test_a_card_that_could_not_be_saved_is_typed_in_where_one_was(
    sit: Sit, office: Office, keys: tuple[str, ...], path: str
) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        screen = await shelf.open(hand)
        await hand.type("B")
        await hand.press(*keys)
        shelf.goes_on.clear()
        shelf.full = True
        await hand.press("f2")
        await hand.see("Un instant…")
        assert screen.form.current is None
        shelf.goes_on.set()
        await hand.see("Non enregistré", "Le disque est plein.")
        await hand.press("escape")
        await hand.until(lambda: hand.app.screen is screen, "still told")
        assert screen.form.current is screen.form.entry(path)
        await hand.see("F2 enregistrer", "Échap revenir")
        assert "Un instant…" not in hand.text
        shelf.full = False
        await hand.press("f2")
        await hand.until(lambda: shelf.answers, "never saved")
    assert shelf.state.name == "AB"


async def test_the_second_to_save_is_told_and_loses_nothing(sit: Sit, office: Office) -> None:
    async with sit(office, size=(80, 24)) as hand:
        shelf = Shelf()
        screen = await shelf.open(hand)
        other = replace(office.owner, operator="paul")
        theirs = replace(State(), phone="02", name="C")
        save(shelf.subject, State(), theirs, other, hand.app.desk.now())
        await hand.type("B")
        await hand.press("f2")
        await hand.see("paul a modifié « Saint-Éloi »", "téléphone 01 → 02, nom A")
        assert shelf.state == theirs
        await hand.press("escape")
        await hand.see("paul a mis : C")
        assert (screen.form.entry("name").text, screen.form.entry("phone").text) == ("AB", "02")
        await hand.press("f2")
        await hand.until(lambda: shelf.answers, "never saved")
        assert shelf.state == replace(theirs, name="AB")
