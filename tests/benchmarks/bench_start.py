"""From the shell to the first paint, beside a Textual hello-world in the same run, each in a pseudo-terminal.

The application opens on the month of the demonstration's data. Figures depend on the machine: trust the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "terminal"))

from pty_terminal import PtyTerminal

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("Hello, world")
Hello().run()
"""


def seconds(command: list[str], text: str) -> float:
    """From the start of the process until `text` is on its screen."""
    began = time.perf_counter()
    with PtyTerminal(command) as terminal:
        terminal.wait_for(text)
        return time.perf_counter() - began


def main() -> None:
    """Print the medians and the ratio of each pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        from tuimail.config.paths import Paths
        from tuimail.demo.data import fill
        from tuimail.office import Office

        database = Path(folder) / "start.sqlite3"
        with Office(Paths(database)) as office:
            fill(office, "127.0.0.1", 25, 2.0)
        tuimail = ["-m", "tuimail", "--database", str(database)]
        pairs = [(seconds(tuimail, "Non envoy"), seconds(["-c", HELLO], "Hello")) for _ in range(chosen.rounds)]
    own, hello = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"tuimail {own:.2f} s   hello-world {hello:.2f} s   median ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
