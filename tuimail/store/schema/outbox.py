"""Tables of step 1: what was asked to be sent, and what became of it."""

OUTBOX = """
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account(id),
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done')),
    operator TEXT NOT NULL,
    host TEXT NOT NULL,
    created_at TEXT NOT NULL,
    label TEXT NOT NULL,
    invoices INTEGER NOT NULL,
    blocked INTEGER NOT NULL
) STRICT;
CREATE TABLE wording (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    structure_id INTEGER NOT NULL REFERENCES structure(id),
    structure_name TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    sender_email TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    receipt INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    copy_to TEXT NOT NULL DEFAULT '',
    html INTEGER NOT NULL DEFAULT 0,
    logo TEXT NOT NULL DEFAULT '',
    UNIQUE (batch_id, structure_id)
) STRICT;
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    document_id INTEGER REFERENCES document(id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    path TEXT NOT NULL
) STRICT;
CREATE INDEX attachment_batch ON attachment(batch_id);
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    account_id INTEGER NOT NULL REFERENCES account(id),
    document_id INTEGER REFERENCES document(id),
    structure_id INTEGER NOT NULL REFERENCES structure(id),
    number TEXT NOT NULL,
    period TEXT NOT NULL,
    resident TEXT NOT NULL,
    address TEXT NOT NULL,
    role TEXT NOT NULL,
    recipient_name TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (
        state IN ('queued', 'claimed', 'inflight', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled')
    ),
    owner TEXT NOT NULL DEFAULT '',
    epoch INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0,
    next_at TEXT,
    updated_at TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    reply TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    queue_id TEXT NOT NULL DEFAULT '',
    pdf_path TEXT NOT NULL,
    pdf_name TEXT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    wire_sha256 TEXT NOT NULL DEFAULT '',
    issued_on TEXT,
    due_on TEXT,
    gross INTEGER NOT NULL DEFAULT 0,
    purpose TEXT NOT NULL DEFAULT 'document' CHECK (purpose IN ('document', 'copy', 'letter')),
    rank INTEGER NOT NULL DEFAULT 0,
    resident_id INTEGER REFERENCES resident(id),
    person INTEGER NOT NULL DEFAULT 0,
    mailing_id INTEGER,
    copy_of INTEGER REFERENCES delivery(id),
    merge_values TEXT NOT NULL DEFAULT '',
    files TEXT NOT NULL DEFAULT '',
    readers TEXT NOT NULL DEFAULT '',
    dated TEXT,
    language TEXT NOT NULL DEFAULT 'fr'
) STRICT;
CREATE UNIQUE INDEX delivery_once ON delivery(document_id, address)
    WHERE state IN ('queued', 'claimed', 'inflight', 'deferred');
CREATE UNIQUE INDEX delivery_letter_once ON delivery(mailing_id, address)
    WHERE mailing_id IS NOT NULL AND state IN ('queued', 'claimed', 'inflight', 'deferred');
CREATE UNIQUE INDEX delivery_copy_once ON delivery(copy_of)
    WHERE copy_of IS NOT NULL AND state IN ('queued', 'claimed', 'inflight', 'deferred');
CREATE INDEX delivery_copy ON delivery(batch_id) WHERE purpose = 'copy';
CREATE INDEX delivery_copied ON delivery(copy_of, id) WHERE copy_of IS NOT NULL;
CREATE INDEX delivery_mailing ON delivery(mailing_id, resident_id, role, person, id)
    WHERE mailing_id IS NOT NULL;
CREATE INDEX delivery_resident ON delivery(resident_id, id) WHERE resident_id IS NOT NULL;
CREATE INDEX delivery_read_along ON delivery(id) WHERE readers <> '';
CREATE INDEX delivery_waiting ON delivery(account_id, state, rank, id)
    WHERE state IN ('queued', 'claimed', 'inflight', 'deferred');
CREATE INDEX delivery_uncertain ON delivery(state, id) WHERE state = 'uncertain';
CREATE INDEX delivery_document ON delivery(document_id, id);
CREATE INDEX delivery_batch ON delivery(batch_id, state);
"""
