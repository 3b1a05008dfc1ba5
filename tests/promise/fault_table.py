"""Prints the README's table of faults: what was tried, what came of it, and how many faults of the kind there are."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))

from faults import GROUPS, table

BEGIN, END = "<!-- faults -->", "<!-- /faults -->"


def markdown() -> str:
    """The table, between its markers."""
    counts = Counter(fault.group for fault in table())
    rows = [f"| {trouble} | {outcome} | {counts[group]} |" for group, (trouble, outcome) in GROUPS.items()]
    lines = [
        BEGIN,
        f"`tests/promise` has {counts.total()} faults, each met by the whole sender, judged by what the server took:",
        "after each, a resume sends all that can still be sent, and nothing twice.",
        "",
        "| What goes wrong | What becomes of it | Faults |",
        "| --- | --- | ---: |",
        *rows,
        END,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
