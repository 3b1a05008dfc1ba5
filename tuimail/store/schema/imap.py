"""A table of step 1: where the association's own mail is read."""

IMAP = """
CREATE TABLE imap_account (
    id INTEGER PRIMARY KEY,
    association_id INTEGER NOT NULL UNIQUE REFERENCES association(id),
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('none', 'starttls', 'tls')),
    login TEXT NOT NULL,
    ca_file TEXT NOT NULL DEFAULT '',
    sent_folder TEXT NOT NULL DEFAULT '',
    copy_sent INTEGER NOT NULL DEFAULT 0,
    returns_folder TEXT NOT NULL DEFAULT ''
) STRICT;
"""
