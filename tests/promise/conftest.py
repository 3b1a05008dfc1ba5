"""What the tests of the promise share: the scripted server, the sink and the small association of the sending tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))

from servers import Certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _as_shipped(durable: None) -> None:
    """How long a commit takes decides what a server has said meanwhile: here it takes what it does for the operator."""
