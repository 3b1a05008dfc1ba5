"""The screens of what was sent, and of a single invoice by another way."""

from __future__ import annotations

from scenes import Scene, keys, then

SCENES = {
    "sendings": Scene(then(keys("down", "down", "enter", see="Facture 022"), keys("h", see="2 messages"))),
    "resend-draft": Scene(then(keys("down", "r", see="Par :"), keys("m", see="un brouillon"))),
}
"""By name."""
