"""What a press of Send would do, before it does it: what leaves, what does not and why, until when."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.money import format_cents
from tuimail.domain.periods import format_moment
from tuimail.domain.places import Structure
from tuimail.ui.commands import bindings
from tuimail.ui.commands.invoices import CONFIRM
from tuimail.ui.desk import TO_ALL, Desk
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.send_dialog import SendDialog
from tuimail.ui.widgets.cells import fit
from tuimail.ui.widgets.control_words import columns, left_out, left_out_counts, pace_sentence, server_sentence
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import RowList
from tuimail.ui.widgets.sentences import file_size

if TYPE_CHECKING:
    from tuimail.sending.control import Control

_LABEL = 13
_VALUE = 59
"""Cells of a fact: the dialog is 78 wide."""
_MOST_SENDERS = 3
_MOST_FILES = 2
_LEAST_ROWS = 3
"""Lines of the list of what is left out that are always there: its header and two invoices."""
_LARGE_FILE = 1_000_000
"""Bytes above which a file sent to a whole batch is worth a word."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked to send."""

    ids: tuple[int, ...]
    label: str
    """What it is, for people and the journal: a period and a structure."""
    why: str = ""
    """How it came to be chosen, where that was not by ticking."""


class Confirm(SendDialog):
    """The control of a selection; Enter sends it, `d` also sends again what was already sent."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM)

    def __init__(self, desk: Desk, wanted: Wanted) -> None:
        super().__init__(_("Send: {what}").format(what=wanted.label), desk)
        self._wanted = wanted
        self._control: Control | None = None
        self._again = False

    def content(self) -> ComposeResult:
        """Facts, what is left out, a sentence."""
        yield Prose(_("Checking {n} invoices…").format(n=len(self._wanted.ids)), id="facts")
        yield RowList(id="left-out", cell_padding=0)
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Check at once."""
        self.query_one(RowList).display = False
        self._work = self.run_worker(self._check(), exclusive=True)

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)
        self._fit()

    def on_resize(self) -> None:
        """The list of what is left out gives way to the rest."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        table, facts, said = self.query_one(RowList), self.query_one("#facts", Prose), self.query_one("#said", Prose)
        room = self.most_lines - max(said.lines_needed, 1) - 1
        if table.display:
            room -= 1
            table.styles.height = min(len(table.model) + 1, max(_LEAST_ROWS, room - facts.lines_needed))
            room -= _LEAST_ROWS
        facts.styles.max_height = max(1, room)

    def on_data_table_row_highlighted(self) -> None:
        """Say in full why that one is left out: the column may be too narrow."""
        table = self.query_one(RowList)
        if not self.busy and table.current_key is not None:
            cells = table.model.cells(table.cursor_row)
            if cells["reason"]:
                sentence = _("{number} {resident}: {reason}")
                self.say(sentence.format(number=cells["number"], resident=cells["resident"], reason=cells["reason"]))

    async def _check(self) -> None:
        facts = self.query_one("#facts", Prose)
        try:
            control = await self.check(self._wanted.ids, self._wanted.label, resend=self._again)
        except TuimailError as error:
            facts.update(told(error))
            return
        self._control, self._behind = control, None
        facts.update(self._facts(control))
        rows = left_out(control)
        table = self.query_one(RowList)
        table.display = bool(rows)
        if rows:
            table.set_columns(columns(rows))
            table.show_rows(rows, 0)
            table.focus()
        self.say("")
        self.call_after_refresh(self._fit)
        self.refresh_bindings()

    def _facts(self, control: Control) -> Text:
        text = Text()
        if not control.ready:
            text.append(_("Nothing to send.") + "\n\n", "bold")
        elif self._wanted.why:
            text.append(f"{self._wanted.why}\n\n")
        for name, value, style in self._lines(control):
            for number, line in enumerate(textwrap.wrap(value, _VALUE)):
                text.append(("" if number else name).ljust(_LABEL), style="bold")
                text.append(f"{line}\n", style=style or "not bold")
        text.rstrip()
        return text

    def _lines(self, control: Control) -> list[tuple[str, str, str]]:
        dot = f" {signs().dot} "
        account = control.account
        end = self.desk.now() + timedelta(seconds=control.seconds)
        parts = (
            ngettext("{n} invoice", "{n} invoices", len(control.ready)),
            ngettext("{n} message", "{n} messages", control.messages),
            *([ngettext("+ {n} own copy", "+ {n} own copies", control.copies)] if control.copies else []),
            ngettext("{n} address", "{n} addresses", control.addresses),
            _("{amount} net").format(amount=format_cents(control.net, currency=True)),
        )
        lines = [(_("To send"), dot.join(parts), "bold")]
        if self._again:
            sent = sum(1 for candidate in control.ready if candidate.last_sent)
            warning = ngettext(
                "{n} invoice that was already sent goes out AGAIN",
                "{n} invoices that were already sent go out AGAIN",
                sent,
            )
            lines.append((_("Beware"), warning, "bold red"))
        if checks := len(control.to_check):
            sentence = ngettext(
                "{n} invoice leaves all the same: see the list",
                "{n} invoices leave all the same: see the list",
                checks,
            )
            lines.append((_("To check"), sentence, "yellow"))
        if counts := left_out_counts(control):
            lines.append((_("Left out"), dot.join(counts), ""))
        if control.ready:
            pace = _("{pace}, done about {time}").format(pace=pace_sentence(account), time=f"{end.astimezone():%H:%M}")
            if end - self.desk.now() > timedelta(hours=12):
                pace = _("{pace}, done about {time}").format(pace=pace_sentence(account), time=format_moment(end))
            if self.desk.sending.active:
                pace = _("after the send that is under way; {pace}").format(pace=pace_sentence(account))
            lines.append((_("Pace"), pace, ""))
            lines += self._senders(control)
            lines += self._enclosures(control)
        lines.append((_("Server"), _cut(server_sentence(account), _VALUE), ""))
        return lines

    def _senders(self, control: Control) -> list[tuple[str, str, str]]:
        used = sorted({candidate.document.structure_id for candidate in control.ready})
        places = [control.structures[structure_id] for structure_id in used]
        lines = [("", _sender(place), "") for place in places[:_MOST_SENDERS]]
        if len(used) > _MOST_SENDERS:
            lines.append(("", ngettext("and {n} other home", "and {n} other homes", len(used) - _MOST_SENDERS), ""))
        lines[0] = (_("From"), *lines[0][1:])
        subjects = sorted({place.sender.subject for place in places})
        quoted = [_("“{text}”").format(text=subject) for subject in subjects]
        return [*lines, (_("Subject"), _cut(", ".join(quoted), _VALUE), "")]

    def _enclosures(self, control: Control) -> list[tuple[str, str, str]]:
        lines: list[tuple[str, str, str]] = []
        going = self.desk.going_with([candidate.document.id for candidate in control.ready])
        for enclosure in going[:_MOST_FILES]:
            to = _("with every message") if enclosure.document_id == TO_ALL else enclosure.invoice
            size = enclosure.attachment.size
            sentence = f"{enclosure.attachment.name} ({file_size(size)}), {to}"
            heavy = size > _LARGE_FILE
            if heavy:
                sentence = _("{file}: more than 1 MB, some mailboxes will refuse it").format(file=sentence)
            lines.append((_("Attached") if not lines else "", sentence, "yellow" if heavy else ""))
        if (more := len(going) - _MOST_FILES) > 0:
            lines.append(("", ngettext("and {n} other file", "and {n} other files", more), ""))
        return lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Send only what was checked; `d` only where something was already sent."""
        if action == "accept":
            return self._control is not None and bool(self._control.ready)
        if action == "preview":
            return self._control is not None and not self.busy
        if action == "include_sent":
            found = self._control
            return found is not None and (self._again or bool(found.already_sent or found.uncertain))
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Send."""
        if self._control is not None and not self.busy:
            self._work = self.run_worker(self.send(self._control), exclusive=True)

    def action_preview(self) -> None:
        """Look at the PDFs: from the one under the cursor, or else from the first that leaves."""
        from tuimail.ui.screens.look import Look

        if self._control is not None and not self.busy:
            ids = self._control.document_ids
            table = self.query_one(RowList)
            key = table.current_key if table.display else None
            place = ids.index(int(key[1:])) if key and not self._control.ready else 0
            self.app.push_screen(Look(self.desk, ids, place))

    def action_include_sent(self) -> None:
        """Include what was already sent, or leave it out again."""
        if not self.busy:
            self._again = not self._again
            self._work = self.run_worker(self._check(), exclusive=True)


def _sender(place: Structure) -> str:
    """`EHPAD Saint-Éloi : compta@st-eloi.exemple`, on one line: the name gives way to the address."""
    sentence = _("{structure}: {address}")
    room = _VALUE - cell_len(sentence.format(structure="", address=place.sender.email))
    return sentence.format(structure=_cut(place.name, max(room, 12)), address=place.sender.email)


def _cut(text: str, width: int) -> str:
    return fit(text, min(cell_len(text), width))
