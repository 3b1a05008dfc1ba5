"""A picture of every screen at the two sizes that matter; look at the report before accepting another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hand import Hand
from office_data import NOW
from scenes import SCENES
from test_screen_mails import Box
from textual.pilot import Pilot

from tuimail.config import shared_secrets
from tuimail.domain.i18n import _
from tuimail.office import Office
from tuimail.ui.app import TuimailApp

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture
def offices(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, home: Path) -> Callable[..., Office]:
    """The office of a scene, with no path of this machine on screen."""

    def found(empty: bool) -> Office:
        office: Office = request.getfixturevalue("empty_office" if empty else "office")
        monkeypatch.setenv("TUIMAIL_DATABASE", str(office.paths.database))
        # Whether or not this machine has such a file.
        monkeypatch.setattr(shared_secrets, "readers_sentence", lambda path: _("{path}: not there").format(path=path))
        return office

    return found


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(SIZES["80x24"], id="80x24"),
        # The narrow one says sooner what is wrong.
        pytest.param(SIZES["120x40"], id="120x40", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("name", SCENES)
def test_picture(
    name: str, size: tuple[int, int], offices: Callable[..., Office], snap_compare: Any, no_idling: None
) -> None:
    scene = SCENES[name]
    office = offices(scene.empty)
    if scene.prepare is not None:
        scene.prepare(office)
    app = TuimailApp(office, demo=Box(3) if scene.demo else None, now=lambda: NOW)

    async def act(pilot: Pilot[Any]) -> None:
        await scene.act(Hand(app, pilot))
        await pilot.pause(0.01)

    assert snap_compare(app, terminal_size=size, run_before=act)
