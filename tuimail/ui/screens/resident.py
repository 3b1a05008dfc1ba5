"""A resident's card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from tuimail.domain.addresses import normalise_address, split_addresses
from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.people import Relative
from tuimail.domain.resident_card import ResidentCard, resident_of
from tuimail.store import address_notes, cards, letters, residents, returns, structures
from tuimail.store.changes import Subject
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import BadNews, Question
from tuimail.ui.screens.form import FormScreen
from tuimail.ui.screens.meant import meant_address
from tuimail.ui.widgets.entry import Entry
from tuimail.ui.widgets.past import Past
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.relatives import RelativesEntry
from tuimail.ui.widgets.resident_tabs import ADDRESS_PATHS, resident_tabs
from tuimail.ui.widgets.resident_words import who_receives


def open_card(desk: Desk, resident_id: int) -> ResidentScreen:
    """The card of a resident."""
    homes = cards.homes()
    return ResidentScreen(desk, resident_id, cards.card(resident_id, homes), homes)


def card_at_fault(desk: Desk, resident_id: int) -> ResidentScreen:
    """The card of a resident, at the field where what keeps the invoices back can be mended."""
    from tuimail.sending.faults import fault_of

    screen = open_card(desk, resident_id)
    fault = fault_of(residents.resident(resident_id), address_notes.notes([resident_id]).get(resident_id, {}))
    entry = screen.form.entry(fault.path)
    screen.form.begins_at = fault.path
    if isinstance(entry, RelativesEntry):
        entry.begins_at = fault.relative
    return screen


def new_card(desk: Desk, structure_id: int | None) -> ResidentScreen:
    """An empty card, in that home or the first."""
    homes = cards.homes()
    home = homes[structure_id] if structure_id else next(iter(homes.values()))
    return ResidentScreen(desk, 0, ResidentCard(home=home), homes)


class ResidentScreen(FormScreen):
    """General, relatives, guardianship, invoicing, history. The answer is the resident's id, or None."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, desk: Desk, resident_id: int, card: ResidentCard, homes: Mapping[int, str]) -> None:
        self.resident_id = resident_id
        name = f"{card.last_name} {card.first_name}".strip() or _("New resident")
        self._receives = Prose("", id="receives")
        self._past = Past()
        tabs = resident_tabs(list(homes.values()), self._receives, self._past)
        subject: Subject[Any] = cards.subject(resident_id, name, desk.now())
        path = [*(association.name for association in structures.associations()[:1]), card.home, name]
        super().__init__(desk, subject, path, tabs, card)

    @property
    def card(self) -> ResidentCard:
        """What stands in the fields, as far as it can be kept."""
        found: ResidentCard = self.form.peek()
        return found

    def _tell_who_receives(self) -> None:
        try:
            self._receives.update(who_receives(resident_of(self.card, cards.homes(), self.resident_id)))
        except BadInput as error:
            self._receives.update(str(error))

    def begin(self) -> None:
        """Say who receives as things stand, where that is read."""
        if self._receives.is_attached:
            self._tell_who_receives()

    def on_form_opened(self) -> None:
        """What was sent is read once it is looked at."""
        if not self._past.is_attached or self._past.told:
            return
        try:
            past = cards.deliveries(self.resident_id) if self.resident_id else []
            subjects = letters.subjects({delivery.mailing_id for delivery in past})
            self._past.tell(past, subjects, returns.of_deliveries(delivery.id for delivery in past))
            self.refresh_bindings()
        except TuimailError as error:
            self.app.push_screen(BadNews(error))

    def on_entry_edited(self) -> None:
        """Another address or policy: others receive."""
        self.begin()

    async def action_turn(self, by: int) -> None:
        """Go to another tab; the history has no field, but a list."""
        await super().action_turn(by)
        if not list(self.form.tabs[self.form.here].entries):
            self.set_focus(self._past)

    def on_past_letter_opened(self, message: Past.LetterOpened) -> None:
        """Read the letter."""
        from tuimail.ui.screens.mailing_result import letter_page

        self.app.push_screen(letter_page(message.delivery))

    def on_past_opened(self, message: Past.Opened) -> None:
        """Open the invoice's card over this one."""
        from tuimail.ui.screens.card import Card

        self._open(lambda: Card([*self._path], message.document_id, self._resend, self._read_pdf, self.desk))

    def _resend(self, document_id: int) -> None:
        from tuimail.ui.screens.resend import Resend

        self._open(lambda: Resend(self.desk, document_id))

    def _read_pdf(self, document_id: int) -> None:
        from tuimail.ui.screens.look import Look

        self._open(lambda: Look(self.desk, [document_id]))

    def _open(self, made: Callable[[], Screen[Any]]) -> None:
        """Open a screen that reads the database while it is made."""
        try:
            self.app.push_screen(made())
        except TuimailError as error:
            self.app.push_screen(BadNews(error))

    def on_past_asked(self, message: Past.Asked) -> None:
        """Open what was sent over this card."""
        from tuimail.ui.screens.sendings import Sendings

        page = Sendings(self.desk, [*self._path], resident_id=self.resident_id, current=message.delivery_id)
        self.app.push_screen(page)

    def on_relatives_entry_wanted(self, message: RelativesEntry.Wanted) -> None:
        """Change a relative, or add one."""
        from tuimail.ui.screens.relative import RelativeScreen

        def answered(typed: tuple[Relative, ...] | None) -> None:
            if typed:
                first, *others = typed
                message.entry.put(message.number, first)
                for other in others:
                    message.entry.put_new(other)
                self.say(_("Taken over on the card; F2 saves it."))

        known = message.entry.relatives
        relative = known[message.number] if message.number < len(known) else Relative("")
        self.app.push_screen(RelativeScreen(self.desk, [*self._path], relative, self.card), answered)

    # Saving

    def store(self, opened: Any, typed: Any) -> int:
        """Write the card with its journal line."""
        return self.desk.office.people.save(self.resident_id, opened, typed, self.desk.now())

    async def _save(self) -> None:
        if await settle_addresses(self, [self.form.entry(path) for path in ADDRESS_PATHS], self.card):
            await super()._save()


