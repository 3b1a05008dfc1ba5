"""Tables of step 1: who saved which card last."""

REVISION = """
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    ref INTEGER NOT NULL,
    operator TEXT NOT NULL,
    host TEXT NOT NULL,
    at TEXT NOT NULL,
    digest TEXT NOT NULL,
    UNIQUE (kind, ref)
) STRICT;
"""
