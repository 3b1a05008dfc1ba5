"""Tables of step 1: lists of people, letters, and who wants none."""

MAILINGS = """
CREATE TABLE mailing_list (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    criteria TEXT NOT NULL,
    fixed INTEGER NOT NULL DEFAULT 0,
    operator TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE list_member (
    id INTEGER PRIMARY KEY,
    list_id INTEGER NOT NULL REFERENCES mailing_list(id) ON DELETE CASCADE,
    resident_id INTEGER NOT NULL REFERENCES resident(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (list_id, resident_id, role, position)
) STRICT;
CREATE TABLE kept_selection (
    id INTEGER PRIMARY KEY,
    operator TEXT NOT NULL UNIQUE,
    criteria TEXT NOT NULL,
    chosen TEXT NOT NULL
) STRICT;
CREATE TABLE suppression (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    since TEXT NOT NULL,
    operator TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE TABLE letter_model (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    promotional INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
