"""Tables of step 1: how exports are read, and what the last import did, for its undoing."""

IMPORTS = """
CREATE TABLE import_profile (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    titles TEXT NOT NULL,
    reading TEXT NOT NULL,
    columns TEXT NOT NULL,
    operator TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE last_import (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    files TEXT NOT NULL
) STRICT;
CREATE TABLE last_import_item (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    target_id INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;
"""
