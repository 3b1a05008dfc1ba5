"""What became of each message of a mailing, and who was left out and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker

from tuimail.domain.audience import role_label
from tuimail.domain.errors import AccountBusy, TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.mail import LIVE_STATES, Delivery, DeliveryState, files_of
from tuimail.domain.periods import format_moment
from tuimail.store import accounts, batches, letters, letters_again
from tuimail.store.database import in_background
from tuimail.store.letters import PastMailing
from tuimail.store.letters_again import Again
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import MAILING_RESULT
from tuimail.ui.desk import Desk
from tuimail.ui.look import STATE_COLOURS, signs
from tuimail.ui.screens.dialog import Question, asked, told
from tuimail.ui.screens.list_dialog import ListDialog
from tuimail.ui.screens.page import Page
from tuimail.ui.screens.paths import FileOut, written_to
from tuimail.ui.screens.send_dialog import ask_password, password_refused, queued_behind
from tuimail.ui.widgets.letter_preview import append_files
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.row_list import KnownRow
from tuimail.ui.widgets.sentences import delivery_words
from tuimail.ui.widgets.table_model import Cell, Styled, TableColumn
from tuimail.ui.work import start, work

_LEFT_OUT = "left-"
_MOST_NAMED = 5


class MailingResult(ListDialog[None]):
    """Who got a mailing, and who did not and why."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MAILING_RESULT)
    MOST_ROWS = 14

    def __init__(self, desk: Desk, past: PastMailing) -> None:
        super().__init__(past.mailing.letter.subject)
        self._desk, self._past = desk, past
        self._deliveries: dict[str, Delivery] = {}
        self._why: dict[str, str] = {}
        self._only_problems = False
        self._work: Worker[None] | None = None
        self._committed = False
        """Whether the batch is being queued: too late to give it up."""
        self._wrong_password = False

    def content(self) -> ComposeResult:
        """The counts stand above the people."""
        yield Prose("", id="counts")
        yield from super().content()

    def columns(self) -> Sequence[TableColumn]:
        """Who, where to, and how it ended."""
        return (
            TableColumn("name", _("Full name"), 19, gap=1),
            TableColumn("role", _("Quality"), 9, gap=1),
            TableColumn("address", _("Address"), 22, gap=1, flexible=True),
            TableColumn("state", _("State"), 20),
        )

    def below(self) -> ComposeResult:
        """Why, of the line under the cursor."""
        yield Prose("", id="why")

    def load(self) -> None:
        """Everybody who was chosen, or who did not get it."""
        mailing_id = self._past.mailing.id
        deliveries, left_out = letters.deliveries(mailing_id), letters.left_out(mailing_id)
        self._deliveries = {str(delivery.id): delivery for delivery in deliveries}
        self._why = {str(d.id): " ".join(filter(None, (d.detail, d.reply))) for d in deliveries}
        self._why |= {f"{_LEFT_OUT}{n}": each.reason for n, each in enumerate(left_out)}
        shown = [d for d in deliveries if not (self._only_problems and d.state is DeliveryState.SENT)]
        rows: list[KnownRow] = [(str(d.id), _cells(d)) for d in shown]
        rows += [
            (
                f"{_LEFT_OUT}{n}",
                {
                    "name": each.name,
                    "role": role_label(each.key.role),
                    "address": each.address,
                    "state": _("left out"),
                },
            )
            for n, each in enumerate(left_out)
        ]
        self.query_one("#counts", Prose).update(f" {signs().dot} ".join(_counts(deliveries, len(left_out))))
        self.show_rows(rows)
        self._show_why()

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_why()
        self.refresh_bindings()

    def _show_why(self) -> None:
        key = self.table.current_key or ""
        self.query_one("#why", Prose).update(Text(self._why.get(key, "")))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what failed is sent again, once nothing of it waits any more."""
        if action == "again":
            found = self._deliveries.values()
            waits = any(d.state in LIVE_STATES for d in found)
            return not waits and any(d.state in (DeliveryState.FAILED, DeliveryState.CANCELLED) for d in found)
        if action == "read":
            return self.is_mounted and (self.table.current_key or "") in self._deliveries
        return super().check_action(action, parameters)

    def action_problems(self) -> None:
        """Everybody, or only who did not get it."""
        self._only_problems = not self._only_problems
        self.read()

    def action_read(self) -> None:
        """Show the letter."""
        delivery = self._deliveries.get(self.table.current_key or "")
        if delivery is not None:
            self.app.push_screen(letter_page(delivery))

    @work
    async def action_export(self) -> None:
        """Write the result as CSV."""

        def write(path: Path) -> str:
            self._desk.office.mailings.write_result(self._past.mailing.id, path)
            return written_to(path)

        proposed = Path.home() / f"{self._past.mailing.letter.subject}.csv".replace("/", "-")
        if sentence := await asked(self.app, FileOut(_("Write the result as CSV"), _("File:"), proposed, write)):
            self.say(sentence)

    def action_again(self) -> None:
        """Ask, then send to the failed."""
        if not self._busy:
            self._work = start(self, self._send_again, group="again")

    @property
    def _busy(self) -> bool:
        return self._work is not None and not self._work.is_finished

    def _commit(self) -> None:
        self._committed = True

    async def _send_again(self) -> None:
        desk = self._desk
        try:
            plan = await in_background(letters_again.plan, self._past.mailing.id)
            plan.check()
            sentences = list(_again_sentences(plan))
            if not await asked(self.app, Question(_("Send to those who did not get it?"), sentences)):
                return
            before = await in_background(batches.batch, plan.batch_id)
            account = await in_background(accounts.account, before.account_id)
            if not await ask_password(self.app, account, again=self._wrong_password):
                return
            self._wrong_password = False
            self.say(_("Connecting to {host}…").format(host=account.host))
            outgoing = desk.office.mailings.to_failed(self._past.mailing.id, account)
            queued = len(plan.to)
            try:
                leaves = await desk.sending.start(outgoing, queueing=self._commit)
            except AccountBusy as busy:
                more = _("Enter: queue these messages behind it; they leave when it has ended.")
                if not await asked(self.app, Question(_("Another send is under way"), (busy.sentence, more))):
                    self.say("")
                    return
                self._commit()
                queued = await desk.sending.queue_behind(outgoing)
                leaves = False
            self.read()
            self.say("\n".join(sentences) if leaves else queued_behind(queued))
        except TuimailError as error:
            self._wrong_password = password_refused(error)
            self.read()
            self.say(told(error))
        finally:
            self._committed = False

    def action_back(self) -> None:
        """Give up what is under way, unless it is too late for that, or else close."""
        if self._committed:
            return
        if self._busy and self._work is not None and not self._work.is_cancelled:
            self._work.cancel()
            self.say(_("Given up: nothing was sent."))
        else:
            super().action_back()


def _again_sentences(plan: Again) -> Iterator[str]:
    """How many leave, how many elsewhere than the last time, and who is left out and why."""
    yield ngettext("{n} message leaves again.", "{n} messages leave again.", len(plan.to))
    if plan.mended:
        yield ngettext("{n} to an address corrected since.", "{n} to addresses corrected since.", plan.mended)
    for each in plan.left_out[:_MOST_NAMED]:
        yield _("{name}: {reason}").format(name=each.name, reason=each.reason)
    if (more := len(plan.left_out) - _MOST_NAMED) > 0:
        yield ngettext("and {n} other left out", "and {n} others left out", more)


def _counts(deliveries: Sequence[Delivery], left_out: int) -> Iterator[str]:
    """How it stands; what waits or is uncertain is neither had nor missed."""
    got = sum(1 for d in deliveries if d.state is DeliveryState.SENT)
    waiting = sum(1 for d in deliveries if d.state in LIVE_STATES)
    uncertain = sum(1 for d in deliveries if d.state is DeliveryState.UNCERTAIN)
    yield ngettext("{n} got it", "{n} got it", got)
    if waiting:
        yield ngettext("{n} waits", "{n} wait", waiting)
    if uncertain:
        yield ngettext("{n} uncertain", "{n} uncertain", uncertain)
    missed = len(deliveries) - got - waiting - uncertain
    yield ngettext("{n} did not", "{n} did not", missed)
    yield ngettext("{n} left out", "{n} left out", left_out)


def _cells(delivery: Delivery) -> dict[str, Cell]:
    words, colour = delivery_words(delivery), STATE_COLOURS.get(delivery.state)
    if delivery.state is DeliveryState.DEFERRED and not delivery.attempt and delivery.next_at:
        words = _("for {moment}").format(moment=format_moment(delivery.next_at))
    return {
        "name": delivery.recipient_name,
        "role": role_label(delivery.role),
        "address": delivery.address,
        "state": Styled(words, colour) if colour else words,
    }


def letter_page(delivery: Delivery) -> Page:
    """A letter as that person was sent it."""
    subject, body = letters.words_of(delivery)
    text = Text(f"{delivery.address}\n", "dim")
    text.append(f"{subject}\n\n", "bold not dim")
    text.append(body, "not bold not dim")
    along = [each for _document_id, each in batches.attachments(delivery.batch_id)]
    append_files(text, (*along, *files_of(delivery.files)))
    return Page([_("Letter"), delivery.recipient_name], text)
