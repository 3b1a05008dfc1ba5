"""Tables of step 1: residents and those around them.

Lists and letters name them by id (see `domain/audience.py`), so an id is never given out again: AUTOINCREMENT.
"""

PEOPLE = """
CREATE TABLE resident (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    pdf_password TEXT NOT NULL DEFAULT '',
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    recipients INTEGER NOT NULL DEFAULT 0,
    sex TEXT NOT NULL DEFAULT '',
    birth_name TEXT NOT NULL DEFAULT '',
    birth_place TEXT NOT NULL DEFAULT '',
    family_status TEXT NOT NULL DEFAULT '',
    widowhood_date TEXT,
    policy TEXT NOT NULL DEFAULT '',
    paper INTEGER NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT 'fr',
    mailings INTEGER NOT NULL DEFAULT 0,
    consent_date TEXT,
    consent_source TEXT NOT NULL DEFAULT '',
    address_key TEXT NOT NULL DEFAULT '',
    protected INTEGER NOT NULL DEFAULT 0,
    erased_at TEXT,
    unit TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX resident_code ON resident(structure_id, code) WHERE code <> '';
CREATE INDEX resident_sort ON resident(structure_id, sort_key);
CREATE INDEX resident_name ON resident(sort_key, id);
CREATE TABLE address_note (
    id INTEGER PRIMARY KEY,
    resident_id INTEGER NOT NULL REFERENCES resident(id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    changed_at TEXT,
    succeeded_at TEXT,
    bounced_at TEXT,
    bounce TEXT NOT NULL DEFAULT '',
    refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    UNIQUE (resident_id, address)
) STRICT;
CREATE TABLE guardian (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    resident_id INTEGER NOT NULL UNIQUE REFERENCES resident(id) ON DELETE CASCADE,
    kind TEXT NOT NULL DEFAULT '',
    delegate TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    receives INTEGER NOT NULL DEFAULT 0,
    address_lines TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    fax TEXT NOT NULL DEFAULT '',
    mobile TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE relative (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
"""
