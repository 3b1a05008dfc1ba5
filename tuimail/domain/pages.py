"""Rules about how a structure's pages are made."""

from __future__ import annotations

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _
from tuimail.domain.text import clean

SHORTEST_PASSWORD = 8
_MOST_BYTES = 127
"""The format takes no more."""


def checked_pdf_password(text: str) -> str:
    """A resident’s password as it is kept; raises BadInput for one that protects nothing or cannot be typed.

    An invoice can be tried at home for as long as one likes: a short password would be found.
    """
    password = clean(text)
    if not password.isprintable() or len(password.encode()) > _MOST_BYTES:
        raise BadInput(_("This password cannot be typed everywhere."), _("Take letters, figures and usual signs."))
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            _("This password is too short: a PDF can be tried for as long as one likes."),
            _("Take {n} characters at least, best three words.").format(n=SHORTEST_PASSWORD),
        )
    return password
