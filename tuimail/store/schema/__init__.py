"""The statements of each step of the database's shape, a file a subject."""
