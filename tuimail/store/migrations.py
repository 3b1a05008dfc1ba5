"""The database's shape, one numbered step after another; `PRAGMA user_version` says how many are done.

Steps are frozen once released: a change is a new step. They hold what only SQLite has (STRICT, triggers).
"""

from __future__ import annotations

from typing import Any

_STEP_1 = """
CREATE TABLE association (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE structure (
    id INTEGER PRIMARY KEY,
    association_id INTEGER NOT NULL REFERENCES association(id),
    parent_id INTEGER REFERENCES structure(id),
    name TEXT NOT NULL,
    legal_name TEXT NOT NULL DEFAULT '',
    address_lines TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    siret TEXT NOT NULL DEFAULT '',
    finess TEXT NOT NULL DEFAULT '',
    iban TEXT NOT NULL DEFAULT '',
    bic TEXT NOT NULL DEFAULT '',
    payment_terms TEXT NOT NULL DEFAULT '',
    due_days INTEGER NOT NULL DEFAULT 0,
    legal_text TEXT NOT NULL DEFAULT '',
    sender_name TEXT NOT NULL DEFAULT '',
    sender_email TEXT NOT NULL DEFAULT '',
    reply_to TEXT NOT NULL DEFAULT '',
    receipt INTEGER NOT NULL DEFAULT 0,
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    archived_at TEXT,
    UNIQUE (association_id, name)
) STRICT;
CREATE TABLE resident (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structure(id),
    code TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL DEFAULT '',
    birth_date TEXT,
    room TEXT NOT NULL DEFAULT '',
    entry_date TEXT,
    departure_date TEXT,
    email1 TEXT NOT NULL DEFAULT '',
    email2 TEXT NOT NULL DEFAULT '',
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    recipients INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX resident_code ON resident(structure_id, code) WHERE code <> '';
CREATE INDEX resident_sort ON resident(structure_id, sort_key);
CREATE TABLE guardian (
    id INTEGER PRIMARY KEY,
    resident_id INTEGER NOT NULL UNIQUE REFERENCES resident(id) ON DELETE CASCADE,
    kind TEXT NOT NULL DEFAULT '',
    delegate TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    receives INTEGER NOT NULL DEFAULT 0,
    address_lines TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE relative (
    id INTEGER PRIMARY KEY,
    resident_id INTEGER NOT NULL REFERENCES resident(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    link TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    receives INTEGER NOT NULL DEFAULT 0,
    label TEXT NOT NULL DEFAULT '',
    address_lines TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    UNIQUE (resident_id, position)
) STRICT;
CREATE TABLE import_run (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    subject TEXT NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL
) STRICT;
CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structure(id),
    resident_id INTEGER NOT NULL REFERENCES resident(id),
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    year INTEGER NOT NULL,
    period TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    due_on TEXT,
    heading TEXT NOT NULL,
    net INTEGER NOT NULL,
    vat INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    sort_key TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'unsent',
    last_sent TEXT,
    UNIQUE (structure_id, kind, year, number)
) STRICT;
CREATE INDEX document_list ON document(kind, period, structure_id, heading, sort_key, id, resident_id, state, net);
CREATE INDEX document_resident ON document(resident_id);
CREATE TABLE document_line (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    label TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    vat_bp INTEGER NOT NULL,
    UNIQUE (document_id, position)
) STRICT;
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    association_id INTEGER NOT NULL UNIQUE REFERENCES association(id),
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('none', 'starttls', 'tls')),
    login TEXT NOT NULL DEFAULT '',
    ca_file TEXT NOT NULL DEFAULT '',
    gap REAL NOT NULL DEFAULT 2.0,
    pause_every INTEGER NOT NULL DEFAULT 10,
    pause REAL NOT NULL DEFAULT 10.0,
    per_minute INTEGER NOT NULL DEFAULT 0,
    per_hour INTEGER NOT NULL DEFAULT 0,
    per_day INTEGER NOT NULL DEFAULT 0,
    connections INTEGER NOT NULL DEFAULT 1 CHECK (connections BETWEEN 1 AND 20)
) STRICT;
CREATE TABLE lease (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
    epoch INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    pid INTEGER NOT NULL DEFAULT 0,
    started TEXT NOT NULL DEFAULT '',
    since TEXT,
    expires_at TEXT
) STRICT;
CREATE TABLE pacing (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
    last TEXT,
    since_pause INTEGER NOT NULL DEFAULT 0,
    slow_gap REAL NOT NULL DEFAULT 0,
    successes INTEGER NOT NULL DEFAULT 0,
    complaints INTEGER NOT NULL DEFAULT 0,
    not_before TEXT
) STRICT;
CREATE TABLE slot (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account(id),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX slot_at ON slot(account_id, at);
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
    document_id INTEGER NOT NULL REFERENCES document(id),
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
    wire_sha256 TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX delivery_once ON delivery(document_id, address)
    WHERE state IN ('queued', 'claimed', 'inflight', 'deferred');
CREATE INDEX delivery_waiting ON delivery(account_id, state, id)
    WHERE state IN ('queued', 'claimed', 'inflight', 'deferred');
CREATE INDEX delivery_uncertain ON delivery(state, id) WHERE state = 'uncertain';
CREATE INDEX delivery_document ON delivery(document_id, id);
CREATE INDEX delivery_batch ON delivery(batch_id, state);
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

STEPS: tuple[str, ...] = (_STEP_1,)
VERSION = len(STEPS)
APPLICATION_ID = 0x7475_696D
"""`PRAGMA application_id`: marks the file as this program's."""


def statements(step: str) -> list[str]:
    """The statements of a step; a trigger's own semicolon does not end it."""
    from sqlite3 import complete_statement

    found: list[str] = []
    pending = ""
    for piece in step.split(";"):
        pending += piece + ";"
        if complete_statement(pending):
            if statement := pending.strip(" \n;"):
                found.append(statement + ";")
            pending = ""
    if pending.strip(" \n;"):
        raise ValueError(f"a statement does not end: {pending.strip()[:60]}")
    return found


def migrate(database: Any) -> None:
    """Bring the open database to `VERSION` in one transaction; several processes may try at once."""
    if database.user_version >= VERSION:
        return
    with database.atomic():
        done = database.user_version
        for step in STEPS[done:]:
            for statement in statements(step):
                database.execute_sql(statement)
        if done < VERSION:
            database.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")
            database.execute_sql(f"PRAGMA user_version = {VERSION:d}")
