"""Tables of step 1: what operators decide about documents beside sending them by mail."""

DISPOSITIONS = """
CREATE TABLE disposition (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL UNIQUE REFERENCES document(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL CHECK (outcome IN ('posted', 'excluded')),
    day TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
"""
