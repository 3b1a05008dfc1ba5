"""The options of each command, a file a subject."""
