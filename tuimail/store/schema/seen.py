"""A table of step 1: how much of the journal each operator has had on the screen."""

SEEN = """
CREATE TABLE seen (
    id INTEGER PRIMARY KEY,
    operator TEXT NOT NULL UNIQUE,
    event_id INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""
