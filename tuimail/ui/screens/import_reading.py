"""Correcting how a file is read as a whole, and the profiles that keep it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tuimail.domain.i18n import _
from tuimail.domain.imports import DELIMITERS, ENCODINGS, Dates, Decimals
from tuimail.importing.formats import Formats
from tuimail.importing.profiles import Examined
from tuimail.importing.reading import ImportFile, ReadAs
from tuimail.store.database import in_writer
from tuimail.ui.import_job import JobFile
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.import_step import ImportStep
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.import_words import dates_name, decimals_name, delimiter_name, encoding_name
from tuimail.ui.work import start

NONE = "none"
"""The key of what is left to be found by looking, or left out."""


class ImportReading(ImportStep):
    """The commands that are about one file as a whole."""

    @property
    def item(self) -> JobFile:
        """The file that is shown."""
        raise NotImplementedError

    @property
    def found(self) -> Examined:
        """How it is understood."""
        assert self.item.found is not None
        return self.item.found

    def show_file(self, row: int | None = None) -> None:
        """Show the file as it is understood now."""
        raise NotImplementedError

    def change(self, file: ImportFile) -> None:
        """Read the file as it is said to be now."""
        start(self, partial(self._look, file), exclusive=True)

    async def _look(self, file: ImportFile) -> None:
        before = self.item.file
        with self.working(_("Reading…")):
            await self.job.look(self.item, file)
            error = self.item.error
            readable = self.item.found is not None
            if not readable:
                # Said to be something it cannot be read as: as it was before.
                await self.job.look(self.item, before)
        self.show_file()
        if not readable and error is not None:
            self.say(error.sentence)

    # How the file is read

    def action_reading(self) -> None:
        """Ask what is to be corrected."""
        found, match = self.found, self.found.match
        formats = match.formats(found.how) if match else Formats()
        rows = []
        if found.source.encoding:
            rows.append(("encoding", _("Encoding"), encoding_name(found.source.encoding)))
            rows.append(("delimiter", _("Separator"), delimiter_name(found.source.delimiter)))
        else:
            rows.append(("sheet", _("Sheet"), match.sheet.name if match else ""))
        rows.append(("header_line", _("Line of the titles"), str(match.sheet.rows[match.at].line) if match else ""))
        rows.append(("dates", _("Dates"), dates_name(formats.dates)))
        rows.append(("decimals", _("Decimal mark"), decimals_name(formats.decimals)))
        self.app.push_screen(Choose(_("How the file is read"), rows, rows[0][0]), self._correct)

    def _correct(self, what: str | None) -> None:
        if what == "header_line":
            label = _("Line of the file that has the titles (empty: found by looking):")
            said = str(self.item.file.how.header_line or "")
            self.app.push_screen(Ask(_("Line of the titles"), label, said), self._set_header_line)
        elif what is not None:
            said = getattr(self.item.file.how, what)
            rows = [(NONE, _("found by looking"), ""), *((key, name, "") for key, name in self._possible(what))]

            def chosen(key: str | None) -> None:
                if key is not None:
                    self._set(what, "" if key == NONE else key)

            self.app.push_screen(Choose(_("How the file is read"), rows, str(said) if said else NONE), chosen)

    def _possible(self, what: str) -> list[tuple[str, str]]:
        if what == "encoding":
            return [(encoding, encoding_name(encoding)) for encoding in ENCODINGS]
        if what == "delimiter":
            return [(delimiter, delimiter_name(delimiter)) for delimiter in DELIMITERS]
        if what == "sheet":
            return [(sheet.name, sheet.name) for sheet in self.found.source.sheets]
        if what == "dates":
            return [(str(order), dates_name(order)) for order in Dates]
        return [(str(mark), decimals_name(mark)) for mark in Decimals]

    def _set(self, what: str, key: str) -> None:
        said = {name: value for name, value in self.item.file.how.said().items() if name != what}
        self.change(replace(self.item.file, how=ReadAs.of(said | ({what: key} if key else {}))))

    def _set_header_line(self, typed: str | None) -> None:
        if typed is not None and (not typed or typed.isdecimal()):
            self.change(replace(self.item.file, how=replace(self.item.file.how, header_line=int(typed or 0))))

    # Profiles

    def action_profile(self) -> None:
        """Ask which profile, or for the name of a new one."""
        profiles = self.job.imports.profiles()
        rows = [("save", _("Save this reading as a profile…"), "")]
        rows += [(f"use {p.id}", _("Read by “{name}”").format(name=p.name), p.operator) for p in profiles]
        if self.found.profile:
            rows.append((NONE, _("Read without a profile"), ""))
        rows += [(f"drop {p.id}", _("Remove “{name}”").format(name=p.name), "") for p in profiles]

        def chosen(key: str | None) -> None:
            named = {str(p.id): p for p in profiles}
            action, _space, number = (key or "").partition(" ")
            if action == "save":
                self._ask_name()
            elif action == "use":
                self.change(replace(self.item.file, profile=named[number].name))
            elif action == NONE:
                self.change(replace(self.item.file, profile=""))
            elif action == "drop":
                start(self, partial(self._drop, number), exclusive=True)

        self.app.push_screen(Choose(_("Profile"), rows, "save"), chosen)

    async def _drop(self, number: str) -> None:
        profile = next((p for p in self.job.imports.profiles() if str(p.id) == number), None)
        if profile is not None:
            await self.attempt("", in_writer(self.job.imports.remove_profile, profile))
            if self.item.file.profile == profile.name:
                self.item.file = replace(self.item.file, profile=None)
            await self.job.look(self.item)
        self.show_file()

    def _ask_name(self) -> None:
        label = _("Name of the profile, such as that of the billing software:")
        self.app.push_screen(Ask(_("Save as a profile"), label, self.found.profile), self._save)

    def _save(self, name: str | None) -> None:
        if name:
            start(self, partial(self._keep, name), exclusive=True)

    async def _keep(self, name: str) -> None:
        profile = await self.attempt("", in_writer(self.job.imports.save_profile, self.found, name))
        if profile is not None:
            await self.job.look(self.item, replace(self.item.file, profile=profile.name))
            self.show_file()
            self.say(_("Profile “{name}” saved: files with these titles are read by it.").format(name=profile.name))
