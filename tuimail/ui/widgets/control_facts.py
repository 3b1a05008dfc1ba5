"""The facts of the control before a send, a line each, with the keys that change them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from tuimail.domain.i18n import _, ngettext
from tuimail.domain.kind_words import counted, nothing_besides
from tuimail.domain.money import format_cents
from tuimail.domain.places import Structure
from tuimail.domain.sizes import size_words
from tuimail.sending.wordings import said
from tuimail.ui.desk import TO_ALL, Enclosure
from tuimail.ui.look import signs
from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.control_words import end_words, left_out_counts, pace_sentence, server_sentence

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_LABEL = 13
_VALUE = 59
"""Cells of a fact: the dialog is 78 wide."""
_HINT = 13
"""Cells of the key beside a fact, where it has one."""
_MOST_SENDERS = 3
_MOST_FILES = 2
LARGE_FILE = 1_000_000
"""Bytes above which a file sent to a whole batch is worth a word."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is about, what is said, and the key that changes it."""

    name: str
    value: str
    style: str = ""
    key: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What is told besides what the control holds."""

    now: datetime
    going: Sequence[Enclosure]
    why: str = ""
    """How the documents came to be chosen, where that was not by ticking."""
    again: bool = False
    """Whether what was already sent goes out once more."""
    behind: bool = False
    """Whether another send of this session goes first."""
    measuring: bool = False
    """Whether the PDFs are being made."""
    crowded: bool = False
    """Whether room is short: one line for all senders, and the server goes without saying."""
    listing: bool = False
    """Whether the list of what is left out is walked through, and only what counts stands above it."""


def facts(control: Control, around: Around) -> Text:
    """All of them."""
    text = Text()
    if not control.ready:
        text.append(_("Nothing to send.") + "\n\n", "bold")
    elif around.why and not around.listing:
        text.append(f"{around.why}\n" + ("" if around.crowded else "\n"))
    for fact in _facts(control, around):
        hint = _HINT if fact.key else 0
        for number, line in enumerate(textwrap.wrap(fact.value, _VALUE - hint) or [""]):
            text.append(("" if number else fact.name).ljust(_LABEL), style="bold")
            text.append(line, style=fact.style or "not bold")
            if fact.key and not number:
                text.append(" " * (_VALUE - cell_len(line) - hint + 1))
                text.append(fact.key, "bold").append(f" {fact.words}", "not bold")
            text.append("\n")
    text.rstrip()
    return text


def _facts(control: Control, around: Around) -> Iterator[Fact]:
    dot = f" {signs().dot} "
    parts = (
        counted(candidate.document.kind for candidate in control.ready),
        ngettext("{n} message", "{n} messages", control.messages),
        ngettext("{n} address", "{n} addresses", control.addresses),
        _("{amount} net").format(amount=format_cents(control.net, currency=True)),
    )
    yield Fact(_("To send"), dot.join(parts), "bold")
    if around.again:
        sent = [candidate.document.kind for candidate in control.ready if candidate.last_sent]
        warning = ngettext(
            "already sent, goes out AGAIN: {documents}", "already sent, go out AGAIN: {documents}", len(sent)
        ).format(documents=counted(sent))
        yield Fact(_("Beware"), warning, "bold red", "d", _("not again"))
    if checks := len(control.to_check):
        documents = counted(candidate.document.kind for candidate in control.to_check)
        sentence = ngettext(
            "{documents} leaves all the same: see the list", "{documents} leave all the same: see the list", checks
        ).format(documents=documents)
        yield Fact(_("To check"), sentence, "yellow")
    if counts := left_out_counts(control):
        again = bool(control.already_sent or control.uncertain) and not around.again
        yield Fact(_("Left out"), dot.join(counts), "", "d" if again else "", _("send again"))
    if around.listing:
        return
    if control.ready:
        yield Fact(_("Pace"), _pace(control, around))
        yield Fact(_("Size"), _size(control, around))
        yield from _senders(control, around.crowded)
        yield from _words(control)
        yield from _enclosures(control, around.going)
    if not around.crowded:
        yield Fact(_("Server"), _cut(server_sentence(control.account), _VALUE))


def _pace(control: Control, around: Around) -> str:
    account = control.account
    if around.behind:
        return _("after the send that is under way; {pace}").format(pace=pace_sentence(account))
    end = end_words(around.now, control.seconds)
    return _("{pace}, done about {time}").format(pace=pace_sentence(account), time=end)


def _size(control: Control, around: Around) -> str:
    if not control.files:
        known = _("being measured…") if around.measuring else _("known once the PDFs are made")
    else:
        pairs = [(each.document_id, each.attachment) for each in around.going]
        largest = max(control.sizes(pairs).values())
        known = size_sentence(control.total(pairs), largest)
    return limited(known, control.limit)


def size_sentence(total: int, largest: int) -> str:
    """How much leaves, and how large a message is; in bytes."""
    return _("{total} in all, {largest} a message at most").format(total=size_words(total), largest=size_words(largest))


def limited(known: str, limit: int) -> str:
    """With what the server takes, in bytes, where it has said so."""
    if not limit:
        return known
    return f"{known} {signs().dot} " + _("the server takes {size} a message").format(size=size_words(limit))


def _senders(control: Control, crowded: bool) -> Iterator[Fact]:
    places = _used(control)
    if crowded and len(places) > 1:
        sentence = ngettext("{n} home, with its own address", "{n} homes, each with its own address", len(places))
        yield Fact(_("From"), sentence)
        return
    for number, place in enumerate(places[:_MOST_SENDERS]):
        yield Fact("" if number else _("From"), _sender(place))
    if (more := len(places) - _MOST_SENDERS) > 0:
        yield Fact("", ngettext("and {n} other home", "and {n} other homes", more))


def _words(control: Control) -> Iterator[Fact]:
    """Subject and text, one of each even where the homes have their own."""
    kinds = {candidate.document.structure_id: candidate.document.kind for candidate in control.ready}
    words = [said(place, kinds[place.id], control.typed) for place in _used(control)]
    quoted = [_("“{text}”").format(text=subject) for subject in sorted({each.subject for each in words})]
    name = _("Subject typed") if control.typed else _("Subject")
    yield Fact(name, _cut(", ".join(quoted), _VALUE - _HINT), "", "e", _("change it"))
    text = " ".join(words[0].body.split())
    if len({each.body for each in words}) > 1:
        text = _("each home its own")
    html = any(place.sender.html for place in _used(control))
    if html:
        text = _("{text} (HTML too)").format(text=text)
    yield Fact(_("Text"), _cut(text, _VALUE - _HINT), "", "o", _("preview"))


def _enclosures(control: Control, going: Sequence[Enclosure]) -> Iterator[Fact]:
    if not going:
        nothing = nothing_besides(candidate.document.kind for candidate in control.ready)
        yield Fact(_("Attached"), nothing, "", "J", _("attach"))
    for number, enclosure in enumerate(going[:_MOST_FILES]):
        to = _("with every message") if enclosure.document_id == TO_ALL else enclosure.invoice
        size = enclosure.attachment.size
        sentence = f"{enclosure.attachment.name} ({size_words(size)}), {to}"
        heavy = size > LARGE_FILE
        if heavy:
            sentence = _("{file}: more than 1 MB, some mailboxes will refuse it").format(file=sentence)
        key = "" if number else "J"
        yield Fact("" if number else _("Attached"), sentence, "yellow" if heavy else "", key, _("attach"))
    if (more := len(going) - _MOST_FILES) > 0:
        yield Fact("", ngettext("and {n} other file", "and {n} other files", more))


def _used(control: Control) -> list[Structure]:
    used = sorted({candidate.document.structure_id for candidate in control.ready})
    return [control.structures[structure_id] for structure_id in used]


def _sender(place: Structure) -> str:
    """`EHPAD Saint-Éloi : compta@st-eloi.exemple`, on one line: the name gives way to the address."""
    sentence = _("{structure}: {address}")
    room = _VALUE - cell_len(sentence.format(structure="", address=place.sender.email))
    return sentence.format(structure=_cut(place.name, max(room, 12)), address=place.sender.email)


def _cut(text: str, width: int) -> str:
    return fit(text, min(cell_len(text), width))
