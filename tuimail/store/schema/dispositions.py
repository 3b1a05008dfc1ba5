"""Tables of step 1: what operators do with documents beside sending them by mail, and the PDF of it."""

DISPOSITIONS = """
CREATE TABLE disposition (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL UNIQUE REFERENCES document(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL CHECK (outcome IN ('posted', 'excluded')),
    day TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE pinned_pdf (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
    how TEXT NOT NULL CHECK (how IN ('posted', 'handed-over')),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (document_id, how)
) STRICT;
"""
