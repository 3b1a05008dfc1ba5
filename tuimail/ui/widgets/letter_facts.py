"""What the control of a letter says: the facts, a line each, and who gets no message and why."""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from tuimail.domain.audience import PersonKey
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import Letter
from tuimail.domain.periods import format_moment
from tuimail.ui.look import signs
from tuimail.ui.widgets.control_facts import limited, size_sentence
from tuimail.ui.widgets.control_words import end_words, pace_sentence, server_sentence
from tuimail.ui.widgets.row_list import KnownRow

if TYPE_CHECKING:
    from tuimail.sending.letters import LetterControl

_LABEL, _VALUE = 13, 59


def facts(control: LetterControl, now: datetime) -> Text:
    """A line or two each."""
    dot, text = f" {signs().dot} ", Text()
    people = ngettext("{n} person chosen", "{n} people chosen", control.people)
    messages = ngettext("{n} message", "{n} messages", control.messages)
    lines = [(_("To send"), f"{messages}{dot}{people}")]
    left = dot.join(f"{reason} {count}" for reason, count in control.reasons)
    if left:
        lines.append((_("Left out"), left))
    if control.undecided:
        undecided = control.people - control.messages - len(control.left_out)
        lines.append((_("To decide"), ngettext("{n} person", "{n} people", undecided)))
    if what := decided(control.letter):
        lines.append((_("Decided"), what))
    kind = _("promotional: only who accepts") if control.letter.promotional else _("information: to all")
    lines.append((_("Kind"), kind))
    at = control.letter.scheduled_at
    if at is not None:
        lines.append((_("When"), _("leaves on {moment}").format(moment=format_moment(at, year=True))))
    else:
        end = end_words(now, control.seconds)
        pace = pace_sentence(control.account)
        lines.append((_("Pace"), _("{pace}, done about {time}").format(pace=pace, time=end)))
    if sizes := control.sizes():
        lines.append((_("Size"), limited(size_sentence(sum(sizes), max(sizes)), control.limit)))
    senders = dict.fromkeys(wording.sender_email for wording in control.wordings.values() if wording.sender_email)
    lines.append((_("From"), ", ".join(senders)))
    files = [each.name for each in control.letter.attachments]
    if alone := sum(len(addressed.files) for addressed in control.ready):
        files.append(ngettext("{n} file for one person alone", "{n} files for one person alone each", alone))
    if files:
        lines.append((_("Attached"), ", ".join(files)))
    lines.append((_("Server"), server_sentence(control.account)))
    for name, value in lines:
        for number, line in enumerate(textwrap.wrap(value, _VALUE)):
            text.append(("" if number else name).ljust(_LABEL), style="bold")
            text.append(f"{line}\n", style="not bold")
    text.rstrip()
    return text


def decided(letter: Letter) -> str:
    """What was decided of each keyword that somebody has no value for; empty: nothing."""
    spelt = letter.spelt
    return ", ".join(
        _("“{word}” missing: “{text}”").format(word=spelt[name], text=text)
        if text
        else _("“{word}” missing: left out").format(word=spelt[name])
        for name, text in letter.instead
        if name in spelt
    )


def rows(control: LetterControl) -> tuple[list[KnownRow], dict[str, int]]:
    """The list, and by its keys whose card mends each line."""
    found: list[KnownRow] = []
    residents: dict[str, int] = {}

    def add(key: str, name: str, reason: str, whose: PersonKey) -> None:
        found.append((key, {"name": name, "reason": reason}))
        residents[key] = whose.resident_id

    for word, people in control.undecided.items():
        reason = _("no value for “{word}”: to be decided").format(word=word)
        for n, person in enumerate(people):
            add(f"u{n}{word}", person.name, reason, person.key)
    for n, left in enumerate(control.left_out):
        add(f"l{n}", left.name, left.reason, left.key)
    return found, residents
