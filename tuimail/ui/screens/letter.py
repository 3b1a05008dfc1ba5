"""A letter to many, as each of the people chosen would read it; what is written is kept for the operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tuimail.domain.audience import Person, role_label
from tuimail.domain.billing import Attachment
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.letters import Letter
from tuimail.domain.mailing import LetterModel
from tuimail.domain.periods import format_moment
from tuimail.office.attaching import advice, attach
from tuimail.store import letters, structures
from tuimail.store.database import in_background, in_writer
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import LETTER
from tuimail.ui.desk import Desk
from tuimail.ui.ending import end
from tuimail.ui.look import signs
from tuimail.ui.screens.dialog import BadNews, Dialog, Question, asked
from tuimail.ui.screens.letter_confirm import LetterConfirm
from tuimail.ui.screens.letter_form import LetterForm
from tuimail.ui.screens.letter_trials import TestLetter, letters_out
from tuimail.ui.screens.models import Models
from tuimail.ui.screens.paths import AskPath
from tuimail.ui.steady import SteadyScreen
from tuimail.ui.widgets.field import path_of
from tuimail.ui.widgets.frame import KeysLine, Lines, TitleLine
from tuimail.ui.widgets.letter_preview import attached_words, preview
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start, work

if TYPE_CHECKING:
    from tuimail.sending.letters import LetterControl

_BOLD = Style(bold=True)
_YELLOW = Style(color="yellow", bold=True)
_DIM = Style(dim=True)
_LABEL = 10


class LetterScreen(SteadyScreen[str]):
    """The answer is a sentence on what was sent, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LETTER)
    DEFAULT_CSS = """
    LetterScreen VerticalScroll { border-top: solid ansi_default; border-title-style: bold; padding: 0 1; }
    .-ascii LetterScreen VerticalScroll { border-top: ascii ansi_default; }
    LetterScreen #said { min-height: 1; padding: 0 1; }
    LetterScreen #facts { height: 4; padding: 0 1; }
    """

    def __init__(self, desk: Desk, people: Sequence[Person], criteria: str, here: int = 0) -> None:
        """`criteria`: a sentence on how these people were chosen; `here`: whose message is shown first."""
        super().__init__()
        self.desk, self._people, self._criteria = desk, people, criteria
        self._here = here
        self._letter = Letter()

    def compose(self) -> ComposeResult:
        """Title, facts, the message, what is said, keys."""
        yield TitleLine()
        yield Lines(4, id="facts")
        with VerticalScroll(can_focus=True):
            yield Prose("", id="message")
        yield Prose(id="said")
        yield KeysLine()

    def on_mount(self) -> None:
        """What was written the last time."""
        operator = self.desk.office.owner.operator
        self.query_one(TitleLine).show([*self.desk.path(), _("Letter")], operator=operator)
        try:
            self._letter = letters.draft(operator)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
        self._show()
        self.query_one(VerticalScroll).focus()

    def say(self, sentence: str) -> None:
        """Say this above the keys."""
        self.query_one("#said", Prose).update(Text(sentence, _YELLOW))

    # What is shown

    def _show(self) -> None:
        letter, dot = self._letter, f" {signs().dot} "
        boxes = len({person.address.casefold() for person in self._people})
        people = ngettext("{n} person chosen", "{n} people chosen", len(self._people))
        kind = _("promotional: only who accepts") if letter.promotional else _("information: to all")
        facts = self.query_one("#facts", Lines)
        facts.set_line(
            (_("To").ljust(_LABEL), _BOLD), people, dot, ngettext("{n} address", "{n} addresses", boxes), row=0
        )
        facts.set_line((_("Kind").ljust(_LABEL), _BOLD), kind, dot, self._writer(), row=1)
        at = letter.scheduled_at
        leaves = _("leaves on {moment}").format(moment=format_moment(at, year=True)) if at else _("leaves at once")
        facts.set_line((_("When").ljust(_LABEL), _BOLD), leaves, row=2)
        self._show_message()
        self.refresh_bindings()

    def _writer(self) -> str:
        if not self._letter.structure_id:
            return _("each home writes to its own people")
        places = {place.id: place.name for place in structures.structures()}
        return _("{structure} writes to all").format(structure=places.get(self._letter.structure_id, "?"))

    def _show_message(self) -> None:
        person, letter = self._people[self._here], self._letter
        files = attached_words(letter, self._people, person)
        self.query_one("#facts", Lines).set_line((_("Attached").ljust(_LABEL), _BOLD), files, row=3)
        scroll = self.query_one(VerticalScroll)
        title = _("{n} of {all}: {name} ({role}) {address}").format(
            n=self._here + 1,
            all=len(self._people),
            name=person.name,
            role=role_label(person.role),
            address=person.address,
        )
        scroll.border_title = Text(title).markup
        if letter.blank:
            self.query_one("#message", Prose).update(Text(_("Nothing is written yet: Enter."), _DIM))
            return
        self.query_one("#message", Prose).update(preview(letter, person, self.desk))
        scroll.scroll_home(animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a text, a file or another person has no key without."""
        if action in ("test", "rehearse", "send", "reset"):
            return not self._letter.blank
        if action == "detach":
            return bool(self._letter.attachments or self._letter.files_for(self._people[self._here].key))
        if action == "step":
            return len(self._people) > 1
        return super().check_action(action, parameters)

    # Commands

    async def _keep(self, letter: Letter) -> None:
        self._letter = letter
        try:
            await in_writer(letters.keep_draft, self.desk.office.owner.operator, letter)
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
        self._show()

    async def _control(self, people: Sequence[Person]) -> LetterControl:
        office, now = self.desk.office, self.desk.now()
        return await in_background(office.mailings.control, self._letter, people, self._criteria, now)

    def action_step(self, by: int) -> None:
        """Show another person's message."""
        self._here = (self._here + by) % len(self._people)
        self.say("")
        self._show_message()
        self.refresh_bindings()

    @work
    async def action_write(self) -> None:
        """Write the letter."""
        written = await self.app.push_screen_wait(LetterForm(self.desk, self._letter, self._people[self._here]))
        if written is not None:
            await self._keep(written)

    async def _file(self, title: str) -> Attachment | None:
        path = await asked(self.app, AskPath(title, _("File to go along with this letter:")))
        if not path:
            return None
        try:
            kept = await in_background(attach, self.desk.office, path_of(path))
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return None
        self.say(advice(kept))
        return kept

    @work
    async def action_attach_all(self) -> None:
        """Attach a file to every message."""
        kept = await self._file(_("Attach to every message"))
        if kept is not None and kept not in self._letter.attachments:
            await self._keep(replace(self._letter, attachments=(*self._letter.attachments, kept)))

    @work
    async def action_attach(self) -> None:
        """Attach a file to the message that is shown."""
        person = self._people[self._here]
        kept = await self._file(_("Attach for {name} alone").format(name=person.name))
        if kept is not None and kept not in (*self._letter.attachments, *self._letter.files_for(person.key)):
            await self._keep(replace(self._letter, own_files=(*self._letter.own_files, (person.key, kept))))

    @work
    async def action_detach(self) -> None:
        """Take the last file off: the shown person's own, or else one that goes to all."""
        letter, key = self._letter, self._people[self._here].key
        if own := letter.files_for(key):
            gone = own[-1]
            left = replace(letter, own_files=tuple(pair for pair in letter.own_files if pair != (key, gone)))
        else:
            gone = letter.attachments[-1]
            left = replace(letter, attachments=letter.attachments[:-1])
        await self._keep(left)
        self.say(_("{file} is taken off.").format(file=gone.name))

    @work
    async def action_models(self) -> None:
        """Take a model."""
        model: LetterModel | None = await asked(self.app, Models(self._letter))
        if model is None:
            return
        same = (self._letter.subject.strip(), self._letter.body.strip()) == (model.subject.strip(), model.body.strip())
        if not (self._letter.blank or same):
            sentences = (_("What is written is replaced by the model “{name}”.").format(name=model.name),)
            if not await asked(self.app, Question(_("Replace the text?"), sentences)):
                return
        await self._keep(self._letter.with_model(model))

    def action_test(self) -> None:
        """Ask for an address, and send there what the person shown would get."""
        start(self, partial(self._try, [self._people[self._here]], TestLetter), group="try", exclusive=True)

    def action_rehearse(self) -> None:
        """Ask for a folder, and write the messages there."""
        start(self, partial(self._try, self._people, letters_out), group="try", exclusive=True)

    async def _try(self, people: Sequence[Person], box: Callable[[Desk, LetterControl], Dialog[str]]) -> None:
        """Control it, then open the box that tries it, unless one has gone elsewhere meanwhile."""
        try:
            control = await self._control(people)
            if len(people) == 1 and control.left_out:
                self.say(_("{name}: {reason}").format(name=people[0].name, reason=control.left_out[0].reason))
                return
            control.check_ready()
        except TuimailError as error:
            self.app.push_screen(BadNews(error))
            return
        if self.is_active and (sentence := await asked(self.app, box(self.desk, control))):
            self.say(sentence)

    @work
    async def action_send(self) -> None:
        """Control, then send."""
        dialog = LetterConfirm(self.desk, self._letter, self._people, self._criteria)
        sent = await asked(self.app, dialog)
        if not sent:
            # A card that was opened from the control may have mended an address.
            if not dialog.people:
                end(self)
                return
            self._people = dialog.people
            self._here = min(self._here, len(self._people) - 1)
            self._show()
            if dialog.letter != self._letter:
                await self._keep(dialog.letter)
            return
        end(self, dialog.ended)

    @work
    async def action_reset(self) -> None:
        """Ask, then forget what is written."""
        sentences = (_("The text, its fields and files are forgotten."), _("Models that were kept stay."))
        if await asked(self.app, Question(_("Start anew?"), sentences)):
            await self._keep(Letter())

    def action_back(self) -> None:
        """Back to the people."""
        self.dismiss(None)
