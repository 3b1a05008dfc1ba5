"""What an operator would lose of a selection that is put together by hand."""

from __future__ import annotations

from collections.abc import Iterable

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mailing import Selection


def lost(before: Selection, after: Selection, again: Iterable[Selection]) -> list[str]:
    """What going on from `after` would lose, in sentences; none where nothing is.

    `again`: selections that one key brings back. A single person is chosen again as easily.
    """
    sentences = []
    chosen = set(before.chosen)
    gone = chosen - set(after.chosen)
    if len(gone) > 1 and not any(set(known.chosen) == chosen for known in again):
        sentences += [
            ngettext("{n} person is taken out.", "{n} people are taken out.", len(gone)),
            _("Esc, then l: keep them as a list first."),
        ]
    own = before.criteria.own.strip()
    if own and own != after.criteria.own.strip():
        sentences.append(_("Your own filter is forgotten: {text}").format(text=own))
    return sentences
