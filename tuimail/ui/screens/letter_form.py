"""Writing a letter: subject, text, kind, who writes, fields of its own, and when it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from tuimail.domain.audience import Person
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.keywords import Vocabulary
from tuimail.domain.letters import Letter, fields_text, parse_fields, vocabulary
from tuimail.domain.settings import checked_body, checked_subject
from tuimail.store import structures
from tuimail.store.changes import Subject
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import LETTER_FORM
from tuimail.ui.desk import Desk
from tuimail.ui.screens.form import FormScreen
from tuimail.ui.screens.page import Page
from tuimail.ui.widgets.entry import ChoiceEntry, TextEntry
from tuimail.ui.widgets.form import Tab
from tuimail.ui.widgets.letter import BlockEntry, KeywordEntry
from tuimail.ui.widgets.prose import Prose

_MOMENT = "%d/%m/%Y %H:%M"


class LetterForm(FormScreen):
    """The answer is the letter as it was written, or None; it is not sent from here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LETTER_FORM)
    DEFAULT_CSS = """
    LetterForm #letter-preview { margin: 0 1; border-top: solid ansi_default; border-title-style: bold; }
    .-ascii LetterForm #letter-preview { border-top: ascii ansi_default; }
    """

    def __init__(self, desk: Desk, letter: Letter, person: Person) -> None:
        self._person = person
        self._preview = Prose("", id="letter-preview")
        self._preview.border_title = Text(_("Preview: {who}").format(who=person.name)).markup
        homes = [("0", _("each person's own home"))]
        homes += [(str(place.id), place.name) for place in structures.structures()]
        if letter.structure_id and str(letter.structure_id) not in dict(homes):
            homes.append((str(letter.structure_id), "?"))
        self._fields = BlockEntry(
            "fields", _("Own fields"), default=_("place = Town hall"), parse=parse_fields, show=fields_text
        )
        kinds = [("", _("information")), ("x", _("promotional"))]
        text = (
            KeywordEntry("subject", _("Subject"), parse=lambda typed: checked_subject(typed, self._words)),
            BlockEntry("body", _("Text"), parse=lambda typed: checked_body(typed, self._words)),
            self._preview,
        )
        more = (
            ChoiceEntry("promotional", _("Kind"), kinds, parse=bool, show=lambda on: "x" if on else ""),
            ChoiceEntry("structure_id", _("Who writes"), homes, parse=int),
            TextEntry(
                "scheduled_at",
                _("Leaves on"),
                parse=lambda typed: _parse_moment(typed, desk.now()),
                show=lambda at: f"{at.astimezone():{_MOMENT}}" if at else "",
                default=_("at once"),
            ),
            self._fields,
        )
        subject: Subject[Any] = Subject("letter", 0, _("Letter"), {}, lambda: letter, lambda _typed: None)
        tabs = (Tab(_("Text"), text), Tab(_("Kind, sender, fields, hour"), more))
        super().__init__(desk, subject, [*desk.path(), _("Letter")], tabs, letter)

    @property
    def _words(self) -> Vocabulary:
        try:
            return vocabulary(parse_fields(self._fields.text))
        except BadInput:
            return vocabulary()

    def begin(self) -> None:
        """Show the message."""
        self.on_entry_edited()

    def on_entry_edited(self) -> None:
        """The message follows what is typed, and the keywords follow the fields."""
        from tuimail.ui.widgets.letter_preview import preview

        words = self._words
        for entry in self.form.entries:
            if (
                isinstance(entry, KeywordEntry | BlockEntry)
                and entry.path != "fields"
                and entry.vocabulary is not words
            ):
                entry.vocabulary = words
                # What was no keyword may be one now.
                entry.look()
        self._preview.update(preview(self._typed, self._person, self.desk))

    @property
    def _typed(self) -> Letter:
        """Subject and text as they stand there, whatever is wrong with them; of the rest what can be kept."""
        letter: Letter = self.form.peek()
        return replace(letter, subject=self.form.entry("subject").text, body=self.form.entry("body").text)

    def action_read(self) -> None:
        """Show the whole message."""
        from tuimail.ui.widgets.letter_preview import preview

        self.app.push_screen(Page([_("Letter"), _("Preview")], preview(self._typed, self._person, self.desk)))

    def store(self, opened: Any, typed: Any) -> Any:  # noqa: ARG002
        """The letter's screen keeps it."""
        return typed


def _parse_moment(text: str, now: datetime) -> datetime | None:
    """`05/11/2026 9:00` in the machine's time zone, or nothing: at once."""
    if not text.strip():
        return None
    try:
        found = datetime.strptime(" ".join(text.replace("h", ":").split()), _MOMENT).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            _("“{text}” is not a day and hour.").format(text=text), _("Write it as 05/11/2026 09:00.")
        ) from error
    if found <= now:
        raise BadInput(_("The hour to send it has gone by."), _("Choose a later one, or send it at once."))
    return found
