"""The numbers of documents that a page's text names: only where a label says so, as any figure may be anything.

104 is a room, a part of 2 104,67, of a telephone or of an account as well as an invoice. All lines are folded; a tab
stands between columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuimail.domain.billing import DocumentKind

TOKEN = r"[^\W_]+(?:[-/._][^\W_]+)*"  # noqa: S105 - a token of a text
"""What stands between spaces and punctuation. 020 is neither 0201 nor 2026-020."""
_KINDS = {
    "facture": DocumentKind.INVOICE,
    "fact.": DocumentKind.INVOICE,
    "fact": DocumentKind.INVOICE,
    "fac.": DocumentKind.INVOICE,
    "invoice": DocumentKind.INVOICE,
    "avoir": DocumentKind.CREDIT_NOTE,
    "credit note": DocumentKind.CREDIT_NOTE,
    "devis": DocumentKind.QUOTE,
    "quote": DocumentKind.QUOTE,
    "commande": DocumentKind.ORDER,
    "order": DocumentKind.ORDER,
    "bon de livraison": DocumentKind.DELIVERY_NOTE,
    "delivery note": DocumentKind.DELIVERY_NOTE,
    "releve de debours": DocumentKind.DISBURSEMENTS,
    "debours": DocumentKind.DISBURSEMENTS,
}
_KIND = "|".join(re.escape(word) for word in sorted(_KINDS, key=len, reverse=True))
_SIGN = r"(?:n\s?[°o](?![^\W\d_])\.?|n\.|numero|number|num\.?(?!\w)|no\.|#)"
_OF = r"(?:client|mensuelle|trimestrielle|d'acompte|de solde|de sejour|d'hebergement|duplicata|acquittee|originale)"
"""What may stand between `facture` and its number."""
_DAY = r"(?<!\w)\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?(?:\d{4}|\d{2})(?!\w)"
DATE = re.compile(rf"{_DAY}|\d{{1,2}}[/-]\d{{4}}|\d{{4}}-\d{{2}}(-\d{{2}})?")
AMOUNT = r"[-+]?\d{1,3}(?:[ .']\d{3}){1,4}[.,]\d{2}(?!\d)|[-+]?\d{1,12},\d{1,4}(?!\d)|[-+]?\d{1,12}\.\d{2}(?!\d)"
_NAMED = re.compile(
    rf"(?<!\w)(?P<kind>{_KIND})(?!\w)(?: {_OF}){{0,2}}[ \t]*(?P<sign>{_SIGN})?[ \t]*:?[ \t]*(?P<token>{TOKEN})"
    rf"|(?<!\w){_SIGN} ?(?:de |d'|du |de la )?(?P<kind2>{_KIND}|piece|document)(?!\w)[ \t]*:?[ \t]*(?P<token2>{TOKEN})"
)
_INTRODUCED = re.compile(rf"(?:(?<!\w)(?:{_KIND})(?: {_OF}){{0,2}}[ \t]*{_SIGN}?|^{_SIGN})[ \t]*:?[ \t]*$")
_SIGNED = re.compile(rf"(?:^|\t)[ ]*{_SIGN}[ \t]*:?[ \t]*(?P<token>{TOKEN})")
"""A number that begins a line or a column: what it is the number of stands nowhere else."""
_OPEN = re.compile(rf"(?<!\w)(?P<kind>{_KIND})(?: {_OF}){{0,2}}[ \t]*{_SIGN}?[ \t]*:?$")
_CLOSE = re.compile(rf"{_SIGN}?[ \t]*:?[ \t]*(?P<token>{TOKEN})[ \t]*(?:(?:du|le|date|-|\t).*)?$")
"""A title and, on the line below, its number that stands alone or before its date."""
_CODES = "client|dossier|compte|chambre|lit"
_WITH_CODES, _APART = (
    re.compile(
        rf"(?P<number>(?:{_SIGN}|reference|ref\.?) ?(?:(?:de |d'|du |de la )?(?:{_KIND}|piece|document))"
        rf"|(?:{_KIND}) ?{_SIGN}|{_SIGN}(?! ?(?:{others})))"
        rf"|(?P<code>(?:code |n[°o] ?|numero )?(?:{_CODES}|page|code|folio|reference|ref\.?))"
        r"|(?P<other>date (?:de |d'|du )?[a-z]+|date|(?:date d')?echeance|periode|mois"
        r"|montant(?: (?:ttc|ht|net|total))?|total(?: (?:ttc|ht))?|net a payer|a payer|resident|nom|prenom"
        r"|(?:mode de )?(?:reglement|paiement)|devise|etablissement)(?!\w)"
    )
    for others in (f"{_CODES}|resident|adherent|tel|siret|finess|tva", "resident|adherent|tel|siret|finess|tva")
)
"""Headings of columns. `Numero Client` is one, or two where the columns were lost."""
_DATE_HEAD = re.compile(rf"date(?= (?:{_SIGN}|client|page|code|echeance|periode|montant|total|net))")
_VALUE = re.compile(rf"(?P<date>{_DAY})|(?P<amount>{AMOUNT})|(?P<token>{TOKEN})")
_PLACE = (
    r"chambre|chbre|chb|ch\.|ch|lit|appartement|appt?\.?|studio|porte|etage|bat\.?|batiment|unite|secteur|bp|cs|cedex"
    r"|dossier|client|resident|matricule|contrat|mandat|cheque|page"
)
_STREET = (
    r"rue|avenue|av\.?|boulevard|bd\.?|place|chemin|allee|route|impasse|quai|cours|square|residence|lotissement"
    r"|faubourg|sentier|voie|passage|rond-point"
)
_NEVER = re.compile(
    "|".join(
        (
            rf"(?<![\w.,]){AMOUNT}",
            r"(?<![\w.,])[-+]?\d[\d ]{0,15}(?:€|eur\b|%)",
            _DAY,
            r"(?<!\w)(?:tel|telephone|fax|portable|mobile|port)\b[^\d\t]{0,12}[\d .()/+-]+",
            r"(?:\+\d\d|(?<!\w)0)[ .]?\d(?:[ .-]?\d\d){4}(?!\w)",
            r"(?<!\w)[a-z]{2}\d\d(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?(?!\w)",
            r"(?<!\w)(?:iban|bic|rib|siret|siren|finess|tva|banque|guichet|compte|ics|rum|secu\w*|nir|capital)\b[^\t]*",
            rf"(?<!\w)(?:{_PLACE})[ \t]*{_SIGN}?[ \t]*:?[ \t]*{TOKEN}",
            rf"(?<!\w)\d+ ?(?:bis|ter|quater)?,? (?:{_STREET})\b",
            r"(?<![\w.,])\d{5}(?= [^\W\d_]{2})",
            r"(?<!\w)\d+ (?:jours?|j|nuits?|repas|mois|heures?|h|unites?|ans|x|fois|pages?)\b",
            r"(?<!\w)(?:quantite|qte|x)[ \t]*:?[ \t]*\d+\b",
            r"(?<![\w.,])\d+(?:[ .]\d+){3,}(?!\w)",
        )
    )
)
"""Amounts, days, telephones, accounts, rooms, streets, postcodes, quantities: their figures are no numbers."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A number that a page says is a document's."""

    kind: DocumentKind | None
    """None: it does not say of which kind."""
    number: str
    signed: bool = True
    """Whether it says `n°`, so that it is a number whatever it looks like."""


