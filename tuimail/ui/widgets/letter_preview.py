"""A letter as one of the people chosen would read it, and what goes along with it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from tuimail.domain.audience import Person
from tuimail.domain.billing import Attachment
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import Letter
from tuimail.domain.sizes import size_words
from tuimail.ui.desk import Desk

_DIM = Style(dim=True)


def preview(letter: Letter, person: Person, desk: Desk) -> Text:
    """The message as that person would read it; a keyword without a value stands out."""
    from tuimail.sending.control import senders_in_effect

    places = senders_in_effect()
    sender = (places.get(letter.structure_id) or places[person.structure_id]).sender
    day = (letter.scheduled_at or desk.now()).astimezone().date()
    values = letter.values(person, sender.name, day)
    instead = dict(letter.instead)
    words = letter.vocabulary
    unknown = {name: _("[“{word}” not known]").format(word=word) for name, word in letter.spelt.items()}
    shown = {name: value or instead.get(name) or unknown[name] for name, value in values.items()}
    text = Text(f"{sender.name} <{sender.email}>\n", _DIM)
    text.append(words.expand(letter.subject, shown) + "\n\n", "bold not dim")
    text.append(words.expand(letter.body, shown), "not bold not dim")
    append_files(text, (*letter.attachments, *letter.files_for(person.key)))
    return text


def append_files(text: Text, files: Sequence[Attachment]) -> None:
    """Name what goes along below a message."""
    for each in files:
        file = f"{each.name} ({size_words(each.size)})"
        text.append("\n" + _("Goes along: {file}").format(file=file), "dim not bold")


def attached_words(letter: Letter, people: Sequence[Person], person: Person) -> str:
    """What goes to all, what goes with that person's letter alone, and how many others have files of their own."""
    parts = [f"{each.name} ({size_words(each.size)})" for each in letter.attachments]
    parts += [
        _("{file} for {name} alone").format(file=f"{each.name} ({size_words(each.size)})", name=person.name)
        for each in letter.files_for(person.key)
    ]
    if others := {key for key, _file in letter.only_to(people).own_files} - {person.key}:
        parts.append(ngettext("{n} other has a file alone", "{n} others have files alone", len(others)))
    return ", ".join(parts) or _("nothing")
