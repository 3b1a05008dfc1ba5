"""Documents that somebody has, or may yet get, as they stand: by mail, on paper, or handed to another program."""

from __future__ import annotations

from collections.abc import Sequence

from tuimail.domain.i18n import _
from tuimail.domain.month_end import Outcome
from tuimail.domain.periods import format_day
from tuimail.store.dispositions import dispositions
from tuimail.store.documents import COMMITTED
from tuimail.store.pinned import How, pinned
from tuimail.store.residents import CHUNK
from tuimail.store.tables.billing import DocumentRow


def committed(document_ids: Sequence[int]) -> dict[int, str]:
    """Of these documents, those whose content must stay, each with the reason as the end of a sentence.

    What was marked as posted, and is not any more, is free again; what was handed over never is.
    """
    found: dict[int, str] = {}
    for start in range(0, len(document_ids), CHUNK):
        query = DocumentRow.select(DocumentRow.id).where(
            DocumentRow.id.in_(list(document_ids[start : start + CHUNK]))
            & DocumentRow.state.in_([str(state) for state in COMMITTED])
        )
        found |= {key: _("it was sent, or is about to be") for (key,) in query.tuples()}
    for key, decision in dispositions(document_ids).items():
        if decision.outcome is Outcome.POSTED:
            found.setdefault(key, _("it was posted on {day}").format(day=format_day(decision.on)))
    for key in pinned(document_ids, How.HANDED_OVER):
        found.setdefault(key, _("it was handed over, as a draft or to another program"))
    return found
