"""A window whose size changes faster than it is drawn."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from hand import Sit
from textual import events, messages
from textual.geometry import Region, Size
from textual.screen import Screen

import tuimail.ui
from tuimail.office import Office
from tuimail.ui.steady import SteadyScreen


@pytest.mark.parametrize("key", ["", "?", "s", "enter", "ctrl+p"])
async def test_two_sizes_at_once_do_not_keep_a_screen_going_from_one_to_the_other(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    resized, resize = [], Screen._on_resize

    async def counted(screen: Screen[object], event: events.Resize) -> None:
        resized.append(event.size)
        assert len(resized) < 50, "it goes from one size to the other for ever"
        await resize(screen, event)

    async with sit(office, (80, 24)) as hand:
        if key:
            await hand.press(key)
        monkeypatch.setattr(Screen, "_on_resize", counted)
        screen = hand.app.screen
        for height in (25, 24):
            size = Size(80, height)
            screen.post_message(events.Resize(size, size))
            # Else the second would take the place of the first.
            screen.post_message(messages.ScrollToRegion(Region(0, 0, 1, 1)))
        await hand.pilot.pause()
        assert screen.size == (80, 24)


def every(kind: type[Screen[object]]) -> Iterator[type[Screen[object]]]:
    for found in kind.__subclasses__():
        yield found
        yield from every(found)


def test_every_screen_is_steady() -> None:
    for module in pkgutil.walk_packages(tuimail.ui.__path__, "tuimail.ui."):
        importlib.import_module(module.name)
    ours = [found for found in every(Screen) if found.__module__.startswith("tuimail")]
    assert len(ours) > 50
    assert not [found for found in ours if not issubclass(found, SteadyScreen)]
