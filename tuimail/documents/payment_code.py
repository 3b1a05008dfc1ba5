"""The code that a banking application reads from the page (EPC069-12, version 002, UTF-8)."""

from __future__ import annotations

from tuimail.domain.errors import DocumentError
from tuimail.domain.i18n import _

Modules = tuple[tuple[bool, ...], ...]

_MOST = 99_999_999_999
"""Cents; the scheme takes no more."""

_MOST_BYTES = 331
"""Of the whole text; the end of the reference gives way."""

# Where such transfers can go to.
_SEPA = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS "
)
_SEPA += "SE SI SK SM VA"


def checked_iban(iban: str, structure: str) -> str:
    """The account without spaces, in capitals; raises DocumentError where its check digits say that it is mistyped."""
    from stdnum import iban as standard
    from stdnum.exceptions import ValidationError

    try:
        return str(standard.validate(iban))
    except ValidationError as error:
        raise DocumentError(
            _("The IBAN of {structure} is not valid: {iban}.").format(structure=structure, iban=iban),
            _("Correct it in the structure’s card: families would pay to an account that does not exist."),
        ) from error


def payment_text(name: str, iban: str, bic: str, cents: int, reference: str) -> str:
    """What the code says; an empty text where there is nothing to pay by transfer in euros to that account."""
    if not iban or iban[:2] not in _SEPA.split() or not 0 < cents <= _MOST:
        return ""
    bic = "".join(bic.split()).upper()
    amount = f"EUR{cents // 100}.{cents % 100:02d}"
    account = bic if len(bic) in (8, 11) and bic.isalnum() else ""
    text = "\n".join(("BCD", "002", "1", "SCT", account, name[:70].strip(), iban, amount, "", "", reference[:140]))
    return text.encode()[:_MOST_BYTES].decode(errors="ignore")


def payment_code(text: str) -> Modules:
    """The code's modules, rows from the top, without the white border."""
    import segno

    # The same mask always, and no search for it: readers take any, and the page has the same bytes.
    code = segno.make(text, error="m", micro=False, mask=0, boost_error=False, encoding="utf-8")
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)