def labelled(lines: Sequence[str]) -> list[Labelled]:
    """The numbers of documents that folded lines name, in their order."""
    found: list[Labelled] = []
    for at, line in enumerate(lines):
        never = [match.span() for match in _NEVER.finditer(line)]
        for match in _NAMED.finditer(line):
            name = "token" if match["token"] else "token2"
            if _stands(match.span(name), never) and is_number(match[name]):
                kind = _KINDS.get(match["kind"] or match["kind2"])
                found.append(Labelled(kind, match[name], bool(match["sign"] or match["token2"])))
        found += (
            Labelled(None, match["token"])
            for match in _SIGNED.finditer(line)
            if _stands(match.span("token"), never) and is_number(match["token"])
        )
        below = lines[at + 1] if at + 1 < len(lines) else ""
        opened, closed = _OPEN.search(line), _CLOSE.match(below)
        if opened and closed and is_number(closed["token"]):
            never = [match.span() for match in _NEVER.finditer(below)]
            if _stands(closed.span("token"), never):
                found.append(Labelled(_KINDS[opened["kind"]], closed["token"]))
    found += _in_columns(lines)
    return list(dict.fromkeys(found))


def bare(lines: Sequence[str]) -> frozenset[str]:
    """All that could be a number of something, whatever it is: amounts, days, telephones and the like are not."""
    return frozenset(token for line in lines for token in re.findall(TOKEN, _NEVER.sub(" \t ", line)))


