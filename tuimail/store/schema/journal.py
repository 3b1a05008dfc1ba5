"""Tables of step 1: what happened; it can only grow."""

JOURNAL = """
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    batch_id INTEGER NOT NULL DEFAULT 0,
    delivery_id INTEGER NOT NULL DEFAULT 0,
    document_id INTEGER NOT NULL DEFAULT 0,
    number TEXT NOT NULL DEFAULT '',
    period TEXT NOT NULL DEFAULT '',
    resident TEXT NOT NULL DEFAULT '',
    recipient TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    reply TEXT NOT NULL DEFAULT '',
    queue_id TEXT NOT NULL DEFAULT '',
    pdf_sha256 TEXT NOT NULL DEFAULT '',
    wire_sha256 TEXT NOT NULL DEFAULT '',
    until TEXT,
    operator TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX event_period ON event(period, id);
CREATE INDEX event_document ON event(document_id, id) WHERE document_id <> 0;
CREATE TRIGGER event_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER event_never_removed BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE journal_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    lines INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO journal_head (id, lines, hash) VALUES (1, 0, '');
"""
