"""Tables of step 1: documents and where they came from."""

BILLING = """
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
    paid INTEGER NOT NULL DEFAULT 0,
    related_id INTEGER REFERENCES document(id),
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
CREATE TABLE recurring_line (
    id INTEGER PRIMARY KEY,
    resident_id INTEGER NOT NULL REFERENCES resident(id),
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    label TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    vat_bp INTEGER NOT NULL,
    per_day INTEGER NOT NULL,
    UNIQUE (resident_id, position)
) STRICT;
CREATE TABLE brought_pdf (
    id INTEGER PRIMARY KEY,
    document_id INTEGER REFERENCES document(id),
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    pages TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    state TEXT NOT NULL,
    doubt TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    operator TEXT NOT NULL
) STRICT;
CREATE INDEX brought_document ON brought_pdf(document_id, state);
CREATE INDEX brought_period ON brought_pdf(period, state);
CREATE INDEX brought_source ON brought_pdf(source_sha256);
"""
