"""What a page's text plainly says its document comes to, and is of: a label and an amount, a label and a month.

All lines are folded; a tab stands between columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from tuimail.documents.labelled import AMOUNT
from tuimail.domain.money import parse_decimal, to_cents
from tuimail.domain.periods import Period
from tuimail.domain.text import fold

_TOTAL = (
    r"(?:net a (?:payer|regler)|(?:reste|solde|montant|total|somme) (?:net )?a (?:payer|regler)|(?:montant )?total ttc"
    r"|montant ttc|total general ttc|montant total ttc|amount due|total including vat)"
)
_SAID = re.compile(
    rf"(?<!\w){_TOTAL}(?: (?:en euros?|eur|ttc))?(?: ?\(?(?:€|eur|en euros?)\)?)?[ \t]*:?[ \t]*({AMOUNT})"
)
_MONTHS = {
    fold(name): number
    for names in (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[ \t]+(?P<year>(?:19|20)\d\d)(?!\d)"
_OF = (
    r"(?:(?:periode|mois|terme|echeance du mois|facturation)(?: (?:de facturation|facturee?|concernee?))?"
    r"|facture|sejour|au titre|period|month)"
)
_NAMED = re.compile(rf"(?<!\w){_OF}[ \t]*:?[ \t]*(?:du mois )?(?:de |d'|of )?{_MONTH}")
_FIGURES = re.compile(
    r"(?<!\w)(?:periode|mois)[ \t]*:?[ \t]*(?:de |du )?(?P<month>0[1-9]|1[0-2])[/-](?P<year>(?:19|20)\d\d)"
)
_RANGE = re.compile(
    r"(?<!\w)(?:periode|facturation|sejour)[ \t]*:?[ \t]*(?:du )?"
    r"(\d\d)[/.-](\d\d)[/.-](\d{4}) (?:au|a|-) (\d\d)[/.-](\d\d)[/.-](\d{4})"
)
_DATED = re.compile(
    r"(?<!\w)(?:facture (?:n\s?[°o] ?)?[^\s]+ du|date (?:de (?:la )?facture|de facturation|d'emission)[ \t]*:?"
    r"|facture du|date[ \t]*:)[ \t]*(\d\d)[/.-](\d\d)[/.-](\d{4})"
)


def totals(lines: Sequence[str]) -> set[int]:
    """Cents that folded lines say are the total, or to be paid."""
    found = set()
    for line in lines:
        for match in _SAID.finditer(line):
            with suppress(ValueError):
                found.add(to_cents(parse_decimal(match[1])))
    return found


def months(lines: Sequence[str]) -> set[Period]:
    """Months that folded lines say they are about."""
    found = set()
    for line in lines:
        found |= {Period(int(match["year"]), _MONTHS[match["month"]]) for match in _NAMED.finditer(line)}
        found |= {Period(int(match["year"]), int(match["month"])) for match in _FIGURES.finditer(line)}
        for match in _RANGE.finditer(line):
            with suppress(ValueError):
                first = Period.of(date(int(match[3]), int(match[2]), int(match[1])))
                last = Period.of(date(int(match[6]), int(match[5]), int(match[4])))
                while first <= last and len(found) < 100:
                    found.add(first)
                    first = first.shift(1)
    return found


def days(lines: Sequence[str]) -> set[date]:
    """Days that folded lines say they were issued on."""
    found = set()
    for line in lines:
        for match in _DATED.finditer(line):
            with suppress(ValueError):
                found.add(date(int(match[3]), int(match[2]), int(match[1])))
    return found
