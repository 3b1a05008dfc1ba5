"""Keywords in the subject and text of a message: what they are, what they become, and which ones are misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tuimail.domain.i18n import N_, _
from tuimail.domain.keywords import Keyword, Vocabulary
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period, format_day
from tuimail.domain.places import Association, Sender

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

INVOICE = Vocabulary(KEYWORDS)

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

expand = INVOICE.expand
misspelt = INVOICE.misspelt
without_value = INVOICE.without_value
without_keywords = INVOICE.without_keywords


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


def objections(subject: str, body: str, values: Mapping[str, str]) -> str:
    """Why no message can be made of these for a document, in a sentence; empty if one can."""
    wrong = misspelt(f"{subject}\n{body}")
    if wrong:
        return wrong[0].sentence()
    blank = without_value(f"{subject}\n{body}", values)
    return _("the text says “{word}”, which this invoice does not have").format(word=blank[0]) if blank else ""


def effective(sender: Sender, association: Association) -> Sender:
    """Who sends and what is said, with the association's where the structure has none, and the usual text last."""
    return replace(
        sender,
        name=sender.name or association.sender_name,
        subject=sender.subject or association.subject or DEFAULT_SUBJECT,
        body=sender.body or association.body or DEFAULT_BODY,
    )
