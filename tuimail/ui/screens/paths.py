"""Dialogs that ask for a file or a folder: attach a file to invoices, write something to a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from tuimail.domain.errors import TuimailError
from tuimail.domain.i18n import _, ngettext
from tuimail.office.attaching import advice, attach
from tuimail.store.database import in_background
from tuimail.ui.commands import bindings
from tuimail.ui.commands.everywhere import ASK_PATH, FILE_OUT
from tuimail.ui.commands.invoices import ATTACH
from tuimail.ui.desk import TO_ALL, Desk, Enclosure
from tuimail.ui.ending import end
from tuimail.ui.making import Made, Progress
from tuimail.ui.screens.dialog import Dialog, told
from tuimail.ui.widgets.field import PathField
from tuimail.ui.widgets.frame import Lines
from tuimail.ui.widgets.prose import Prose
from tuimail.ui.widgets.sentences import file_size
from tuimail.ui.work import start

_MOST_NAMES = 12


class PathDialog(Dialog[str]):
    """A label, a path, what it could be, and a sentence."""

    def __init__(self, title: str, label: str, proposed: str = "") -> None:
        super().__init__(title)
        self._label, self._proposed = label, proposed

    def content(self) -> ComposeResult:
        """Label, field, completions, sentence."""
        label = Lines()
        label.set_line(self._label)
        yield label
        yield PathField(self._proposed)
        yield Prose("", id="names")
        yield Prose("", id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(PathField).focus()
        self.begin()

    def begin(self) -> None:
        """The dialog is there."""

    def say(self, text: str | Text) -> None:
        """Show this sentence above the keys."""
        self.query_one("#said", Prose).update(text)

    def action_complete(self) -> None:
        """Complete the path as far as it is certain, and show what it could be."""
        names = self.query_one(PathField).complete()
        shown = "  ".join(names[:_MOST_NAMES])
        if len(names) > _MOST_NAMES:
            shown += " " + ngettext("and {n} more", "and {n} more", len(names) - _MOST_NAMES)
        self.query_one("#names", Prose).update(Text(shown))

    def on_input_changed(self) -> None:
        """What was said is about another path."""
        self.say("")

    @property
    def path(self) -> Path | None:
        """The path that was typed."""
        return self.query_one(PathField).path


class AskPath(PathDialog):
    """Asks for a file or a folder. The answer is the path, empty if nothing was typed, None if it was given up."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ASK_PATH)

    def action_accept(self) -> None:
        """Take it."""
        self.dismiss(str(self.path) if self.path else "")


class Attach(PathDialog):
    """A file for one invoice, or for every message of the next send. The answer is a sentence for the list."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ATTACH)

    def __init__(self, desk: Desk, document_id: int, invoice: str = "", kept_back: str = "") -> None:
        """`kept_back`: why the invoice does not leave now, if it does not."""
        title = _("Attach to {invoice}").format(invoice=invoice) if invoice else _("Attach to every message")
        super().__init__(title, _("File to go along with the next send; PDF is best:"))
        self._desk, self._document_id, self._invoice = desk, document_id, invoice
        self._kept_back = kept_back

    def content(self) -> ComposeResult:
        """What is attached already stands above the field."""
        yield Prose("", id="attached")
        yield from super().content()

    def begin(self) -> None:
        """Show what is attached already."""
        self._show()

    @property
    def _here(self) -> list[Enclosure]:
        return [e for e in self._desk.enclosed if e.document_id == self._document_id]

    def _show(self) -> None:
        text = Text("\n".join(f"{e.attachment.name} ({file_size(e.attachment.size)})" for e in self._here))
        shown = self.query_one("#attached", Prose)
        shown.update(text)
        shown.display = bool(self._here)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to take off."""
        if action == "remove":
            return bool(self._here)
        return super().check_action(action, parameters)

    def action_remove(self) -> None:
        """Take off the file that was attached last."""
        if self._here:
            self._desk.forget([self._here[-1]])
            self._show()

    def action_accept(self) -> None:
        """Keep the file; with no path typed, close."""
        if self.path is None:
            self.action_back()
        else:
            start(self, partial(self._keep, self.path), exclusive=True)

    async def _keep(self, path: Path) -> None:
        try:
            attachment = await in_background(attach, self._desk.office, path)
        except TuimailError as error:
            self.say(told(error))
            return
        self._desk.enclosed.append(Enclosure(self._document_id, self._invoice, attachment))
        if self._document_id == TO_ALL:
            sentence = _("{file} goes with every message of the next send.")
        elif self._kept_back:
            sentence = _("{invoice} does not leave now ({why}): {file} goes with it when it is sent.")
        else:
            sentence = _("{file} goes with {invoice} at the next send.")
        sentence = sentence.format(file=attachment.name, invoice=self._invoice, why=self._kept_back)
        end(self, " ".join(part for part in (advice(attachment), sentence) if part))

    def action_back(self) -> None:
        """Close; what was attached stays attached."""
        self.dismiss("")