def is_number(token: str) -> bool:
    """Whether there is a figure in it."""
    return any(character.isdigit() for character in token)


def telling(number: str) -> bool:
    """Whether a number is one by its looks, such as F2026-104: it needs no label."""
    figures = sum(character.isdigit() for character in number)
    return len(number) >= 6 and figures >= 3 and any(character.isalpha() for character in number)


def introduced(before: str) -> bool:
    """Whether a text that ends so says that the number of a document comes next."""
    return bool(_INTRODUCED.search(before))


def _stands(span: tuple[int, int], never: Sequence[tuple[int, int]]) -> bool:
    """Whether a token is not a part of something longer that is no number."""
    return not any(start < span[1] and span[0] < end and (start, end) != span for start, end in never)


def _in_columns(lines: Sequence[str]) -> Iterator[Labelled]:
    """Numbers below a heading that says so: in its column, or the value with its rank where columns were lost."""
    at = 0
    while at < len(lines):
        start = at
        while at < len(lines) and _heads(lines[at], _WITH_CODES):
            at += 1
        if at == start or at == len(lines):
            at += 1
            continue
        for headings in (_WITH_CODES, _APART):
            heads = [head for line in lines[start:at] for head in _heads(line, headings)]
            numbers = [rank for rank, head in enumerate(heads) if head["number"]]
            token = _below(lines, start, at, heads, numbers[0]) if len(numbers) == 1 else None
            if token is not None:
                word = re.search(rf"(?:{_KIND})(?!\w)", heads[numbers[0]][0])
                yield Labelled(_KINDS[word[0]] if word else None, token)
                break


def _below(lines: Sequence[str], start: int, at: int, heads: Sequence[re.Match[str]], rank: int) -> str | None:
    """The value of the heading with that rank, in the lines from `at` on."""
    titles, cells = lines[start].split("\t"), lines[at].split("\t")
    if at == start + 1 and len(titles) == len(cells) == len(heads):
        value = _VALUE.fullmatch(cells[rank].strip())
        return value["token"] if value and value["token"] and is_number(value["token"]) else None
    values = list(_VALUE.finditer("\t".join(lines[at : at + at - start])))
    if rank < len(values) and all(value["token"] is None or is_number(value["token"]) for value in values[:rank]):
        token = values[rank]["token"]
        if token and is_number(token):
            return str(token)
    if any(head["code"] for head in heads):
        return None
    alone = [v["token"] for v in _VALUE.finditer(lines[at]) if v["token"] and is_number(v["token"])]
    return alone[0] if len(alone) == 1 else None


def _heads(line: str, headings: re.Pattern[str]) -> list[re.Match[str]]:
    """The headings that a line consists of; none where it holds anything else."""
    found = []
    at = 0
    while at < len(line):
        if line[at] in " \t|;:/":
            at += 1
            continue
        match = headings.match(line, at)
        if match is None:
            return []
        date = _DATE_HEAD.match(line, at)
        found.append(match)
        at = date.end() if date else match.end()
    return found
