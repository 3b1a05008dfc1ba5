"""The month-end sheet as pages: what became of every document, counted, then each of them, then who sent what when."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuimail.documents.characters import shown
from tuimail.documents.sheet import (
    ACCENT,
    BOTTOM,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    QUIET,
    RIGHT,
    TINT,
    TOP,
    Box,
    Colour,
    Page,
    Rule,
    Sheet,
)
from tuimail.documents.typeface import width_of, wrapped
from tuimail.domain.i18n import _, ngettext, pgettext
from tuimail.domain.money import format_cents
from tuimail.domain.month_end import OPEN, Entry, MonthEnd, Outcome, Send, Total
from tuimail.domain.periods import format_moment

_RED: Colour = (168, 28, 28)
_NET, _VAT, _GROSS = 140.0, 162.0, RIGHT - 2
"""Where each column of amounts ends on the right."""

_NUMBER, _NAME = LEFT + 2, LEFT + 26

_COUNT = 116.0
_OWN_NET = 160.0
"""Where a document's amount without tax ends: the names beside it are long."""

_REASON_WIDTH = RIGHT - _NAME - 2
_STEP, _ROW = 3.8, 5.2
_SIZE, _SMALL = 9.0, 8.0
_FEW = 4
"""Lines of a list that stand below its heading before a page may end."""


def lay_out(sheet: MonthEnd) -> tuple[Page, ...]:
    """The pages, in the operator's language; characters that the fonts lack are question marks."""
    return _Layout(sheet).pages()


def render(sheet: MonthEnd) -> bytes:
    """The PDF: A4, fonts embedded."""
    from tuimail.documents.writer import Pdf

    pages = lay_out(sheet)
    pdf = Pdf(_title(sheet), sheet.operator, sheet.made_at.astimezone().date(), pages)
    pdf.paint(pages)
    return pdf.content()


def _title(sheet: MonthEnd) -> str:
    return shown(_("Month-end sheet, {what}").format(what=sheet.title))


