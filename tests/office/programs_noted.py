"""Programs in the PATH that note what they are given, in place of sendmail and a desktop's mail program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Program = Callable[..., Path]
