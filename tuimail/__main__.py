"""Where the program starts: it hands the command line the application and the demonstration."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tuimail.cli.main import run
from tuimail.config import collector

if TYPE_CHECKING:
    from pathlib import Path

    from tuimail.config.paths import Paths


def main() -> int:
    """Run `tuimail` with the words of the command line; answers the exit status."""
    collector.rest()
    return run(sys.argv[1:], application=_application, demonstration=_demonstration)


def _application(paths: Paths) -> int:
    from tuimail.ui.app import run_app

    return run_app(paths)


def _demonstration(gap: float, keep: Path | None) -> int:
    from tuimail.demo.start import started
    from tuimail.ui.app import run_app

    with started(gap=gap, keep=keep) as demo:
        return run_app(demo.paths, demo=demo.box)


if __name__ == "__main__":
    sys.exit(main())
