"""Tables of step 1: what came back about messages, how far each mailbox was read, and what lies in a Sent folder."""

RETURNS = """
CREATE TABLE return_report (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('bounced', 'delayed', 'delivered', 'read', 'unread')),
    at TEXT NOT NULL,
    delivery_id INTEGER REFERENCES delivery(id),
    document_id INTEGER REFERENCES document(id),
    address TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    sender TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX return_report_delivery ON return_report(delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX return_report_document ON return_report(document_id) WHERE document_id IS NOT NULL;
CREATE TABLE mailbox_read (
    id INTEGER PRIMARY KEY,
    imap_account_id INTEGER NOT NULL REFERENCES imap_account(id),
    folder TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (imap_account_id, folder)
) STRICT;
CREATE TABLE sent_copy (
    id INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL UNIQUE REFERENCES delivery(id),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('filed', 'there', 'changed')),
    folder TEXT NOT NULL
) STRICT;
"""
