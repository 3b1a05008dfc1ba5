"""Which invoices `tuimail send` is about."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period
from tuimail.domain.places import Structure
from tuimail.store import documents, listing, structures

_MOST_ZEROS = 8


def selected_ids(args: Namespace, structure: Structure | None) -> list[int]:
    """The invoices that were named, or all of the month; raises BadInput for a number that is not one of them."""
    if not args.number:
        return list(listing.index(args.period, structure.id if structure else None, kind=args.kind).ids)
    numbers = list(dict.fromkeys(args.number))
    found = documents.find(numbers, args.period, args.kind)
    if structure:
        there = set(listing.index(args.period, structure.id, kind=args.kind).ids)
        found = {number: [i for i in ids if i in there] for number, ids in found.items()}
    return [_only(number, found[number], args.period) for number in numbers]


def _only(number: str, ids: Sequence[int], period: Period) -> int:
    if len(ids) == 1:
        return ids[0]
    if ids:
        names = {place.id: place.name for place in structures.structures(archived=True)}
        places = sorted(names[document.structure_id] for document in documents.documents(ids))
        raise BadInput(
            _("Several structures have an invoice {number} in {period}: {names}.").format(
                number=number, period=period.label(), names=", ".join(places)
            ),
            _("Say which with --structure."),
        )
    padded = documents.find([number.zfill(width) for width in range(len(number) + 1, _MOST_ZEROS + 1)], period)
    alike = [other for other, there in padded.items() if there]
    raise BadInput(
        _("There is no invoice {number} in {period}.").format(number=number, period=period.label()),
        _("Perhaps {numbers}: zeros count.").format(numbers=", ".join(alike))
        if alike
        else _("See their numbers: tuimail invoices --period {period}.").format(period=period),
    )
