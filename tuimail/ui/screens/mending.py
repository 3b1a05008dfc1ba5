"""From a line of the control before a send to the screen where what it says can be mended."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from tuimail.domain.mail import Mend
from tuimail.store import documents, structures
from tuimail.ui.desk import Desk


def mending_screen(desk: Desk, document_id: int, mend: Mend) -> Screen[Any] | None:
    """The resident's card, the structure's, or the PDFs that were brought; None where nothing of it would help."""
    document = documents.document(document_id)
    if mend is Mend.RESIDENT:
        from tuimail.ui.screens.resident import card_at_fault

        return card_at_fault(desk, document.resident_id)
    if mend is Mend.STRUCTURE:
        from tuimail.ui.screens.place_cards import structure_screen

        place = structures.structure(document.structure_id)
        (association,) = (each for each in structures.associations() if each.id == place.association_id)
        return structure_screen(desk, place, association)
    if mend is Mend.BROUGHT:
        from tuimail.ui.screens.brought import BroughtScreen

        return BroughtScreen(desk, document.period)
    return None
