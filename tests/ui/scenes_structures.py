"""The tree of places and its cards."""

from __future__ import annotations

from dataclasses import replace

from hand import Hand
from office_data import NOW
from scenes import Act, Scene, keys

from tuimail.domain.places import VatRegime
from tuimail.office import Office
from tuimail.store import structures
from tuimail.store.settings import change_sender
from tuimail.store.tree import add_structure, archive
from tuimail.ui.screens.form import FormScreen


def _grown(office: Office) -> None:
    first, other = structures.structures()
    by = (office.owner, NOW)
    unit = add_structure("Unité protégée Les Glycines", first.association_id, first.id, *by)
    add_structure("Accueil de jour", first.association_id, unit.id, *by)
    archive(add_structure("Ancien foyer", first.association_id, other.id, *by).id, *by)
    structures.save_structure(
        replace(
            first,
            legal_name="Association Les Tilleuls",
            phone="02 40 12 34 56",
            siret="73282932000074",
            finess="750712184",
            iban="FR7630006000011234567890189",
            vat_regime=VatRegime.EXEMPT,
            sender=replace(first.sender, reply_to="accueil@st-eloi.example", receipt=True),
        )
    )


def _field(hand: Hand) -> str:
    screen = hand.app.screen
    current = screen.form.current if isinstance(screen, FormScreen) else None
    return current.path if current else ""


def _typed(*pressed: str, text: str, then: tuple[str, ...], see: str) -> Act:
    async def act(hand: Hand) -> None:
        await hand.press("3", "down", "enter")
        for key in pressed:
            before = _field(hand)
            await hand.press(key)
            await hand.until(lambda before=before: _field(hand) not in ("", before), f"{key} went nowhere")
        await hand.paste(text)
        await hand.press(*then)
        await hand.see(see)

    return act


async def _second(hand: Hand) -> None:
    await hand.press("3", "down", "enter", "pageup")
    place = structures.structures()[1]
    assert place.sender.name == "Virginie Dubois"
    paul = replace(hand.app.desk.office.owner, operator="paul")
    change_sender(place.id, replace(place.sender, name="Paul Martin", receipt=False), paul, NOW)
    await hand.type(" B.")
    await hand.press("f2")
    await hand.see("paul a modifié")


async def _second_joined(hand: Hand) -> None:
    await _second(hand)
    await hand.press("escape")
    await hand.see("paul a mis")


SCENES = {
    "tree": Scene(keys("3", "down", see="FINESS"), _grown),
    "tree-archived": Scene(keys("3", "f", "end", see="(archivée)"), _grown),
    "tree-empty": Scene(keys("3", see="A en ajoute une"), empty=True),
    "tree-move": Scene(keys("3", "down", "down", "m", see="Ranger"), _grown),
    "tree-archive": Scene(keys("3", "down", "z", see="au-dessous"), _grown),
    "place-identity": Scene(
        _typed("down", "down", "down", "down", "down", "down", "down", text="1", then=("tab",), see="! Un SIRET"),
        _grown,
    ),
    "place-billing": Scene(keys("3", "down", "enter", "pagedown", "down", "down", "down", see="BIC"), _grown),
    "place-vat": Scene(keys("3", "down", "enter", "pagedown", "pagedown", see="Exonération"), _grown),
    "place-mail": Scene(_typed("pageup", *["down"] * 7, text="Bonjour &per", then=(), see="Tab complète"), _grown),
    "place-misspelt": Scene(
        _typed(
            "pageup",
            *["down"] * 7,
            text="Pour &personnes ",
            then=("f2",),
            see="n’est pas un mot-clé",
        ),
        _grown,
    ),
    "place-changed": Scene(_second, _grown),
    "place-joined": Scene(_second_joined, _grown),
    "association-card": Scene(keys("3", "enter", "pagedown", see="Aperçu"), _grown),
}
