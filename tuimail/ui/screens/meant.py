"""The question about an address that was typed and looks like a better one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App

from tuimail.domain.i18n import _
from tuimail.domain.lookalikes import lookalike
from tuimail.ui.screens.choose import Choose


async def meant_address(app: App[Any], typed: str, family: Iterable[str]) -> str | None:
    """What is meant: as it was typed, or what it looks like. None if the operator wants to look again.

    `family`: other addresses known for the same resident. Only within a worker; nothing striking is not asked about.
    """
    other = lookalike(typed, tuple(family))
    if other is None:
        return typed
    rows = (("fix", other, _("correct it")), ("keep", typed, _("keep it as typed")))
    answer = await app.push_screen_wait(Choose(_("Was another address meant?"), rows, "fix"))
    return {"fix": other, "keep": typed}.get(answer or "")
