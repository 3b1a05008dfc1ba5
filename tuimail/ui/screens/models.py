"""The models of letters that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from tuimail.domain.i18n import _
from tuimail.domain.letters import Letter
from tuimail.domain.mailing import LetterModel, checked_name
from tuimail.store import mailings
from tuimail.ui.commands import bindings
from tuimail.ui.commands.letters import MODELS
from tuimail.ui.screens.dialog import Question, asked
from tuimail.ui.screens.list_dialog import ListDialog
from tuimail.ui.screens.several import Ask
from tuimail.ui.widgets.table_model import TableColumn
from tuimail.ui.work import work


class Models(ListDialog[LetterModel]):
    """The answer is the model that is taken, or None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MODELS)

    def __init__(self, letter: Letter) -> None:
        super().__init__(_("Models of letters"))
        self._letter = letter
        self._models: dict[str, LetterModel] = {}

    def columns(self) -> Sequence[TableColumn]:
        """By what they are told apart."""
        return (
            TableColumn("name", _("Model"), 24, gap=1),
            TableColumn("kind", _("Kind"), 15, gap=1),
            TableColumn("subject", _("Subject"), 28, gap=1, flexible=True),
        )

    def load(self) -> None:
        """The models, or that there is none."""
        found = mailings.models()
        self._models = {str(model.id): model for model in found}
        kinds = {False: _("information"), True: _("promotional")}
        self.show_rows(
            [(str(m.id), {"name": m.name, "kind": kinds[m.promotional], "subject": m.subject.strip()}) for m in found]
        )
        self.say("" if found else _("No model is kept yet."))

    @property
    def _here(self) -> LetterModel | None:
        return self._models.get(self.table.current_key or "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a model needs one under the cursor; an empty letter is no model."""
        if action in ("accept", "delete"):
            return self.is_mounted and self._here is not None
        if action == "keep":
            return not self._letter.blank
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Take it."""
        self.dismiss(self._here)

    @work
    async def action_keep(self) -> None:
        """Keep the letter under a name."""
        name = await asked(self.app, Ask(_("Name of the model"), self._letter.subject, "", checked_name))
        if name is None:
            return
        name = checked_name(name)
        if name in {model.name for model in self._models.values()}:
            question = Question(_("Replace the model?"), (_("The model “{name}” is replaced.").format(name=name),))
            if not await asked(self.app, question):
                return
        letter = self._letter
        model = LetterModel(name, letter.subject, letter.body, letter.promotional)
        if await self.change(mailings.save_model, model):
            self.say(_("Model “{name}” kept.").format(name=name))

    @work
    async def action_delete(self) -> None:
        """Ask, then delete."""
        if (model := self._here) is not None:
            question = Question(_("Delete the model?"), (_("The model “{name}” is deleted.").format(name=model.name),))
            if await asked(self.app, question):
                await self.change(mailings.delete_model, model.id)
