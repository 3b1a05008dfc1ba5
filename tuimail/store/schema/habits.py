"""A table of step 1: what each operator last chose, to be found again at the next start."""

HABITS = """
CREATE TABLE habit (
    id INTEGER PRIMARY KEY,
    operator TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (operator, name)
) STRICT;
"""
