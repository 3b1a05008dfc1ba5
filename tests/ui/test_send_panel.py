"""The progress line and the log of a sending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from textual.app import ComposeResult
from textual.widgets import Input

from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.i18n import DEFAULT_LANGUAGE, use_language
from tuimail.ui.base import BaseApp
from tuimail.ui.messages import Phase, Progress
from tuimail.ui.widgets.frame import Lines, line_length
from tuimail.ui.widgets.send_panel import KEPT, LogLines, SendPanel, log_lines, progress_parts

AT = datetime(2026, 10, 27, 13, 2, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language(DEFAULT_LANGUAGE)


def event(kind: EventKind, number: int = 21, detail: str = "", until: datetime | None = None) -> Event:
    return Event(
        kind,
        AT + timedelta(seconds=number),
        number=f"{number:03d}",
        resident="BERNARD Paul",
        recipient="paul.bernard@orange.example",
        detail=detail,
        until=until,
    )


class PanelApp(BaseApp):
    def compose(self) -> ComposeResult:
        yield Input()
        yield SendPanel()

    @property
    def panel(self) -> SendPanel:
        return self.query_one(SendPanel)

    @property
    def line(self) -> str:
        return self.query_one("#progress", Lines).text()

    @property
    def seen(self) -> list[str]:
        log = self.query_one(LogLines)
        return [log.render_line(y).text.strip() for y in range(log.size.height)]


SENDING = Progress(Phase.SENDING, "octobre", messages=120, done=43, ends_at=AT + timedelta(minutes=30))


async def test_it_is_not_there_until_something_is_sent() -> None:
    app = PanelApp()
    async with app.run_test(size=(80, 24)) as pilot:
        assert not app.panel.display
        app.panel.show(Progress())
        assert not app.panel.display
        app.panel.show(SENDING, [event(EventKind.SENT)])
        await pilot.pause()
        assert app.panel.display
        assert app.panel.size.height == 1 + 3
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert app.panel.size.height == 1 + 8
        app.panel.close()
        assert not app.panel.display
        assert app.panel.log_text == []


async def test_the_line_says_how_far_it_is_and_which_keys_stop_it() -> None:
    app = PanelApp()
    async with app.run_test(size=(120, 40)) as pilot:
        app.panel.show(SENDING)
        await pilot.pause()
        clock = f"{(AT + timedelta(minutes=30)).astimezone():%H:%M}"
        assert app.line.startswith(f"Sending 43/120  {'▓' * 10}{'░' * 20}  35%   ends about {clock}")
        assert app.line.endswith("p pause  c stop")
        app.panel.show(Progress(Phase.PAUSED, messages=120, done=44, more=7))
        assert app.line.startswith("Paused 44/120")
        assert "then 7 more" in app.line
        assert app.line.endswith("p go on  c stop")
        app.panel.show(Progress(Phase.CANCELLING, messages=120, done=44))
        assert app.line.startswith("Stopping 44/120")
        assert "c stop" not in app.line
        app.panel.show(Progress(Phase.ENDED), summary=Summary(44, 43, 1, blocked=3, detail="The server is gone."))
        assert app.line == "43 sent · 1 failed · 0 uncertain = 44 messages · 3 invoices blocked"
        assert app.panel.log_text[-2:] == [
            " The server is gone.",
            " e see the refused  F send them again  Esc close this",
        ]
        app.panel.show(Progress(Phase.ENDED), summary=Summary(44, 44))
        assert app.panel.log_text[-1:] == [" Esc close this"]
        app.panel.show(SENDING)
        assert app.panel.log_text[-1:] != [" Esc close this"], "it is of no use while messages leave"


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(("done", "messages"), [(0, 0), (0, 10), (10, 10), (99_999, 100_000)])
def test_the_bar_fits_and_is_never_longer_than_itself(width: int, done: int, messages: int) -> None:
    parts = progress_parts(Progress(Phase.SENDING, messages=messages, done=done), width)
    bar = parts[1]
    assert isinstance(bar, str)
    assert len(bar.strip()) == max(10, min(30, width - 70))
    assert bar.strip("▓░ ") == ""
    assert line_length(parts) < 80


async def test_the_log_follows_its_end_and_waits_while_it_is_read() -> None:
    app = PanelApp()
    async with app.run_test(size=(80, 40)) as pilot:
        for number in range(1, 21):
            app.panel.show(SENDING, [event(EventKind.SENT, number)])
        await pilot.pause()
        assert len(app.seen) == 8
        assert [line.split()[2] for line in app.seen] == [f"{number:03d}" for number in range(13, 21)]
        app.query_one(LogLines).focus()
        await pilot.press("up", "up")
        app.panel.show(SENDING, [event(EventKind.SENT, 21)])
        await pilot.pause()
        assert app.seen[-1].split()[2] == "018"
        await pilot.press("end")
        app.panel.show(SENDING, [event(EventKind.SENT, 22)])
        await pilot.pause()
        assert app.seen[-1].split()[2] == "022"


async def test_the_log_keeps_the_last_thousand_lines() -> None:
    app = PanelApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.panel.show(SENDING, [event(EventKind.SENT, number) for number in range(KEPT + 50)])
        await pilot.pause()
        assert len(app.panel.log_text) == KEPT
        assert app.panel.log_text[0].split()[2] == "050"
        assert app.seen[-1].split()[2] == f"{KEPT + 49}"


async def test_what_is_hidden_when_it_comes_is_there_when_it_is_shown() -> None:
    app = PanelApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.panel.show(SENDING, [event(EventKind.SENT, number) for number in range(1, 10)])
        await pilot.pause()
        assert [line.split()[2] for line in app.seen] == ["007", "008", "009"]


def test_a_line_has_the_time_the_outcome_who_and_where() -> None:
    (line,) = log_lines(event(EventKind.SENT, 0), 80)
    text = "".join(part if isinstance(part, str) else part[0] for part in line)
    clock = f"{AT.astimezone():%H:%M:%S}"
    assert text == f"{clock} OK   000 BERNARD Paul  → paul.bernard@orange.example"


def test_a_reason_gets_a_line_of_its_own_where_one_is_too_short() -> None:
    refused = event(EventKind.FAILED, detail="Unknown address: correct it")
    assert len(log_lines(refused, 120)) == 1
    first, second = log_lines(refused, 77)
    assert ("ERR ", first[1][1]) == first[1]
    assert second == (" " * 14 + "Unknown address: correct it",)


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        (EventKind.SENT, "OK"),
        (EventKind.FAILED, "ERR"),
        (EventKind.UNCERTAIN, "???"),
        (EventKind.DEFERRED, "..."),
        (EventKind.BATCH_CANCELLED, "---"),
        (EventKind.CANCELLED, None),
        (EventKind.QUEUED, None),
        (EventKind.BATCH_ENDED, None),
        (EventKind.IMPORTED, None),
    ],
)
def test_an_outcome_is_told_without_colour(kind: EventKind, mark: str | None) -> None:
    lines = log_lines(event(kind), 200)
    assert [line[1][0].strip() for line in lines] == ([] if mark is None else [mark])


def test_a_pause_says_until_when() -> None:
    until = AT + timedelta(seconds=10)
    (line,) = log_lines(Event(EventKind.WAITING, AT, until=until), 80)
    assert line[2] == f" pause until {until.astimezone():%H:%M:%S}"


async def test_a_servers_reply_cannot_move_the_cursor() -> None:
    app = PanelApp()
    async with app.run_test(size=(120, 24)) as pilot:
        app.panel.show(SENDING, [event(EventKind.FAILED, detail="\x1b[2J\r\n550 [b]no[/b]")])
        await pilot.pause()
        assert app.seen[0].endswith("[2J  550 [b]no[/b]")
