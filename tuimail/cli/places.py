"""Associations and structures by the names that are typed."""

from __future__ import annotations

from collections.abc import Sequence

from tuimail.domain.errors import BadInput, NotSettled
from tuimail.domain.i18n import _
from tuimail.domain.places import Association, Structure
from tuimail.domain.text import clean, fold
from tuimail.store import structures


def structure_named(text: str) -> Structure:
    """The structure of that name: exactly, else whatever the accents and capitals, else the only one it begins.

    Raises NotSettled where there is no structure, BadInput where none or several answer.
    """
    known = structures.structures()
    if not known:
        raise NotSettled(_("There is no structure yet."), _("Import residents or invoices first: tuimail import FILE."))
    wanted = clean(text)
    for found in (
        [s for s in known if s.name == wanted],
        [s for s in known if fold(s.name) == fold(wanted)],
        [s for s in known if fold(s.name).startswith(fold(wanted))] if wanted else [],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(
                _("“{name}” may be {names}.").format(name=wanted, names=_names(found)), _("Write more of the name.")
            )
    raise BadInput(
        _("There is no structure “{name}”.").format(name=wanted),
        _("Choose among: {names}.").format(names=_names(known)),
    )


def association_named(text: str | None) -> Association:
    """The association that is meant, new (`id` 0) or renamed where the only one has no name of its own yet.

    Raises BadInput where that is unclear. Nothing is stored here.
    """
    known = structures.associations()
    unnamed = _("Association")
    if text is None:
        if len(known) > 1:
            raise BadInput(
                _("There are several associations: {names}.").format(names=_names(known)),
                _("Say which with --association."),
            )
        return known[0] if known else Association(unnamed)
    wanted = clean(text)
    if not wanted or not wanted.isprintable():
        raise BadInput(_("The association has no name that can be used."), _("Write it on one line."))
    same = [a for a in known if fold(a.name) == fold(wanted)]
    if same:
        return same[0]
    if not known:
        return Association(wanted)
    if len(known) == 1 and known[0].name == unnamed:
        return Association(wanted, known[0].id)
    raise BadInput(
        _("There is no association “{name}”.").format(name=wanted),
        _("Choose among: {names}.").format(names=_names(known)),
    )


def kept_association(association: Association) -> int:
    """Store it if it is new or renamed; answers its id. Call inside a transaction."""
    if not association.id:
        return structures.add_association(association.name).id
    if association not in structures.associations():
        structures.rename_association(association.id, association.name)
    return association.id


def _names(found: Sequence[Association | Structure]) -> str:
    return ", ".join(sorted({_("“{name}”").format(name=place.name) for place in found}))
