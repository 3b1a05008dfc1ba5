"""A table of step 1: how large a message each mail server takes."""

LIMITS = """
CREATE TABLE server_limit (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
    host TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    seen_at TEXT NOT NULL
) STRICT;
"""