class FileOut(PathDialog):
    """Where a file is written. `write` does it on a thread and answers the sentence for the list.

    A file that is there is replaced at the second Enter only, and never where not `replaces`.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(FILE_OUT)

    def __init__(
        self, title: str, label: str, proposed: Path, write: Callable[[Path], str], *, replaces: bool = True
    ) -> None:
        super().__init__(title, label, shortened(proposed))
        self._write_to, self._replaces = write, replaces
        self._replace: Path | None = None
        """The file that a second Enter replaces."""
        self._writing = False

    def action_accept(self) -> None:
        """Write, or say what is in the way."""
        path = self.path
        if self._writing:
            return
        if path is None:
            self.say(_("Type the path of a file."))
            return
        # Path.is_file raises for a name that is too long; the writing tells that.
        there = [each for each in self.others(path) if os.path.isfile(each)]  # noqa: PTH113
        if there and not self._replaces:
            self.say(_("{path} is there already: choose another name.").format(path=shortened(there[0])))
            return
        if there and path != self._replace:
            self._replace = path
            self.say(there_already(there[0]))
            return
        self._writing = True
        self.say(_("One moment…"))
        start(self, partial(self._write, path), exclusive=True)

    def on_input_changed(self) -> None:
        """The question is gone with what was said: it is asked anew, even about the same path."""
        self._replace = None

    def others(self, path: Path) -> list[Path]:
        """All files that are written."""
        return [path]

    def on_made(self, message: Made) -> None:
        """Many PDFs take a while."""
        if self._writing:
            self.say(message.sentence)

    async def _write(self, path: Path) -> None:
        try:
            sentence = await in_background(self._write_to, path)
        except TuimailError as error:
            self._writing = False
            self.say(told(error))
        else:
            end(self, sentence)

    def action_back(self) -> None:
        """Close, unless it is being written."""
        if not self._writing:
            self.dismiss("")


def invoices_out(desk: Desk, document_ids: Sequence[int], proposed: Path) -> FileOut:
    """Asks where invoices are written as PDF: one file if the path ends in .pdf, or else a folder of them."""

    def write(path: Path) -> str:
        count = desk.office.render(document_ids, path, Progress(dialog))
        written = ngettext("{n} invoice written to {path}", "{n} invoices written to {path}", count)
        return written.format(path=shortened(path))

    count = ngettext("{n} invoice", "{n} invoices", len(document_ids))
    title = _("Write {invoices} as PDF").format(invoices=count)
    dialog = FileOut(title, _("One file if it ends in .pdf, or else a folder:"), proposed, write)
    return dialog


def there_already(path: Path) -> str:
    """The question before a file is replaced."""
    return _("{path} is there already: Enter once more writes over it.").format(path=shortened(path))


def written_to(path: Path) -> str:
    """The sentence once a file is written."""
    return _("Written to {path}.").format(path=shortened(path))


def shortened(path: Path) -> str:
    """The path with `~` for the home folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
