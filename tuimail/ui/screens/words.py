"""Subject and text of one send, changed before it goes; kept for later sends only if that is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual.app import App

from tuimail.domain.billing import DocumentKind
from tuimail.domain.i18n import _
from tuimail.domain.mail import Words
from tuimail.domain.places import Structure
from tuimail.domain.send_words import checked_send_body
from tuimail.domain.settings import checked_subject
from tuimail.sending.wordings import said, values_of
from tuimail.store import structures
from tuimail.store.changes import Subject
from tuimail.store.settings import change_sender
from tuimail.ui.desk import Desk
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.form import FormScreen
from tuimail.ui.widgets.entry import Entry, TickEntry
from tuimail.ui.widgets.form import Tab
from tuimail.ui.widgets.letter import BlockEntry, KeywordEntry, Preview

if TYPE_CHECKING:
    from tuimail.sending.control import Control

Changed = Callable[[list[int], Words], None]


@dataclass(frozen=True, slots=True)
class _State:
    subject: str
    body: str
    keep: bool = False


def change_words(app: App[Any], desk: Desk, control: Control, changed: Changed) -> None:
    """Ask for other words: of the one home, or of that which is chosen; `changed` is told for which and what."""
    ids = sorted({candidate.document.structure_id for candidate in control.ready})
    if len(ids) == 1:
        _open(app, desk, control, ids, changed)
        return
    rows = [("0", _("All homes"), _("the same words for all"))]
    rows += [(str(key), control.structures[key].name, "") for key in ids]

    def chosen(key: str | None) -> None:
        if key is not None:
            _open(app, desk, control, ids if key == "0" else [int(key)], changed)

    app.push_screen(Choose(_("Whose words?"), rows, "0"), chosen)


def _open(app: App[Any], desk: Desk, control: Control, ids: list[int], changed: Changed) -> None:
    def closed(state: _State | None) -> None:
        if state is not None:
            changed(ids, Words(state.subject, state.body))

    app.push_screen(WordsScreen(desk, control, ids), closed)


class WordsScreen(FormScreen):
    """Subject, text, whether they are kept, and what the first family would read."""

    def __init__(self, desk: Desk, control: Control, structure_ids: Sequence[int]) -> None:
        first = next(each for each in control.ready if each.document.structure_id in structure_ids)
        place, document = control.structures[first.document.structure_id], first.document
        self._place, self._ids = place, structure_ids
        words = said(place, document.kind, control.typed)
        usual = said(place, document.kind, {})
        whom = _("{resident}, invoice {number}").format(resident=first.resident.name, number=document.number)
        self._preview = Preview(whom, values_of(document, first.resident, place))
        fields: list[Entry] = [
            KeywordEntry("subject", _("Subject"), parse=checked_subject, default=usual.subject),
            BlockEntry("body", _("Text"), parse=checked_send_body, default=usual.body),
        ]
        # Other kinds of document have no words of their own in a card.
        if document.kind is DocumentKind.INVOICE:
            fields.append(TickEntry("keep", _("Keep for later sends")))
        title = _("Words of this send")
        subject: Subject[Any] = Subject("words", 0, title, {}, read=lambda: None, write=lambda _state: None)
        names = ", ".join(control.structures[key].name for key in structure_ids)
        tab = Tab(title, (*fields, self._preview))
        super().__init__(desk, subject, [names, title], (tab,), _State(words.subject, words.body))

    def begin(self) -> None:
        """Show the message."""
        self.on_entry_edited()

    def on_entry_edited(self) -> None:
        """The message follows what is typed."""
        sender = self._place.sender
        subject, body = (self.form.entry(name).text.strip() for name in ("subject", "body"))
        self._preview.show(sender.name, subject or sender.subject, body or sender.body)

    def store(self, opened: Any, typed: Any) -> Any:  # noqa: ARG002
        """Keep them in the homes' cards where that is asked."""
        if typed.keep:
            for structure_id in self._ids:
                self._keep(structures.structure(structure_id), typed)
        return typed

    def _keep(self, place: Structure, typed: _State) -> None:
        sender = replace(
            place.sender, subject=typed.subject or place.sender.subject, body=typed.body or place.sender.body
        )
        change_sender(place.id, sender, self.desk.office.owner, self.desk.now())
