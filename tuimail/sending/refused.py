"""Which addresses of a document a send does without: superseded ones, and those that refused it and are unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tuimail.domain.i18n import _
from tuimail.domain.mail import DeliveryState
from tuimail.domain.recipients import Recipient
from tuimail.domain.standing import address_is_wrong, superseded
from tuimail.store.address_notes import AddressNote
from tuimail.store.standing import Tried


def settled(troubled: Mapping[int, Sequence[Tried]]) -> dict[tuple[int, str], DeliveryState]:
    """Document and address of what is settled without a message there, as if it had arrived: its reader has it."""
    return {
        (document_id, address): DeliveryState.SENT
        for document_id, tries in troubled.items()
        for address in superseded(tries)
    }


def still_wrong(
    recipients: Sequence[Recipient], tries: Iterable[Tried], known: Mapping[str, AddressNote]
) -> tuple[Recipient, ...]:
    """Those of `recipients` whose last word on this very document was that there is no such address.

    Not those that were changed, or took another message, since. `tries`: the document's, oldest first; `known`: the
    notes on the resident's addresses, by address in lower case.
    """
    last = {each.address: each for each in tries if each.state != DeliveryState.CANCELLED}

    def refuses(address: str) -> bool:
        each, note = last.get(address), known.get(address.casefold())
        refused = each is not None and each.state == DeliveryState.FAILED and address_is_wrong(each.code)
        return refused and note is not None and note.bounces

    return tuple(recipient for recipient in recipients if refuses(recipient.address))


def sentence(recipients: Sequence[Recipient]) -> str:
    """Why these are left out."""
    addresses = ", ".join(recipient.address for recipient in recipients)
    return _("{addresses}: refused, unchanged since: to be corrected").format(addresses=addresses)
