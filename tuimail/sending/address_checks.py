"""What is worth a look about the addresses of a send, in sentences. None of it keeps a message back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tuimail.domain.i18n import _
from tuimail.domain.lookalikes import lookalike
from tuimail.domain.people import Role
from tuimail.domain.periods import format_moment
from tuimail.domain.recipients import Recipient
from tuimail.store.address_notes import AddressNote


def noted(
    recipients: Sequence[Recipient], known: Mapping[str, AddressNote], family: Sequence[str] = ()
) -> Iterator[str]:
    """Addresses that came back, that nothing has reached since they were typed anew, that look like a slip.

    `known`: the notes on the resident's addresses, by address in lower case; `family`: those addresses, which one
    that was typed for this send may have been meant to be.
    """
    for recipient in recipients:
        address = recipient.address
        note = known.get(address.casefold())
        if note is not None and note.bounces and note.bounced_at:
            yield _("{address} came back on {moment}").format(address=address, moment=format_moment(note.bounced_at))
        elif note is not None and note.unproven and note.changed_at:
            yield _("{address} changed on {moment}").format(address=address, moment=format_moment(note.changed_at))
        if (note is None or note.succeeded_at is None) and (
            meant := lookalike(address, family if recipient.role is Role.OTHER else ())
        ):
            yield _("{address} looks like a slip: {other}?").format(address=address, other=meant)
