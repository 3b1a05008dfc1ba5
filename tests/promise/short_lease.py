"""The program with a lease that runs out in a second: `python short_lease.py WORDS...`."""

from __future__ import annotations

import sys

from tuimail.__main__ import main
from tuimail.store import accounts

LEASE_SECONDS = 1

if __name__ == "__main__":
    accounts.LEASE_SECONDS = LEASE_SECONDS
    accounts.HEARTBEAT_SECONDS = 0.2  # type: ignore[assignment]
    sys.exit(main())
