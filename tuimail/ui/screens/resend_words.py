"""What the dialog of a single invoice says: what Enter does, and whatever is worth a look before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from tuimail.domain.handing import Method
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.known_addresses import Choice
from tuimail.domain.mail import DeliveryState
from tuimail.domain.people import Resident
from tuimail.domain.periods import format_moment
from tuimail.store import address_notes
from tuimail.ui.desk import TO_ALL, Enclosure
from tuimail.ui.look import STATE_COLOURS
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.sentences import delivery_words
from tuimail.ui.widgets.table_model import Cell, Styled

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_DOUBTFUL = Style(color="yellow")


def what_enter_does(method: Method, count: int) -> str:
    """`Entrée envoie 2 messages.`"""
    return {
        Method.SMTP: ngettext("Enter sends {n} message.", "Enter sends {n} messages.", count),
        Method.EML: ngettext("Enter writes {n} draft.", "Enter writes {n} drafts.", count),
        Method.SENDMAIL: ngettext(
            "Enter gives {n} message to sendmail.", "Enter gives {n} messages to sendmail.", count
        ),
        Method.XDG_EMAIL: ngettext(
            "Enter opens the mail program with {n} message.", "Enter opens the mail program with {n} messages.", count
        ),
    }[method]


def last_words(choice: Choice) -> str:
    """How the last message to that address ended."""
    return delivery_words(choice.last) if choice.last else _("never")


def row(choice: Choice, doubts: Sequence[str]) -> KnownRow:
    """The line of one address; what is worth a look stands out."""
    last, words, address = choice.last, last_words(choice), choice.recipient.address
    colour = STATE_COLOURS.get(last.state) if last else None
    cells: Mapping[str, Cell] = {
        "box": " - " if choice.on_the_way else "[x]" if choice.ticked else "[ ]",
        "address": Styled(address, _DOUBTFUL) if doubts else address,
        "who": choice.recipient.sentence(),
        "last": Styled(words, colour) if colour else words,
    }
    return address.casefold(), cells


def doubts_about(resident: Resident, choices: Sequence[Choice]) -> dict[str, tuple[str, ...]]:
    """What is worth a look of each address, in sentences, as the control before a send says it; by address."""
    from tuimail.sending.address_checks import noted

    known = address_notes.notes([resident.id]).get(resident.id, {})
    addresses = resident.addresses
    return {choice.recipient.address: tuple(noted([choice.recipient], known, addresses)) for choice in choices}


def found_in_pdf(before: Control, prepared: Control) -> tuple[str, ...]:
    """What only its PDF shows of the one invoice of a control: why it cannot leave, or what is worth a look."""
    known = {blocked.document_id for blocked in before.blocked}
    kept_back = tuple(blocked.reason for blocked in prepared.blocked if blocked.document_id not in known)
    seen = {remark for candidate in before.ready for remark in candidate.remarks}
    remarks = (remark for candidate in prepared.ready for remark in candidate.remarks)
    return (*kept_back, *(remark for remark in remarks if remark not in seen))


def said(
    method: Method,
    ticked: Sequence[Choice],
    doubts: Mapping[str, Sequence[str]],
    of_pdf: Sequence[str],
    enclosed: Sequence[Enclosure],
) -> Text:
    """What Enter does with the ticked addresses, and what is worth a look before it is pressed."""
    text = Text(what_enter_does(method, len(ticked)), style="bold")
    if method is not Method.SMTP:
        text.append(" " + _("It will not count as sent."), "not bold yellow")
    for choice in ticked:
        for sentence in (*doubts.get(choice.recipient.address, ()), *_again(choice)):
            text.append("\n" + sentence, "not bold yellow")
    for sentence in of_pdf:
        text.append("\n" + _("The invoice: {remark}").format(remark=sentence), "not bold yellow")
    for enclosure in enclosed:
        sentence = (
            _("{file} waits for the next send to all.") if enclosure.document_id == TO_ALL else _("Attached: {file}")
        )
        text.append("\n" + sentence.format(file=enclosure.attachment.name), "not bold")
    return text


def _again(choice: Choice) -> tuple[str, ...]:
    if not choice.received or choice.last is None or choice.last.updated_at is None:
        return ()
    sentence = (
        _("{address} already received it on {moment}.")
        if choice.last.state is DeliveryState.SENT
        else _("{address} has perhaps received it on {moment}.")
    )
    return (sentence.format(address=choice.recipient.address, moment=format_moment(choice.last.updated_at)),)
