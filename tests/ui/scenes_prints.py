"""The screens of documents made here or brought from elsewhere."""

from __future__ import annotations

from hand import Hand
from office_data import NOW, OCTOBER

from tuimail.domain.brought import Brought, BroughtState, Doubt
from tuimail.office import Office
from tuimail.store import brought, listing


def some_brought(office: Office) -> None:
    """A print run: one page is certain, one bears another's name, one is nobody's."""
    ids = {row.number: row.id for row in listing.rows(listing.index(OCTOBER).ids)}
    parts = (
        ("021", BroughtState.MATCHED, Doubt.NONE, ""),
        ("023", BroughtState.HELD, Doubt.NO_NAME, "CARON Lucie"),
        ("", BroughtState.HELD, Doubt.NO_NUMBER, ""),
        ("", BroughtState.HELD, Doubt.NO_TEXT, ""),
    )
    brought.take(
        [
            Brought(
                OCTOBER,
                "tirage.pdf",
                "0",
                (n,),
                f"brought/{n}.pdf",
                str(n),
                9000,
                state,
                doubt,
                detail,
                ids.get(number),
            )
            for n, (number, state, doubt, detail) in enumerate(parts, 1)
        ],
        office.owner,
        NOW,
    )


async def line_typed(hand: Hand) -> None:
    """A line being written in an invoice that was not sent."""
    await hand.press("/")
    await hand.type("021")
    await hand.press("enter", "enter", "w", "a")
    await hand.see("Nouvelle ligne")


async def edited(hand: Hand) -> None:
    """The invoice with that line."""
    await line_typed(hand)
    await hand.type("Coiffeur")
    await hand.press("tab", "tab")
    await hand.type("25")
    await hand.press("enter", "space")
    await hand.see("Coiffeur", "par mois")
