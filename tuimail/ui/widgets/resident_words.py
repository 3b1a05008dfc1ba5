"""A resident in words: who receives, who does not, and what is worth a look."""

from __future__ import annotations

from datetime import date

from rich.text import Text

from tuimail.domain.concerns import concerns
from tuimail.domain.i18n import _
from tuimail.domain.people import Policy, Resident
from tuimail.domain.periods import format_day
from tuimail.domain.recipients import decide
from tuimail.store.address_notes import AddressNote, notes
from tuimail.ui.widgets.sentences import is_left_out, receives


def about_resident(person: Resident, today: date) -> list[str]:
    """Everything that the line of a resident stands for."""
    decision = decide(person)
    who = person.name
    if person.room:
        who = _("{who}, room {room}").format(who=who, room=person.room)
    if person.unit:
        who = f"{who}, {person.unit}"
    parts = [f"{who} ({person.code})" if person.code else who]
    if person.departure_date:
        left = _("left on {day}") if person.has_left(today) else _("leaves on {day}")
        parts.append(left.format(day=format_day(person.departure_date)))
    parts += [concern.sentence for concern in concerns(person)]
    known = notes([person.id]).get(person.id, {}) if person.id else {}
    parts += [receives(r) + remark(known.get(r.address.casefold())) for r in decision.recipients]
    if not decision.recipients:
        parts.append(_("paper only") if person.billing.policy is Policy.PAPER else _("nobody receives it"))
    return parts + [is_left_out(recipient) for recipient in decision.left_out]


def remark(note: AddressNote | None) -> str:
    """What is known of an address, to stand behind it."""
    if note is None:
        return ""
    if note.bounces and note.bounced_at:
        failed = _("[refused on {day}]") if note.refused else _("[bounced on {day}]")
        return " " + failed.format(day=format_day(note.bounced_at.astimezone().date()))
    if note.unproven and note.changed_at:
        return " " + _("[changed on {day}]").format(day=format_day(note.changed_at.astimezone().date()))
    return ""


def who_receives(person: Resident) -> Text:
    """The whole outcome of the rule, with what is wrong first."""
    decision = decide(person)
    known = notes([person.id]).get(person.id, {}) if person.id else {}
    text = Text()
    for concern in concerns(person):
        sign = "!" if concern.blocks else "?"
        text.append(f"{sign} {concern.sentence}\n", "bold red" if concern.blocks else "yellow")
    text.append(_("Who receives, and why") + "\n", "bold")
    for recipient in decision.recipients:
        text.append(f"  {receives(recipient)}{remark(known.get(recipient.address.casefold()))}\n", "not bold")
    if not decision.recipients:
        text.append("  " + _("Nobody receives it by mail.") + "\n", "yellow")
    if person.billing.printed:
        text.append("  " + _("It is printed, to be posted.") + "\n", "not bold")
    if decision.left_out:
        text.append(_("Who does not, and why") + "\n", "bold")
        for recipient in decision.left_out:
            text.append(f"  {is_left_out(recipient)}\n", "not bold")
    return text
