"""The application on throw-away data: an invented association, three months of invoices, and a mail server of its own.

Nothing here is anybody's: the names are drawn from lists, addresses end in `.example`, telephone numbers stand in the
ranges kept for fiction, and the bank does not exist.
"""
