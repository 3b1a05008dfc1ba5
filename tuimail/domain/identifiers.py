"""What a structure is known by: SIRET, FINESS, IBAN, BIC, telephone, checked and kept in one form.

Each takes what was typed, spaces, points and hyphens included, and answers what is kept; an empty text stays empty.
Raises BadInput with what is wrong.
"""

from __future__ import annotations

import re

from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, ngettext

_MARKS = re.compile(r"[\s.\-/]+")
"""`\\s` holds the no-break and thin spaces too."""


def checked_siret(text: str) -> str:
    """The 14 digits of an establishment, their check digit included."""
    number = _digits(text, 14, _("A SIRET"))
    if number:
        from stdnum.fr import siret

        if not siret.is_valid(number):
            raise BadInput(_("This SIRET does not exist: its check digit is wrong."), _("Compare it digit by digit."))
    return number


def checked_finess(text: str) -> str:
    """The 9 characters of a health or social establishment, their check digit included."""
    number = _MARKS.sub("", text).upper()
    if not number:
        return ""
    # Corsica's departments have a letter, which counts as 1 or 2.
    figures = re.sub(r"^2([AB])", lambda match: "21" if match[1] == "A" else "22", number)
    _digits(figures, 9, _("A FINESS number"))
    from stdnum import luhn

    if not luhn.is_valid(figures):
        raise BadInput(
            _("This FINESS number does not exist: its check digit is wrong."), _("Compare it digit by digit.")
        )
    return number


def checked_iban(text: str) -> str:
    """An account number of any country, its check digits included."""
    number = _MARKS.sub("", text).upper()
    if number:
        from stdnum import iban

        if not number[:2].isalpha():
            raise BadInput(_("An IBAN begins with the country, such as FR76."), _("Take it from the bank's statement."))
        if not iban.is_valid(number):
            raise BadInput(_("This IBAN is not valid."), _("Compare it with the bank's statement, group by group."))
    return number


def checked_bic(text: str) -> str:
    """The 8 or 11 characters that name a bank."""
    code = _MARKS.sub("", text).upper()
    if code:
        from stdnum import bic

        if not bic.is_valid(code):
            raise BadInput(
                _("A BIC has 8 or 11 characters, such as AGRIFRPP."), _("Take it from the bank's statement.")
            )
    return code


def checked_phone(text: str) -> str:
    """A telephone number as it is printed."""
    number = " ".join(text.split())
    if number and not re.fullmatch(r"\+?[0-9(][0-9 .()\-/]{2,24}", number):
        raise BadInput(_("“{text}” is not a telephone number.").format(text=number), _("Write digits: 02 40 12 34 56."))
    return number


def checked_number(text: str, least: int, most: int) -> int:
    """A whole number between two others; an empty text is the least."""
    bare = text.strip()
    if not bare:
        return least
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 12 and least <= int(bare) <= most):
        raise BadInput(
            _("“{text}” is not a number from {least} to {most}.").format(text=bare, least=least, most=most),
            _("Write digits alone."),
        )
    return int(bare)


def in_groups(text: str, *sizes: int) -> str:
    """`text` parted by spaces into groups of these sizes, the last one as often as needed: as people write it."""
    groups, rest, at = [], text, 0
    while rest:
        size = sizes[min(at, len(sizes) - 1)]
        groups.append(rest[:size])
        rest, at = rest[size:], at + 1
    return " ".join(groups)


def _digits(text: str, count: int, what: str) -> str:
    number = _MARKS.sub("", text)
    if number and not (number.isascii() and number.isdigit()):
        raise BadInput(_("{what} has digits alone.").format(what=what), _("Correct it."))
    if number and len(number) != count:
        raise BadInput(
            ngettext(
                "{what} has {count} digits, and there is {n}.",
                "{what} has {count} digits, and there are {n}.",
                len(number),
            ).format(what=what, count=count),
            _("Correct it."),
        )
    return number
