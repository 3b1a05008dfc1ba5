"""The screens of what was cut, what waits and what is uncertain."""

from __future__ import annotations

from datetime import timedelta

from office_data import NOW
from scenes import Scene, interrupted, keys, then

from tuimail.office import Office
from tuimail.store import journal, seen


def _away(office: Office) -> None:
    seen.mark(office.owner.operator, journal.newest() - 2, NOW - timedelta(hours=2))
    interrupted(office)


SCENES = {
    "away": Scene(keys(see="Depuis votre passage"), prepare=_away),
    "unsettled": Scene(keys("U", see="Incertains 1")),
    "unsettled-none": Scene(keys("U", "f", see="Aucun message")),
    "decide": Scene(then(keys("U", see="Incertains 1"), keys("r", see="en recevra un deuxième"))),
    "imap": Scene(then(keys("U", see="Incertains 1"), keys("I", see="Dossier envoyés"))),
    "journal-verify": Scene(then(keys("4", see="lignes"), keys("V", see="Le journal est entier"))),
    "journal-export": Scene(then(keys("4", see="lignes"), keys("x", see="Pour un tableur"))),
}
"""By name."""
