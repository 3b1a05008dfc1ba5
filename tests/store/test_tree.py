"""The tree of associations and structures: added to, moved about in, archived, and never robbed of an invoice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import NOW, home, owner

from tuimail.domain.changes import Changed
from tuimail.domain.errors import BadInput
from tuimail.domain.places import Association, Sender, Structure
from tuimail.store import documents, journal, structures
from tuimail.store.changes import save
from tuimail.store.settings import change_association, change_sender
from tuimail.store.tree import (
    add_association,
    add_structure,
    archive,
    association_card,
    branch,
    move,
    remove_association,
    remove_structure,
    structure_card,
    unarchive,
)

pytestmark = pytest.mark.usefixtures("store", "english")

BY = (owner(), NOW)


def told() -> list[str]:
    return [event.detail for event in journal.events() if event.operator == "virginie"]


def add(name: str, association: Association, below: Structure | None = None) -> Structure:
    return add_structure(name, association.id, below.id if below else None, *BY)


def names(*, archived: bool = False) -> list[str]:
    return [place.name for place in structures.structures(archived=archived)]


@pytest.fixture
def tree() -> tuple[Association, Structure, Structure, Structure]:
    """An association with a structure, one below it, and one below that."""
    association = add_association(" Les Tilleuls ", *BY)
    first = add("EHPAD", association)
    second = add("Unité A", association, first)
    return association, first, second, add("Étage 2", association, second)


Tree = tuple[Association, Structure, Structure, Structure]


def test_places_are_added_at_any_depth_and_told(tree: Tree) -> None:
    association, first, second, third = tree
    assert (association.name, third.parent_id, second.parent_id, first.parent_id) == (
        "Les Tilleuls", second.id, first.id, None
    )  # fmt: skip
    assert told() == [
        "Les Tilleuls: added",
        "EHPAD: added below Les Tilleuls",
        "Unité A: added below EHPAD",
        "Étage 2: added below Unité A",
    ]


@pytest.mark.parametrize(
    ("name", "why"), [("ehpad", "already"), (" ", "empty"), ("a\nb", "line break"), ("x" * 121, "long")]
)
def test_a_name_that_cannot_be_is_refused(tree: Tree, name: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        add(name, tree[0])
    if why != "already":
        with pytest.raises(BadInput, match=why):
            add_association(name, *BY)
    with pytest.raises(BadInput, match="already"):
        add_association("les tilleuls", *BY)


def test_a_branch_moves_with_all_that_is_below_it(tree: Tree) -> None:
    association, first, second, third = tree
    other = add_association("Autre", *BY)
    move(second.id, other.id, None, *BY)
    assert structures.structure(second.id) == replace(second, association_id=other.id, parent_id=None)
    assert structures.structure(third.id).association_id == other.id
    assert told()[-1] == "Unité A: moved from EHPAD to Autre"
    move(second.id, other.id, None, *BY)
    assert told()[-1] == "Unité A: moved from EHPAD to Autre"
    assert [place.name for place in branch(first.id)] == ["EHPAD"]
    assert association.id == first.association_id


def test_nothing_moves_below_itself_or_beside_its_namesake(tree: Tree) -> None:
    association, first, _second, third = tree
    with pytest.raises(BadInput, match="below itself"):
        move(first.id, association.id, third.id, *BY)
    other = add_association("Autre", *BY)
    add("Étage 2", other)
    with pytest.raises(BadInput, match="already"):
        move(first.id, other.id, None, *BY)
    assert structures.structure(first.id) == first


def test_what_is_archived_is_offered_no_more_with_all_below_it_and_comes_back_with_all_above_it(tree: Tree) -> None:
    association, first, second, third = tree
    archive(second.id, *BY)
    assert names() == ["EHPAD"]
    assert names(archived=True) == ["EHPAD", "Étage 2", "Unité A"]
    assert structures.structure(third.id).archived
    with pytest.raises(BadInput, match="archived home “Unité A”"):
        add("Unité A", association, first)
    unarchive(third.id, *BY)
    assert names() == ["EHPAD", "Étage 2", "Unité A"]
    assert told()[-4:] == [
        "Unité A: archived",
        "Étage 2: archived",
        "Étage 2: taken out of the archive",
        "Unité A: taken out of the archive",
    ]


def test_an_archived_structure_keeps_its_invoices() -> None:
    house = home(2)
    archive(house.structure.id, *BY)
    assert names() == []
    assert len(documents.documents([d.id for d in house.documents])) == 2


def test_only_what_is_empty_can_be_removed(tree: Tree) -> None:
    association, first, _second, third = tree
    house = home(2)
    with pytest.raises(BadInput, match="2 invoices, 2 residents"):
        remove_structure(house.structure.id, *BY)
    with pytest.raises(BadInput, match="1 home below it"):
        remove_structure(first.id, *BY)
    with pytest.raises(BadInput, match="3 homes below it"):
        remove_association(association.id, *BY)
    with pytest.raises(BadInput, match="1 mail account"):
        remove_association(house.association.id, *BY)
    remove_structure(third.id, *BY)
    assert structures.structure_if_there(third.id) is None
    empty = add_association("Vide", *BY)
    remove_association(empty.id, *BY)
    assert structures.association(empty.id) is None
    assert told()[-1] == "Vide: removed"


def test_a_card_saved_by_two_tells_the_second_even_across_the_command_line(tree: Tree) -> None:
    _association, first, *_ = tree
    change_sender(first.id, Sender("Virginie", "v@x.example"), replace(owner(), operator="paul"), NOW)
    with pytest.raises(Changed, match="paul changed “EHPAD”") as caught:
        save(structure_card(first), first, replace(first, phone="02 40"), *BY)
    joined = replace(caught.value.theirs, phone="02 40")
    assert save(structure_card(first), caught.value.theirs, joined, *BY) == joined


def test_moving_a_place_is_no_change_of_its_card(tree: Tree) -> None:
    association, first, second, _third = tree
    move(second.id, association.id, None, *BY)
    saved = save(structure_card(second), second, replace(second, phone="02 40"), *BY)
    assert (saved.phone, saved.parent_id) == ("02 40", None)
    assert first.id != second.id


def test_a_default_text_is_kept_and_told(tree: Tree) -> None:
    association = tree[0]
    changed = replace(association, subject="Facture <NUMFACT>", body="Bonjour\n")
    assert change_association(changed, *BY) == changed == structures.association(association.id)
    assert told()[-1] == "Les Tilleuls: subject Facture <NUMFACT>, text"


def test_a_card_does_not_take_the_name_of_another_place(tree: Tree) -> None:
    association, first, second, _third = tree
    with pytest.raises(BadInput, match="already"):
        save(structure_card(second), second, replace(second, name="Ehpad"), *BY)
    other = add_association("Autre", *BY)
    with pytest.raises(BadInput, match="already"):
        save(association_card(other.id, "Autre"), other, replace(other, name=association.name), *BY)
    assert structures.structure(first.id) == first
