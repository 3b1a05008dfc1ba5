"""A window whose size changes faster than it is drawn, and screens that come and go."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import weakref
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


async def test_a_screen_is_laid_out_once_for_its_size(
    sit: Sit, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out, lay_out = [], Screen._screen_resized

    def counted(screen: Screen[object], size: Size) -> None:
        laid_out.append(size)
        lay_out(screen, size)

    async with sit(office, (80, 24)) as hand:
        monkeypatch.setattr(Screen, "_screen_resized", counted)
        await hand.press("?")
        assert not laid_out
        await hand.pilot.resize_terminal(100, 30)
        await hand.until(lambda: laid_out, "it was never laid out")
        await hand.pilot.pause()
        assert laid_out == [(100, 30)] * 2, "the help and the list below it"
        assert hand.app.screen.outer_size == (100, 30)


async def test_nothing_is_left_of_a_screen_that_was_closed(sit: Sit, office: Office) -> None:
    async with sit(office, (80, 24)) as hand:
        await hand.press("2", "enter")
        drawn = [weakref.ref(widget) for widget in hand.app.screen.walk_children()]
        kept = [weakref.ref(widget._styles_cache) for widget in hand.app.screen.walk_children()]
        assert len(drawn) > 20
        await hand.press("escape", "down")
        gc.collect()
        assert not [found for found in (*drawn, *kept) if found() is not None]


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
