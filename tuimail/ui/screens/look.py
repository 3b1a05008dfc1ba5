"""Looking at PDFs before they leave: the page as text laid out or as a picture, one after another."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tuimail.documents.viewing import Viewer
from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _
from tuimail.store import brought, listing
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.prints import LOOK
from tuimail.ui.desk import Desk
from tuimail.ui.screens.dialog import told
from tuimail.ui.screens.page import Page
from tuimail.ui.widgets import pictures
from tuimail.ui.widgets.frame import KeysLine, TitleLine
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.work import start

_BROADER = 16
"""Cells by which the lines of figures of a page are longer than what is asked for."""
_DOTS = 2
"""Pixels of the page for one of the screen: what a block shows is the mean of several."""


class _Paper(VerticalScroll, inherit_bindings=False):
    """Scrolls up and down; the other arrows are the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", show=False),
        Binding("down", "scroll_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]


class Look(Page):
    """The PDFs of documents, one at a time; the arrows go to the next without leaving."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(LOOK)

    def __init__(
        self, desk: Desk, ids: Sequence[int], position: int = 0, left: Callable[[int], object] | None = None
    ) -> None:
        """`ids`: of documents; `left` is told which one was looked at last."""
        super().__init__([], Text())
        self.desk, self.ids, self.position = desk, ids, position
        self._left = left
        self._viewer = Viewer()
        self._content = b""
        self._pages = 1
        self._page = 0
        self._as_picture = False

    def compose(self) -> ComposeResult:
        """Title, the page, keys."""
        yield TitleLine()
        with _Paper():
            yield Prose("")
        yield KeysLine()

    def on_resize(self) -> None:
        """The page is laid out for the width."""
        if self.text_width > 0:
            self.look()

    def on_unmount(self) -> None:
        """What read the PDFs ends."""
        self._viewer.close()

    @property
    def current(self) -> int:
        """The id of what is looked at."""
        return self.ids[self.position]

    def look(self) -> None:
        """Show what is looked at now."""
        start(self, partial(self._look, self.current), exclusive=True)

    async def _look(self, key: int) -> None:
        place = f"{self.position + 1} / {len(self.ids)}" if len(self.ids) > 1 else ""
        path: list[str] = []
        try:
            path = self.path(key)
            self.query_one(TitleLine).show(path, place)
            self._content, ours = await in_background(self.read, key)
            if self._as_picture:
                await self._paint()
            else:
                columns = max(40, self.size.width - _BROADER)
                texts = await in_background(self._viewer.texts, self._content, columns, ours=ours)
                self._pages = len(texts)
                self._write(texts)
        except TuimailError as error:
            self._show_text(told(error))
        self.refresh_bindings()

    def path(self, key: int) -> list[str]:
        """Where one is, for the title."""
        (row,) = listing.rows([key])
        return [*self.desk.path(row.structure_id), f"{row.number} {row.resident}", _("PDF")]

    def read(self, key: int) -> tuple[bytes, bool]:
        """The PDF, and whether tuimail made it."""
        content = self.desk.office.prints.content(key, held=True)
        return content, not (brought.used([key]) or brought.held_for([key]))

    def above(self) -> Text:
        """What stands above the page."""
        return Text()

    def _write(self, texts: Sequence[str]) -> None:
        text = self.above()
        for number, page in enumerate(texts, 1):
            if number > 1:
                text.append("\n\n" + _(" page {n} ").format(n=number).center(40, "_") + "\n\n")
            text.append(page or _("This page holds no text: it was scanned. Tab shows it as a picture."))
        self._show_text(text)

    def _show_text(self, text: Text) -> None:
        for widget in self.query(".page-picture"):
            widget.remove()
        prose = self.query_one(Prose)
        prose.display = True
        self.show(text)

    async def _paint(self) -> None:
        width, height = pictures.cell_size()
        columns = max(20, self.text_width)
        dots = columns * (width if pictures.kind() != "blocks" else _DOTS)
        png = await in_background(self._viewer.picture, self._content, self._page, dots)
        widget: Any = pictures.image_widget()
        widget.image = io.BytesIO(png)
        widget.add_class("page-picture")
        widget.styles.width = columns
        across, down = struct.unpack(">II", png[16:24])
        widget.styles.height = max(1, round(columns * width * down / across / height))
        paper = self.query_one(_Paper)
        await self.query(".page-picture").remove()
        above = self.above()
        if self._pages > 1:
            above.append(_("page {n} of {all}").format(n=self._page + 1, all=self._pages) + "\n")
        self.show(above)
        self.query_one(Prose).display = bool(above.plain)
        await paper.mount(widget)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is something to go to."""
        if action == "step":
            return len(self.ids) > 1
        if action == "other_view":
            return pictures.kind() != "none"
        return super().check_action(action, parameters)

    def action_step(self, by: int) -> None:
        """The next one, or the one before; after the last one nothing."""
        wanted = self.position + by
        if 0 <= wanted < len(self.ids):
            self.position, self._page = wanted, 0
            self.query_one(_Paper).scroll_home(animate=False)
            self.look()

    def action_turn(self, by: int) -> None:
        """Another page of the picture; a page of text is scrolled."""
        paper = self.query_one(_Paper)
        if self._as_picture and 0 <= self._page + by < self._pages:
            self._page += by
            paper.scroll_home(animate=False)
            self.look()
        elif by > 0:
            paper.scroll_page_down(animate=False)
        else:
            paper.scroll_page_up(animate=False)

    def action_other_view(self) -> None:
        """As a picture, or as text."""
        self._as_picture = not self._as_picture
        self.query_one(_Paper).scroll_home(animate=False)
        self.look()

    def action_back(self) -> None:
        """Go back."""
        if self._left is not None:
            self._left(self.current)
        super().action_back()
