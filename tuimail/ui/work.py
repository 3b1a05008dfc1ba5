"""Work that goes on beside the keys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.worker import Worker


def start(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], *, group: str = "default", exclusive: bool = False
) -> Worker[None]:
    """Have a worker of that screen do it; `exclusive` cancels what its group is doing.

    The worker calls `work` itself: a coroutine made before is never awaited where its worker is cancelled at once.
    """

    async def done() -> None:
        try:
            await work()
        except NoMatches:
            # The parts of a screen go before it does: what waited for the disk or a server has nobody left to tell.
            if node.display and node.app.is_running:
                raise

    worker: Worker[None] = node.run_worker(done, group=group, exclusive=exclusive)
    return worker
