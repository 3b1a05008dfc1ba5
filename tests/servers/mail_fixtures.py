"""The fixtures that hand the real servers to whichever test asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from post_office import PostOffice


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """Postfix and Dovecot; see `PostOffice`."""
    import post_office as servers

    try:
        office = servers.PostOffice()
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    yield office
    office.stop()