class _Layout:
    """The sheet on its way down the pages."""

    def __init__(self, sheet: MonthEnd) -> None:
        self._of = sheet
        self._head: Callable[[], None] | None = None
        """Draws the heading of the list that is being written, anew on every page."""
        self._sheet = Sheet(self._continue)

    def pages(self) -> tuple[Page, ...]:
        """Everything, top to bottom; the feet last, when the number of pages is known."""
        self._top()
        self._outcomes()
        self._verdict()
        for outcome in (*OPEN, Outcome.EXCLUDED, Outcome.POSTED, Outcome.SENT):
            if found := self._of.of(outcome):
                self._documents(outcome, found)
        self._sends()
        drawn = self._sheet.pages
        return tuple((*marks, *self._foot(page, len(drawn))) for page, marks in enumerate(drawn, 1))

    # Head and foot

    def _top(self) -> None:
        sheet = self._sheet
        sheet.left(LEFT, sheet.y + 7, _("Month-end sheet"), 18, bold=True, colour=ACCENT)
        sheet.y += 14
        for line in wrapped(shown(self._of.title), RIGHT - LEFT, 11, bold=True):
            sheet.left(LEFT, sheet.y, line, 11, bold=True)
            sheet.y += 5
        made = _("Made on {moment} by {operator}.").format(
            moment=format_moment(self._of.made_at, year=True), operator=shown(self._of.operator)
        )
        sheet.left(LEFT, sheet.y, made, _SMALL, colour=QUIET)
        sheet.y += 6

    def _continue(self) -> None:
        sheet = self._sheet
        sheet.left(LEFT, sheet.y, _("{title} (continued)").format(title=_title(self._of)), _SMALL, colour=QUIET)
        sheet.y += 5
        if self._head is not None:
            self._head()

    def _foot(self, page: int, pages: int) -> Page:
        foot = Sheet(lambda: None)
        y = PAGE_HEIGHT - 14
        foot.add(Rule(LEFT, y - 4, RIGHT - LEFT, 0.2, LINE))
        foot.left(LEFT, y, _cut(_title(self._of), RIGHT - LEFT - 30, 7.5), 7.5, colour=QUIET)
        foot.right(RIGHT, y, _("Page {n} of {all}").format(n=page, all=pages), 7.5, colour=QUIET)
        return tuple(foot.pages[0])

    def _bar(self, texts: Sequence[tuple[float, str]], rights: Sequence[tuple[float, str]]) -> None:
        sheet = self._sheet
        sheet.add(Box(LEFT, sheet.y, RIGHT - LEFT, 7, TINT))
        for x, text in texts:
            sheet.left(x, sheet.y + 4.7, text, 8.5, bold=True, colour=ACCENT)
        for x, text in rights:
            sheet.right(x, sheet.y + 4.7, text, 8.5, bold=True, colour=ACCENT)
        sheet.y += 8

    # What became of them

    def _outcomes(self) -> None:
        amounts = ((_NET, _("Net amount")), (_VAT, _("VAT")), (_GROSS, _("With tax")))
        self._bar([(_NUMBER, _("Outcome"))], [(_COUNT, _("Documents")), *amounts])
        for outcome, total in self._of.outcomes():
            self._total(outcome.words(total.documents), total)
        sheet = self._sheet
        sheet.add(Rule(LEFT, sheet.y, RIGHT - LEFT, 0.3, ACCENT))
        sheet.y += 0.8
        self._total(_("All of them"), self._of.total(), bold=True)

    def _total(self, label: str, total: Total, bold: bool = False) -> None:
        sheet = self._sheet
        y = sheet.y + 3.8
        sheet.left(_NUMBER, y, label[:1].upper() + label[1:], _SIZE, bold)
        sheet.right(_COUNT, y, str(total.documents), _SIZE, bold)
        for x, cents in ((_NET, total.net), (_VAT, total.vat), (_GROSS, total.gross)):
            sheet.right(x, y, format_cents(cents), _SIZE, bold, room=21)
        sheet.y += _ROW

    def _verdict(self) -> None:
        sheet, wrong = self._sheet, self._of.discrepancies()
        sheet.y += 3
        self._prose(shown(self._of.equation()) + ".", bold=True)
        for sentence in wrong:
            self._prose(shown(sentence), bold=True, colour=_RED)
        if not wrong:
            self._prose(_("Documents, lines, messages and journal agree to the cent."))
        if count := len(self._of.to_post):
            self._prose(ngettext("{n} document is still to be posted.", "{n} documents are still to be posted.", count))
        sheet.y += 3

    def _prose(self, text: str, bold: bool = False, colour: Colour | None = None) -> None:
        sheet = self._sheet
        for line in wrapped(text, RIGHT - LEFT, _SIZE, bold):
            sheet.need(4.4)
            sheet.left(LEFT, sheet.y + 3.6, line, _SIZE, bold, **({"colour": colour} if colour else {}))
            sheet.y += 4.4

    # Each of them

    def _documents(self, outcome: Outcome, found: Sequence[Entry]) -> None:
        total = self._of.total(outcome)
        words = outcome.words(total.documents)
        heading = f"{words[:1].upper()}{words[1:]} ({total.documents})"

        def head() -> None:
            self._bar(
                [(_NUMBER, _("No.")), (_NAME, heading)],
                [(_OWN_NET, _("Net amount")), (_GROSS, _("With tax"))],
            )

        self._begin(head)
        for entry in found:
            self._document(entry)
        self._sheet.need(_ROW + 3)
        y = self._sheet.y + 3.8
        self._sheet.right(_OWN_NET - 30, y, _("All of them"), _SIZE, bold=True)
        for x, cents in ((_OWN_NET, total.net), (_GROSS, total.gross)):
            self._sheet.right(x, y, format_cents(cents), _SIZE, bold=True, room=26)
        self._sheet.y += _ROW + 3
        self._head = None

    def _begin(self, head: Callable[[], None]) -> None:
        self._head = None
        if self._sheet.y + 8 + _FEW * _ROW > BOTTOM:
            self._sheet.need(BOTTOM - TOP)
        head()
        self._head = head

    def _document(self, entry: Entry) -> None:
        sheet = self._sheet
        remarks = [line for text in _remarks(entry) for line in wrapped(shown(text), _REASON_WIDTH, 7.5)]
        sheet.need(_ROW + min(len(remarks), 3) * _STEP)
        y = sheet.y + 3.6
        sheet.left(_NUMBER, y, _cut(shown(entry.number), _NAME - _NUMBER - 2, _SIZE), _SIZE)
        name = shown(entry.resident)
        if not self._of.structure:
            name += f" · {shown(entry.structure)}"
        sheet.left(_NAME, y, _cut(name, _OWN_NET - 26 - _NAME, _SIZE), _SIZE)
        sheet.right(_OWN_NET, y, format_cents(entry.net), _SIZE, room=24)
        sheet.right(_GROSS, y, format_cents(entry.gross), _SIZE, room=26)
        sheet.y += _ROW - 0.6
        for line in remarks:
            sheet.need(_STEP)
            sheet.left(_NAME, sheet.y + 2.6, line, 7.5, colour=QUIET)
            sheet.y += _STEP
        sheet.add(Rule(LEFT, sheet.y + 0.4, RIGHT - LEFT, 0.1, LINE))
        sheet.y += 0.6

    # Who sent what when

    def _sends(self) -> None:
        if not self._of.sends:
            return

        def head() -> None:
            self._bar(
                [(_NUMBER, _("Sends")), (LEFT + 32, _("Operator")), (LEFT + 54, pgettext("sheet", "What"))],
                [
                    (142, _("Documents")),
                    (156, pgettext("sheet", "Sent")),
                    (169, pgettext("sheet", "Failed")),
                    (_GROSS, pgettext("sheet", "Uncertain")),
                ],
            )

        self._begin(head)
        for send in self._of.sends:
            self._send(send)
        self._head = None

    def _send(self, send: Send) -> None:
        sheet = self._sheet
        sheet.need(_ROW)
        y = sheet.y + 3.6
        sheet.left(_NUMBER, y, format_moment(send.at, year=True), _SMALL)
        sheet.left(LEFT + 32, y, _cut(shown(send.operator), 20, _SMALL), _SMALL)
        sheet.left(LEFT + 54, y, _cut(shown(send.label), 50, _SMALL), _SMALL)
        for x, count in ((142, send.documents), (156, send.sent), (169, send.failed)):
            sheet.right(x, y, str(count), _SMALL)
        sheet.right(_GROSS, y, str(send.uncertain), _SMALL)
        sheet.y += _ROW
        sheet.add(Rule(LEFT, sheet.y - 0.4, RIGHT - LEFT, 0.1, LINE))


def _remarks(entry: Entry) -> list[str]:
    """What stands below a document's line: when it went, what became of it, why."""
    found = []
    if entry.at is not None:
        reached = ngettext("{n} address of {all}", "{n} addresses of {all}", entry.delivered)
        found.append(
            _("sent on {moment}").format(moment=format_moment(entry.at, year=True))
            + f", {reached.format(all=entry.addresses)}"
        )
    if entry.decided is not None:
        found.append(f"{entry.decided.sentence} ({entry.decided.operator})")
    elif entry.reason:
        found.append(entry.reason)
    if entry.printed and entry.decided is None and entry.outcome is not Outcome.TO_POST:
        found.append(_("also on paper, as the resident's card says"))
    return found


def _cut(text: str, width: float, size: float) -> str:
    """`text`, cut with an ellipsis where it is wider than `width` mm."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(text + "…", size) > width:
        text = text[:-1]
    return text + "…"
