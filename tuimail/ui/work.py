"""Work that goes on beside the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.worker import Worker

if TYPE_CHECKING:
    from tuimail.ui.base import BaseApp

P = ParamSpec("P")
Answer = TypeVar("Answer")
Node = TypeVar("Node", bound=DOMNode)


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


async def to_the_end(node: DOMNode, work: Coroutine[Any, Any, Answer]) -> Answer:
    """Wait for work that is finished even where its screen or the interface goes meanwhile."""
    answer: Answer = await asyncio.shield(cast("BaseApp", node.app).finish(work, "to the end"))
    return answer


def work(
    method: Callable[Concatenate[Node, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Node, P], Worker[None]]:
    """What an action asks and then does, as a worker of its screen; see `start`."""

    @wraps(method)
    def begin(node: Node, /, *arguments: P.args, **named: P.kwargs) -> Worker[None]:
        return start(node, partial(method, node, *arguments, **named))

    return begin
