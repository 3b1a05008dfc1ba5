"""Tables of step 1: associations and structures."""

PLACES = """
CREATE TABLE association (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sender_name TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT ''
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
    due_day INTEGER NOT NULL DEFAULT 0 CHECK (due_day BETWEEN 0 AND 31),
    number_prefix TEXT NOT NULL DEFAULT '',
    next_number INTEGER NOT NULL DEFAULT 0 CHECK (next_number >= 0),
    vat_regime TEXT NOT NULL DEFAULT '' CHECK (vat_regime IN ('', 'exempt', 'franchise', 'taxed')),
    legal_text TEXT NOT NULL DEFAULT '',
    logo TEXT NOT NULL DEFAULT '',
    factur_x TEXT NOT NULL DEFAULT 'none' CHECK (factur_x IN ('none', 'basic', 'en16931')),
    sender_name TEXT NOT NULL DEFAULT '',
    sender_email TEXT NOT NULL DEFAULT '',
    reply_to TEXT NOT NULL DEFAULT '',
    receipt INTEGER NOT NULL DEFAULT 0,
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    copy_to TEXT NOT NULL DEFAULT '',
    html INTEGER NOT NULL DEFAULT 0,
    archived_at TEXT,
    UNIQUE (association_id, name)
) STRICT;
"""
