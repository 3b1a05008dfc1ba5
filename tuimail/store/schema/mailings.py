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
    number INTEGER NOT NULL,
    UNIQUE (list_id, resident_id, role, number)
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
CREATE TABLE letter_draft (
    id INTEGER PRIMARY KEY,
    operator TEXT NOT NULL UNIQUE,
    letter TEXT NOT NULL
) STRICT;
CREATE TABLE mailing (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('information', 'promotional')),
    label TEXT NOT NULL,
    criteria TEXT NOT NULL,
    operator TEXT NOT NULL,
    created_at TEXT NOT NULL,
    scheduled_at TEXT,
    batch_id INTEGER REFERENCES batch(id),
    attachments TEXT NOT NULL,
    unsubscribe_address TEXT NOT NULL,
    unsubscribe_url TEXT NOT NULL
) STRICT;
CREATE TABLE mailing_left_out (
    id INTEGER PRIMARY KEY,
    mailing_id INTEGER NOT NULL REFERENCES mailing(id),
    resident_id INTEGER NOT NULL REFERENCES resident(id),
    role TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX mailing_left_out_of ON mailing_left_out(mailing_id, id);
CREATE TABLE unsubscribing (
    id INTEGER PRIMARY KEY,
    association_id INTEGER NOT NULL UNIQUE REFERENCES association(id),
    address TEXT NOT NULL,
    url TEXT NOT NULL
) STRICT;
"""