async def settle_addresses(screen: FormScreen, entries: Sequence[Entry], card: ResidentCard) -> bool:
    """Before a card is saved: offer to part several addresses in one field, ask about one that looks like another.

    False if the operator wants to look again. Runs in a worker.
    """
    for entry in entries:
        parts = list(dict.fromkeys(split_addresses(entry.text)))
        if len(parts) > 1 and not await _part(screen, entry, entries, parts, card):
            return False
    relatives = [relative.email for relative in card.relatives if relative.email]
    for entry in entries:
        others = [other.text for other in entries if other is not entry and other.text]
        if not await sure(screen, entry, [*others, *relatives]):
            return False
    return True


async def _part(
    screen: FormScreen, entry: Entry, entries: Sequence[Entry], parts: Sequence[str], card: ResidentCard
) -> bool:
    """Two addresses stand in one field: the second goes into the resident's second one, or to a relative of its own."""
    other = next((e for e in entries if entry.path == "email1" and e.path == "email2"), None)
    if len(parts) != 2:
        # What was typed is objected to at the field.
        return True
    if other is not None and other.text in ("", parts[1]):
        if not await _asked(screen, parts, _("Second: {address}")):
            return False
        entry.text, other.text = parts[0], parts[1]
        return True
    if not await _asked(screen, parts, _("Second, as a new relative: {address}")):
        return False
    others = [each.text for each in entries if each is not entry and each.text]
    second = await usable(screen, parts[1], [parts[0], *others, *(r.email for r in card.relatives if r.email)])
    if second is None:
        return False
    entry.text = parts[0]
    screen.form.entry("relatives").put_new(Relative(second, email=second))  # type: ignore[attr-defined]
    return True


async def _asked(screen: FormScreen, parts: Sequence[str], second: str) -> bool:
    sentences = (
        _("Two addresses stand in one field."),
        _("First: {address}").format(address=parts[0]),
        second.format(address=parts[1]),
    )
    answer: bool | None = await screen.app.push_screen_wait(Question(_("Two addresses?"), sentences))
    return bool(answer)


async def part_of_relative(screen: FormScreen, entry: Entry, family: Sequence[str]) -> tuple[bool, str]:
    """Two addresses of one relative: the second may become a relative below. Whether to go on, and that address."""
    parts = list(dict.fromkeys(split_addresses(entry.text)))
    if len(parts) != 2:
        return True, ""
    if not await _asked(screen, parts, _("Second, as a new relative: {address}")):
        return False, ""
    second = await usable(screen, parts[1], [parts[0], *family])
    if second is None:
        return False, ""
    entry.text = parts[0]
    return True, second


async def sure(screen: FormScreen, entry: Entry, family: Sequence[str]) -> bool:
    """Ask about an address that was typed and looks like a better one; False if the operator wants to look again."""
    if not entry.edited or not entry.text.strip():
        return True
    try:
        typed = normalise_address(entry.text)
    except BadInput:
        typed = entry.text.strip()
    # What this very field held before is no neighbour: it is what is being corrected.
    meant = await meant_address(screen.app, typed, [address for address in family if address != entry.opened])
    if meant is not None and meant != typed:
        entry.text = meant
    return meant is not None


async def usable(screen: FormScreen, typed: str, family: Sequence[str]) -> str | None:
    """A second address as it can be kept, asked about as one typed in a field of its own; None: to look again."""
    kept = await meant_address(screen.app, typed, family)
    try:
        return None if kept is None else normalise_address(kept)
    except BadInput as error:
        screen.app.push_screen(BadNews(error))
        return None
