"""Paths, the process's own identity, and secrets: what comes from the machine rather than from the database."""
