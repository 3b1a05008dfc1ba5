"""Documents: a structure's invoice as an A4 page, as a PDF, and as a file that is kept once it was sent.

`printable` is what goes in, `layout` says what stands where, `render` makes the PDF and `library` keeps it. The page is
French whatever the operator's language: families read it.
"""
