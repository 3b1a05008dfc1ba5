"""Keywords in the subject and text of a message: what they are, what they become, and which ones are misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from tuimail.domain.i18n import _
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period, format_day
from tuimail.domain.places import Association, Sender
from tuimail.domain.text import fold


def N_(message: str) -> str:  # noqa: N802
    """Marks a sentence that is translated when it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Keyword:
    """One value that a text may hold. Case and accents of a spelling do not count."""

    value: str
    """Name of the value in `message_values`."""
    words: str
    """What it stands for, in English."""
    spellings: tuple[str, ...]
    """The first one is shown and completed; the others are as good."""

    @property
    def label(self) -> str:
        """`words` in the interface's language."""
        return _(self.words)


KEYWORDS = (
    Keyword("person", N_("the resident's name"), ("&personne", "&person", "&résident", "&resident", "<NOMRESIDENT>")),
    Keyword("period", N_("the month: octobre 2026"), ("&periode", "&période", "&period", "<PERIODE>")),
    Keyword("number", N_("the invoice's number"), ("&numero", "&numéro", "&number", "<NUMFACT>")),
    Keyword("issued", N_("the invoice's date"), ("&date", "<DATEFACT>")),
    Keyword("amount", N_("the amount to pay, with tax"), ("&montant", "&amount", "<MONTANTFACT>")),
    Keyword("due", N_("the due date"), ("&echeance", "&échéance", "&due", "<ECHEANCE>")),
    Keyword(
        "structure", N_("the home's name"), ("&structure", "&etablissement", "&établissement", "&home", "<NOMSOC>")
    ),
    Keyword("sender", N_("the sender's name"), ("&expediteur", "&expéditeur", "&sender", "<EXPEDITEUR>")),
)
"""All of them, in the order in which they are offered."""

DEFAULT_SUBJECT = "Votre facture"
"""Where neither structure nor association has one: families read French whatever the language of the interface."""

DEFAULT_BODY = """Bonjour,

Veuillez trouver ci-joint la facture de &personne pour la période de &periode.

Cordialement,
"""

ENGLISH_SUBJECT = "Your invoice"
ENGLISH_BODY = """Hello,

Please find attached the invoice of &person for &period.

Kind regards,
"""
"""The usual texts for residents whose card asks for English."""

_MARK = re.compile(r"(?:\b([Dd])e )?(&\w+|<[^\W\d]\w*>)")
_LIKE = re.compile(r"(?<!\w)&\w+|<[^\W\d]\w*>")
"""What somebody has meant as a keyword: `R&D` is none."""
_BEGUN = re.compile(r"(?:(?<!\w)&\w*|<\w*)$")
_LEAST_BEGUN = 3
"""Characters from which a keyword that was not finished is recognised."""
_ELIDING = tuple("aàâeéèêiîoôuûyœ")


def expand(text: str, values: Mapping[str, str]) -> str:
    """`text` with each keyword replaced by its value; the values are never searched for keywords themselves.

    French elides before a month: `de &periode` becomes `d'octobre 2026`, and `de septembre 2026`.
    """

    def value(match: re.Match[str]) -> str:
        keyword = known(match[2])
        if keyword is None:
            return match[0]
        found = values[keyword.value]
        if match[1] is None:
            return found
        elided = keyword.value == "period" and found.lower().startswith(_ELIDING)
        return f"{match[1]}'{found}" if elided else f"{match[1]}e {found}"

    return _MARK.sub(value, text)


def without_keywords(text: str) -> str:
    """What is left of a text when its keywords are taken out."""
    return _MARK.sub(lambda match: match[0] if known(match[2]) is None else " ", text)


def known(word: str) -> Keyword | None:
    """The keyword that is spelt so, `&` or angle brackets included."""
    return _by_spelling().get(fold(word))


@cache
def _by_spelling() -> dict[str, Keyword]:
    return {fold(spelling): keyword for keyword in KEYWORDS for spelling in keyword.spellings}


def message_values(
    *,
    person: str,
    period: Period,
    number: str,
    issued_on: date | None,
    due_on: date | None,
    gross: int,
    structure: str,
    sender: str,
    lang: str = "fr",
) -> dict[str, str]:
    """What the keywords of a document's messages become, in the language of the text; `gross` is in cents."""
    return {
        "person": person,
        "period": period.label(lang),
        "number": number,
        "issued": format_day(issued_on) if issued_on else "",
        "amount": format_cents(gross, currency=True, lang=lang),
        "due": format_day(due_on) if due_on else "",
        "structure": structure,
        "sender": sender,
    }


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Something that looks like a keyword and is none."""

    word: str
    nearest: str
    """The spelling that was likely meant; empty where none is near."""

    def sentence(self) -> str:
        """`« &personnes » n'est pas un mot-clé : « &personne » ?`."""
        if self.nearest:
            return _("“{word}” is not a keyword: “{nearest}”?").format(word=self.word, nearest=self.nearest)
        return _("“{word}” is not a keyword; with a space after & it is plain text.").format(word=self.word)


def misspelt(text: str) -> list[Misspelt]:
    """What families would read as it stands instead of a value, in the order of the text; each word once."""
    found = {word: Misspelt(word, _nearest(word)) for word in _LIKE.findall(text) if known(word) is None}
    # <Virginie> is a name between brackets; <NUMFAC> was meant as a keyword.
    return [each for word, each in found.items() if word[0] == "&" or word.isupper() or each.nearest]


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    if len(word) > _LEAST_BEGUN and (whole := completions(word)):
        return whole[0]
    found = get_close_matches(fold(word), _by_spelling(), n=1, cutoff=0.75)
    if not found:
        return ""
    keyword = _by_spelling()[found[0]]
    return next(spelling for spelling in keyword.spellings if fold(spelling) == found[0])


def without_value(text: str, values: Mapping[str, str]) -> list[str]:
    """The keywords of `text`, as they are spelt there, that this document has no value for: no due date, say."""
    words = dict.fromkeys(match[2] for match in _MARK.finditer(text))
    return [word for word in words if (keyword := known(word)) is not None and not values[keyword.value]]


def objections(subject: str, body: str, values: Mapping[str, str]) -> str:
    """Why no message can be made of these for a document, in a sentence; empty if one can."""
    wrong = misspelt(f"{subject}\n{body}")
    if wrong:
        return wrong[0].sentence()
    blank = without_value(f"{subject}\n{body}", values)
    return _("the text says “{word}”, which this invoice does not have").format(word=blank[0]) if blank else ""


def begun(before: str) -> str:
    """The keyword that is being typed at the end of `before`, its mark included; empty if none is."""
    match = _BEGUN.search(before)
    return match[0] if match else ""


def completions(start: str) -> list[str]:
    """The spellings that a keyword begun so may become, one a keyword; empty if it is whole or nothing fits."""
    return list(_completions(fold(start))) if start and known(start) is None else []


def _completions(start: str) -> Iterator[str]:
    for keyword in KEYWORDS:
        fitting = (spelling for spelling in keyword.spellings if fold(spelling).startswith(start))
        if (found := next(fitting, None)) is not None:
            yield found


def effective(sender: Sender, association: Association) -> Sender:
    """Who sends and what is said, with the association's where the structure has none, and the usual text last."""
    return replace(
        sender,
        name=sender.name or association.sender_name,
        subject=sender.subject or association.subject or DEFAULT_SUBJECT,
        body=sender.body or association.body or DEFAULT_BODY,
    )
