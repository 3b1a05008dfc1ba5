"""What every screen works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tuimail.domain.away import Away
from tuimail.domain.billing import Attachment
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.received import ReceivedBox
from tuimail.store import structures
from tuimail.ui.attached import Attached
from tuimail.ui.continuing import Continuing
from tuimail.ui.sending import Sending

if TYPE_CHECKING:
    from tuimail.office import Office

TO_ALL = 0
"""In place of a document's id: with every message."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along with the next send."""

    document_id: int
    """The invoice it goes with, or `TO_ALL`."""
    invoice: str
    """That invoice's number and resident, for people; empty for all."""
    attachment: Attachment


@dataclass
class Desk:
    """The office with what this operator has at hand."""

    office: Office
    sending: Sending
    demo: ReceivedBox | None
    """The demonstration's received mail; None outside the demonstration."""
    now: Callable[[], datetime]
    attached: Attached
    """The send of another session, if there is one."""
    continuing: Continuing
    """What goes on by itself."""
    enclosed: list[Enclosure] = field(default_factory=list)
    away: Away | None = None
    """What happened while this operator was away, as it was told at the start."""
    end_was_read: bool = True
    """Whether the operator has put the counts of the last send away, in whichever place."""

    def going_with(self, document_ids: Sequence[int]) -> list[Enclosure]:
        """The files that go along when these documents are sent."""
        ids = {TO_ALL, *document_ids}
        return [enclosure for enclosure in self.enclosed if enclosure.document_id in ids]

    def going_alone(self, document_id: int) -> list[Enclosure]:
        """The files that go along when this document is sent by itself: not what waits for the next send to all."""
        return [enclosure for enclosure in self.enclosed if enclosure.document_id == document_id]

    def forget(self, gone: Sequence[Enclosure]) -> None:
        """They went with a send: the next one goes without."""
        self.enclosed = [enclosure for enclosure in self.enclosed if enclosure not in gone]

    @property
    def waiting_files(self) -> str:
        """What is attached and has not gone with any send; it is kept in memory alone."""
        count = len(self.enclosed)
        sentence = ngettext(
            "{n} file is attached and not yet sent: {names}.",
            "{n} files are attached and not yet sent: {names}.",
            count,
        )
        return sentence.format(names=", ".join(enclosure.attachment.name for enclosure in self.enclosed))

    def path(self, structure_id: int | None = None) -> list[str]:
        """Where one is, for the title: the association, then the structure if there is one to tell."""
        places = [place for place in structures.structures(archived=True) if structure_id in (None, place.id)]
        owners = {place.association_id for place in places}
        found = [a.name for a in structures.associations() if len(owners) <= 1 and (not owners or a.id in owners)][:1]
        return [*found, _("all homes")] if len(places) > 1 else found + [place.name for place in places]
