"""The promise under every fault of the table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from fault_table import BEGIN, END, markdown
from faults import COMMITS, GROUPS, Fault, table
from proof import play
from servers import Certificates

FAULTS = list(table())


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_the_promise_is_kept(fault: Fault, tmp_path: Path, certificates: Certificates) -> None:
    await play(fault, tmp_path, certificates)


def test_there_are_enough_faults_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= 80
    assert max(Counter(str(fault) for fault in FAULTS).values()) == 1
    assert {fault.group for fault in FAULTS} == set(GROUPS)


async def test_every_commit_of_a_batch_is_among_the_faults(tmp_path: Path, certificates: Certificates) -> None:
    watched = Fault("process", "none", trouble="disk full at commit", nth=1000)
    scene = await play(watched, tmp_path, certificates)
    assert 3 * 2 < scene.commits <= COMMITS


def test_the_readme_holds_the_table() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert BEGIN in readme, "run: python tests/promise/fault_table.py"
    held = BEGIN + readme.partition(BEGIN)[2].partition(END)[0] + END + "\n"
    assert held == markdown(), "run: python tests/promise/fault_table.py"
