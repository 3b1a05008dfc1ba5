"""Tables of step 1: what happened; it can only grow, but for what names a person: that can be emptied."""

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
    hash TEXT NOT NULL,
    salt TEXT NOT NULL,
    personal TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX event_period ON event(period, id);
CREATE INDEX event_document ON event(document_id, id) WHERE document_id <> 0;
CREATE INDEX event_erased ON event(id) WHERE personal <> '';
CREATE TABLE event_about (
    event_id INTEGER PRIMARY KEY REFERENCES event(id),
    resident_id INTEGER NOT NULL
) STRICT;
CREATE INDEX event_about_resident ON event_about(resident_id);
CREATE TRIGGER event_never_changed BEFORE UPDATE ON event
    WHEN NOT (
        OLD.personal = '' AND NEW.personal <> '' AND NEW.salt = ''
        AND NEW.resident = '' AND NEW.recipient = '' AND NEW.reply = '' AND NEW.detail = ''
        AND NEW.id = OLD.id AND NEW.hash = OLD.hash AND NEW.at = OLD.at AND NEW.event = OLD.event
        AND NEW.batch_id = OLD.batch_id AND NEW.delivery_id = OLD.delivery_id
        AND NEW.document_id = OLD.document_id AND NEW.number = OLD.number AND NEW.period = OLD.period
        AND NEW.role = OLD.role AND NEW.message_id = OLD.message_id AND NEW.state = OLD.state
        AND NEW.code = OLD.code AND NEW.queue_id = OLD.queue_id AND NEW.pdf_sha256 = OLD.pdf_sha256
        AND NEW.wire_sha256 = OLD.wire_sha256 AND NEW.until IS OLD.until AND NEW.operator = OLD.operator
        AND NEW.host = OLD.host
    )
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
