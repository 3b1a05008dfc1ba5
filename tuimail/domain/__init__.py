"""Pure rules and values: no I/O, and no library but the standard one, babel and email-validator."""
