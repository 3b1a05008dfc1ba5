"""Every message that was ever about a resident, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from tuimail.domain.i18n import _
from tuimail.domain.mail import Delivery, DeliveryState, Purpose
from tuimail.domain.periods import format_moment
from tuimail.domain.returns import Return, ReturnKind
from tuimail.ui.commands import bindings
from tuimail.ui.commands.residents import PAST
from tuimail.ui.look import STATE_COLOURS, signs
from tuimail.ui.widgets.relatives import CardList
from tuimail.ui.widgets.sentences import delivery_words
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn


class Past(CardList):
    """The list; Enter opens the invoice or the letter."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PAST)
    DEFAULT_CSS = """
    Past { height: 1fr; min-height: 8; margin: 0; }
    """

    class Opened(Message):
        """An invoice is to be looked at."""

        def __init__(self, document_id: int) -> None:
            super().__init__()
            self.document_id = document_id

    class Asked(Message):
        """All that is known of a message is to be looked at."""

        def __init__(self, delivery_id: int) -> None:
            super().__init__()
            self.delivery_id = delivery_id

    class LetterOpened(Message):
        """A letter is to be read."""

        def __init__(self, delivery: Delivery) -> None:
            super().__init__()
            self.delivery = delivery

    def __init__(self) -> None:
        super().__init__(cell_padding=0)
        self.told = False
        """Whether `tell` was called."""
        self._deliveries: Sequence[Delivery] = ()
        self._subjects: Mapping[int, str] = {}
        self._came_back: Mapping[int, Sequence[Return]] = {}

    def tell(
        self,
        deliveries: Sequence[Delivery],
        subjects: Mapping[int, str],
        came_back: Mapping[int, Sequence[Return]],
    ) -> None:
        """Show all of them: a resident has a few hundred at most.

        `subjects`: of the mailings that letters are of, by id; `came_back`: the reports on them, by message.
        """
        self.told = True
        self._deliveries, self._subjects, self._came_back = deliveries, subjects, came_back
        self.set_columns(
            (
                TableColumn("at", _("When"), 17, gap=1),
                TableColumn("number", _("No."), 7, gap=1),
                TableColumn("address", _("Address"), 28, gap=1, flexible=True),
                TableColumn("state", _("Last message"), 19),
            )
        )
        if self._deliveries:
            self.show_rows([(str(delivery.id), self._cells(delivery)) for delivery in self._deliveries], 0)
        else:
            self.show_rows([("", {"at": "", "number": None, "address": _("Nothing was sent yet."), "state": ""})], 0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be a message."""
        if action in ("open_invoice", "sendings"):
            return bool(self._deliveries)
        return super().check_action(action, parameters)

    def action_open_invoice(self) -> None:
        """Look at the invoice, or read the letter."""
        delivery = self._deliveries[self.cursor_row]
        letter = delivery.purpose is Purpose.LETTER
        self.post_message(self.LetterOpened(delivery) if letter else self.Opened(delivery.document_id))

    def action_sendings(self) -> None:
        """Look at what was sent, beginning with this message."""
        self.post_message(self.Asked(self._deliveries[self.cursor_row].id))

    def _cells(self, delivery: Delivery) -> Mapping[str, Cell]:
        came_back = self._came_back.get(delivery.id, ())
        words = delivery_words(delivery, came_back)
        bounced = any(one.kind is ReturnKind.BOUNCED for one in came_back)
        colour = STATE_COLOURS[DeliveryState.FAILED] if bounced else STATE_COLOURS.get(delivery.state)
        letter = delivery.purpose is Purpose.LETTER
        subject = self._subjects.get(delivery.mailing_id, "")
        return {
            "at": format_moment(delivery.updated_at, year=True) if delivery.updated_at else "",
            "number": _("letter") if letter else delivery.number,
            "address": f"{delivery.address} {signs().dot} {subject}" if letter else delivery.address,
            "state": Styled(words, colour) if colour else words,
        }
