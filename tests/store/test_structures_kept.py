from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from tuimail.domain.errors import StoreError
from tuimail.domain.places import FacturX, PostalAddress, Sender, Structure, VatRegime
from tuimail.store.structures import (
    add_association,
    associations,
    rename_association,
    save_structure,
    structure,
    structures,
)

pytestmark = pytest.mark.usefixtures("store")

FULL = Structure(
    name="EHPAD Saint-Éloi", association_id=1, parent_id=None, legal_name="Association Les Tilleuls",
    address=PostalAddress(("Bâtiment B", "1 rue des Tilleuls"), "35000", "Rennes"), phone="02 99 00 00 00",
    email="accueil@st-eloi.example", siret="1", finess="2", iban="3", bic="4", payment_terms="À réception",
    due_day=5,
    number_prefix="F-",
    next_number=12,
    vat_regime=VatRegime.EXEMPT,
    logo="0a1b-logo.png",
    factur_x=FacturX.BASIC,
    due_days=10, legal_text="Mention",
    sender=Sender(
        "Virginie Dubois", "compta@st-eloi.example", "reponse@st-eloi.example", True, "Objet", "Texte\nlong",
        "copie@st-eloi.example",
        html=True,
    ),
)  # fmt: skip


def test_a_structure_comes_back_as_it_was_saved() -> None:
    association = add_association("Les Tilleuls")
    saved = save_structure(replace(FULL, association_id=association.id))
    assert all(getattr(saved.sender, f.name) for f in fields(saved.sender))
    assert all(getattr(saved, f.name) for f in fields(saved) if f.name not in ("parent_id", "archived"))
    assert structure(saved.id) == saved == replace(FULL, association_id=association.id, id=saved.id)


def test_a_structure_of_hardly_anything_comes_back_so() -> None:
    association = add_association("Les Tilleuls")
    saved = save_structure(Structure("S", association.id))
    assert structure(saved.id) == Structure("S", association.id, id=saved.id)


def test_changing_a_structure_replaces_what_it_was() -> None:
    association = add_association("Les Tilleuls")
    saved = save_structure(replace(FULL, association_id=association.id))
    changed = Structure("Autre nom", association.id, id=saved.id)
    assert save_structure(changed) == changed
    assert structures() == [changed]


def test_structures_stand_below_others() -> None:
    association = add_association("Les Tilleuls")
    above = save_structure(Structure("Pôle", association.id))
    below = save_structure(Structure("Accueil de jour", association.id, parent_id=above.id))
    assert structure(below.id).parent_id == above.id


def test_lists_are_by_name_whatever_accents_and_case() -> None:
    one, two = add_association("Zèbre"), add_association("écureuil")
    assert associations() == [two, one]
    for name, owner in (("Zoé", one), ("Érable", one), ("eau", one), ("Autre", two)):
        save_structure(Structure(name, owner.id))
    assert [s.name for s in structures()] == ["Autre", "eau", "Érable", "Zoé"]
    assert [s.name for s in structures(one.id)] == ["eau", "Érable", "Zoé"]


def test_a_sender_is_set_without_touching_the_rest() -> None:
    association = add_association("Les Tilleuls")
    saved = save_structure(replace(FULL, association_id=association.id))
    sender = Sender("Autre", "autre@st-eloi.example")
    save_structure(replace(saved, sender=sender))
    assert structure(saved.id) == replace(saved, sender=sender)


def test_an_association_can_be_renamed() -> None:
    association = add_association("Tilleul")
    rename_association(association.id, "Les Tilleuls")
    assert associations() == [replace(association, name="Les Tilleuls")]


@pytest.mark.usefixtures("english")
def test_two_structures_of_an_association_cannot_have_one_name() -> None:
    one, two = add_association("A"), add_association("B")
    save_structure(Structure("S", one.id))
    save_structure(Structure("S", two.id))
    with pytest.raises(StoreError, match="UNIQUE"):
        save_structure(Structure("S", one.id))


def test_a_structure_needs_its_association(store: Path) -> None:
    with pytest.raises(StoreError):
        save_structure(Structure("S", 99))
    assert structures() == []
