"""What can be done with the places of the tree: open, add, rename, move, archive, remove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuimail.domain.changes import Changed
from tuimail.domain.i18n import _, ngettext
from tuimail.domain.places import Association, Structure
from tuimail.store import tree
from tuimail.store.changes import Subject, save
from tuimail.store.database import in_writer
from tuimail.ui.screens.choose import Choose
from tuimail.ui.screens.dialog import Question
from tuimail.ui.screens.naming import Naming
from tuimail.ui.screens.place import PlaceScreen
from tuimail.ui.widgets.place_tree import Key, key_of
from tuimail.ui.work import start


class PlaceActions(PlaceScreen):
    """The commands of the tree that open something or change it."""

    associations: list[Association]
    structures: list[Structure]
    """All of them, archived ones too."""

    @property
    def current(self) -> Association | Structure | None:
        """The place under the cursor."""
        raise NotImplementedError

    def load(self, key: Key | None = None) -> None:
        """Read everything again, and go to the place of that key, or stay."""
        raise NotImplementedError

    def tell(self, sentence: str) -> None:
        """Say what was done, until the cursor moves."""
        raise NotImplementedError

    def association_of(self, place: Structure) -> Association:
        """The association that a structure belongs to."""
        return next(each for each in self.associations if each.id == place.association_id)

    def action_open_card(self) -> None:
        """Open the card of the place under the cursor."""
        from tuimail.ui.screens.place_cards import association_screen, structure_screen

        place = self.current
        with self.telling():
            if isinstance(place, Structure):
                self.app.push_screen(structure_screen(self.desk, place, self.association_of(place)), self._saved)
            elif place is not None:
                self.app.push_screen(association_screen(self.desk, place), self._saved)

    def _saved(self, place: Association | Structure | None) -> None:
        if place is not None:
            with self.telling():
                self.load(key_of(place))
            self.tell(_("“{name}” is saved.").format(name=place.name))

    def action_add(self) -> None:
        """Ask for the name of a structure below the place under the cursor."""
        place = self.current
        if place is None:
            return
        above = (place.association_id, place.id) if isinstance(place, Structure) else (place.id, None)

        async def keep(name: str) -> Any:
            return await self._write(tree.add_structure, name, *above)

        title = _("Add a home below {place}").format(place=place.name)
        self.app.push_screen(Naming(title, _("Its name:"), keep), self._saved)

    def action_add_association(self) -> None:
        """Ask for the name of an association."""

        async def keep(name: str) -> Any:
            return await self._write(tree.add_association, name)

        self.app.push_screen(Naming(_("Add an association"), _("Its name:"), keep), self._saved)

    def action_rename(self) -> None:
        """Ask for another name of the place under the cursor."""
        place = self.current
        if place is None:
            return

        at: list[Any] = [place]

        async def keep(name: str) -> Any:
            opened = at[0]
            card: Subject[Any] = (
                tree.structure_card(opened)
                if isinstance(opened, Structure)
                else tree.association_card(opened.id, opened.name)
            )
            try:
                return await self._write(save, card, opened, replace(opened, name=tree.checked_name(name)))
            except Changed as error:
                at[0] = error.theirs
                raise

        title = _("Rename {place}").format(place=place.name)
        self.app.push_screen(Naming(title, _("Its name:"), keep, place.name), self._saved)

    def action_move(self) -> None:
        """Ask below which place the structure shall stand."""
        moved = self.current
        if not isinstance(moved, Structure):
            return
        with self.telling():
            branch = {place.id for place in tree.branch(moved.id)}
            rows = []
            for association in self.associations:
                rows.append((f"a{association.id}", association.name, _("association")))
                rows += [
                    (f"s{place.id}", f"  {place.name}", "")
                    for place in self.structures
                    if place.association_id == association.id and place.id not in branch and not place.archived
                ]
            here = f"s{moved.parent_id}" if moved.parent_id else f"a{moved.association_id}"
            title = _("Put {place} below").format(place=moved.name)
            self.app.push_screen(Choose(title, rows, here), lambda to: self._move(moved, to))

    def _move(self, moved: Structure, to: str | None) -> None:
        if to is None:
            return
        below = next((place for place in self.structures if to == f"s{place.id}"), None)
        target = (below.association_id, below.id) if below else (int(to[1:]), None)
        self._do(tree.move, moved.id, *target, then=_("“{name}” is moved.").format(name=moved.name))

    def action_archive(self) -> None:
        """Ask, then offer the structure no more; one that is archived is offered again at once."""
        place = self.current
        if not isinstance(place, Structure):
            return
        if place.archived:
            self._do(tree.unarchive, place.id, then=_("“{name}” is offered again.").format(name=place.name))
            return
        with self.telling():
            below = [each for each in tree.branch(place.id) if not each.archived and each.id != place.id]
            sentences = [_("It is no longer offered, neither here nor when invoices are chosen.")]
            if below:
                sentences.append(
                    ngettext(
                        "{n} home below it is archived with it.", "{n} homes below it are archived with it.", len(below)
                    )
                )
            sentences.append(_("Its invoices, residents and sends stay. z takes it out of the archive again."))

            def answered(yes: bool | None) -> None:
                if yes:
                    self._do(tree.archive, place.id, then=_("“{name}” is archived.").format(name=place.name))

            self.app.push_screen(Question(_("Archive {place}").format(place=place.name), sentences), answered)

    def action_remove(self) -> None:
        """Ask, then remove a place that was never used."""
        place = self.current
        if place is None:
            return
        remove = tree.remove_structure if isinstance(place, Structure) else tree.remove_association

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(remove, place.id, then=_("“{name}” is removed.").format(name=place.name))

        sentences = (
            _("It is removed for good, if nothing was ever done with it."),
            _("A home that has invoices or residents cannot be removed: archive it."),
        )
        self.app.push_screen(Question(_("Remove {place}").format(place=place.name), sentences), answered)

    def _do(self, change: Callable[..., Any], *values: Any, then: str) -> None:
        async def work() -> None:
            with self.telling():
                await self._write(change, *values)
                self.load()
                self.tell(then)

        start(self, work, exclusive=True)

    async def _write(self, change: Callable[..., Any], *values: Any) -> Any:
        return await in_writer(change, *values, self.desk.office.owner, self.desk.now())
