"""Tables of step 1: the mail account, who holds it and how fast it may send."""

ACCOUNT = """
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    association_id INTEGER NOT NULL REFERENCES association(id),
    operator TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('none', 'starttls', 'tls')),
    login TEXT NOT NULL DEFAULT '',
    authentication TEXT NOT NULL DEFAULT 'password' CHECK (authentication IN ('none', 'password', 'oauth2')),
    signed_in_as TEXT NOT NULL DEFAULT '',
    tenant TEXT NOT NULL DEFAULT '',
    client_id TEXT NOT NULL DEFAULT '',
    clear_host TEXT NOT NULL DEFAULT '',
    ca_file TEXT NOT NULL DEFAULT '',
    connect_timeout REAL NOT NULL DEFAULT 30.0 CHECK (connect_timeout > 0),
    reply_timeout REAL NOT NULL DEFAULT 300.0 CHECK (reply_timeout > 0),
    gap REAL NOT NULL DEFAULT 2.0,
    pause_every INTEGER NOT NULL DEFAULT 10,
    pause REAL NOT NULL DEFAULT 10.0,
    per_minute INTEGER NOT NULL DEFAULT 0,
    per_hour INTEGER NOT NULL DEFAULT 0,
    per_day INTEGER NOT NULL DEFAULT 0,
    connections INTEGER NOT NULL DEFAULT 1 CHECK (connections BETWEEN 1 AND 20),
    paused_at TEXT,
    paused_by TEXT NOT NULL DEFAULT '',
    UNIQUE (association_id, operator)
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
"""
