"""Python's collector, which looks for objects that only hold each other: kept away from whoever waits."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def rest() -> None:
    """Look for nothing until `settle`: while a program starts, nearly all that is made is there to stay."""
    gc.disable()


def settle() -> None:
    """What is there now stays, and is never looked through again; look for the rest as usual.

    Without it a full round takes longer than any key may: it goes through every class and function there is.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextmanager
def off() -> Iterator[None]:
    """No round meanwhile, for work that makes a great deal and nothing of it in circles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
