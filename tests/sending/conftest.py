"""Servers, certificates and messages for the tests of sending."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted import Script, Server
from servers import Certificates
from smtp_sink import MISSING, PROGRAM, Sink


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[Server]]]:
    """Start a scripted server; it ends with the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(script: Script | None = None, **options: Any) -> Server:
            return await stack.enter_async_context(Server(script, **options))

        yield start


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[Callable[..., Sink]]:
    """Start smtp-sink with options; it ends with the test."""
    if not PROGRAM:
        pytest.skip(MISSING)
    sinks: list[Sink] = []

    def start(*options: str) -> Sink:
        folder = tmp_path / f"sink-{len(sinks)}"
        folder.mkdir()
        sink = Sink(folder, *options)
        sinks.append(sink)
        sink.wait_until_ready()
        return sink

    yield start
    for sink in sinks:
        sink.stop()


@pytest.fixture
async def mailbox() -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Start a real aiosmtpd server in this loop; answers its port and the list of envelopes it accepted."""
    from aiosmtpd.smtp import SMTP

    async with contextlib.AsyncExitStack() as stack:

        async def start(**options: Any) -> tuple[int, list[Any]]:
            envelopes: list[Any] = []

            class Keeper:
                async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
                    envelopes.append(envelope)
                    return "250 2.0.0 kept"

            loop = asyncio.get_running_loop()
            server = await loop.create_server(
                lambda: SMTP(Keeper(), loop=loop, hostname="aiosmtpd.example", **options), "127.0.0.1", 0
            )
            stack.callback(server.close)
            return server.sockets[0].getsockname()[1], envelopes

        yield start


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(autouse=True)
def _as_shipped(durable: None) -> None:
    """How long a commit takes decides what a server has said meanwhile: here it takes what it does for the operator."""
