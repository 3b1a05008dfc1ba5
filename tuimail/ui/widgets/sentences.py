"""Sentences about one invoice, a file or a length of time, as the screens say them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tuimail.domain.concerns import concerns
from tuimail.domain.i18n import _, language
from tuimail.domain.listing import InvoiceRow
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_moment
from tuimail.domain.recipients import Recipient, decide
from tuimail.domain.returns import Return, ReturnKind
from tuimail.domain.sizes import size_words
from tuimail.domain.words import delivery_word
from tuimail.ui.look import signs


def about(row: InvoiceRow, resident: Resident, enclosed: Sequence[str] = ()) -> list[str]:
    """Everything that the line of an invoice stands for: who, what is wrong, who receives and why, who does not."""
    decision = decide(resident)
    who = f"{row.number} {row.resident}"
    if row.room:
        who = _("{who}, room {room}").format(who=who, room=row.room)
    parts = [who]
    if enclosed:
        parts.append(_("attached: {files}").format(files=", ".join(enclosed)))
    if row.problem and (row.decided or decision.recipients or not decision.left_out):
        parts.append(row.problem)
    parts += [concern.sentence for concern in concerns(resident)]
    parts += [receives(recipient) for recipient in decision.recipients]
    if not decision.recipients:
        parts.append(_("nobody receives it"))
    parts += [is_left_out(person) for person in decision.left_out]
    return parts


def receives(recipient: Recipient) -> str:
    """`paul.bernard@orange.exemple (résident)`."""
    return f"{recipient.address} ({recipient.sentence()})"


def is_left_out(person: Recipient) -> str:
    """`proche 1 « Fille » : non coché`, with the address or the name where one is known."""
    known = person.address or person.name
    return f"{known} ({person.sentence()})" if known else person.sentence()


def packed(parts: Sequence[str], width: int, lines: int) -> list[str]:
    """These parts on so many lines of that width, broken between parts; the last may be longer."""
    dot = f" {signs().dot} "
    packed: list[str] = []
    for part in parts:
        joined = f"{packed[-1]}{dot}{part}" if packed else part
        if packed and (cell_len(joined) <= width or len(packed) == lines):
            packed[-1] = joined
        else:
            packed.append(part)
    return packed + [""] * (lines - len(packed))


def delivery_words(delivery: Delivery, came_back: Sequence[Return] = ()) -> str:
    """How a message ended, or where it stands: `envoyé 27/10 15:51`, `refusé 5.1.1`, `revenu 5.1.1`, `lu 27/10 18:04`.

    `came_back`: the reports on it, oldest first.
    """
    if told := [one for one in came_back if one.kind is not ReturnKind.DELIVERED]:
        bounce = next((one for one in reversed(told) if one.kind is ReturnKind.BOUNCED), None)
        if bounce is not None and bounce.code:
            return f"{bounce.kind.label} {bounce.code}"
        last = bounce or told[-1]
        return f"{last.kind.label} {format_moment(last.at)}"
    word = delivery_word(delivery.state)
    if delivery.state is DeliveryState.FAILED and delivery.code:
        return f"{word} {delivery.code}"
    return f"{word} {format_moment(delivery.updated_at)}" if delivery.updated_at else word


file_size = size_words


def span(seconds: float) -> str:
    """`2 s`, `0,5 s`, `1 min 30 s`."""
    minutes, rest = divmod(seconds, 60)
    number = f"{rest:g}"
    if language() == "fr":
        number = number.replace(".", ",")
    if not minutes:
        return _("{n} s").format(n=number)
    return _("{minutes} min").format(minutes=int(minutes)) + (_(" {n} s").format(n=number) if rest else "")
