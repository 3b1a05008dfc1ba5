"""What a column can hold, and how its header is written in French and English exports."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from tuimail.domain.i18n import _
from tuimail.domain.text import fold


class Subject(StrEnum):
    """What a file is about."""

    RESIDENTS = "residents"
    INVOICES = "invoices"


class Field(StrEnum):
    """What a column holds. The values are what `--map "Header=field"` takes."""

    STRUCTURE = "structure"
    CODE = "code"
    TITLE = "title"
    LAST_NAME = "last-name"
    FIRST_NAME = "first-name"
    NAME = "name"
    """Last and first name in one."""
    BIRTH_DATE = "birth-date"
    ROOM = "room"
    UNIT = "unit"
    """Floor, ward or service of the house."""
    ENTRY_DATE = "entry-date"
    DEPARTURE_DATE = "departure-date"
    EMAIL = "email"
    GUARDIAN_KIND = "guardian-kind"
    GUARDIAN_NAME = "guardian-name"
    GUARDIAN_EMAIL = "guardian-email"
    GUARDIAN_RECEIVES = "guardian-receives"
    RELATIVE_NAME = "relative-name"
    RELATIVE_LINK = "relative-link"
    RELATIVE_EMAIL = "relative-email"
    RELATIVE_RECEIVES = "relative-receives"
    NUMBER = "number"
    KIND = "kind"
    PERIOD = "period"
    ISSUED_ON = "date"
    DUE_ON = "due-date"
    HEADING = "heading"
    LABEL = "label"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit-price"
    AMOUNT = "amount"
    VAT = "vat"
    FILE = "file"
    """Name or path of the document's own PDF."""


Target = tuple[Field, int]
"""A field and which of several: address 1 or 2, relative 1 to n; 0 where there is one."""

NUMBERED = {
    Field.EMAIL: 2,
    Field.RELATIVE_NAME: 9,
    Field.RELATIVE_LINK: 9,
    Field.RELATIVE_EMAIL: 9,
    Field.RELATIVE_RECEIVES: 9,
}
"""The fields there are several of, with how many at most."""

_PERSON = {
    Field.STRUCTURE: "structure|nom structure|structure resident|structure facture",
    Field.CODE: "code resident|numero resident|id resident|identifiant resident|matricule resident|reference resident"
    "|ref resident|compte resident|code|identifiant|id|matricule|numero dossier|dossier",
    Field.NAME: "nom prenom|nom prenom resident|nom complet|nom complet resident|full nom|resident full nom|resident",
    Field.FIRST_NAME: "prenom|prenom resident|first nom|given nom|resident first nom|forename",
}

_RESIDENTS = _PERSON | {
    Field.CODE: _PERSON[Field.CODE] + "|numero|reference|ref",
    Field.TITLE: "titre|civilite|title|titre resident|civilite resident|titre civilite|salutation",
    Field.LAST_NAME: "nom famille|nom usage|last nom|family nom|surname|nom|nom resident|nom naissance",
    Field.BIRTH_DATE: "date naissance|naissance|ne|nee|ne nee|ddn|birth date|birthdate|birthday|date birth|dob",
    Field.ROOM: "chambre|numero chambre|room|room numero|logement|appartement|numero logement",
    Field.UNIT: "unite|service|etage|unit|secteur|aile|unite vie|nom unite|nom service|libelle unite|libelle service"
    "|unite resident|service resident|ward|floor|wing|department|batiment",
    Field.ENTRY_DATE: "date entree|entree|date admission|admission|date arrivee|arrivee|entry date|entry|arrival date",
    Field.DEPARTURE_DATE: "date sortie|sortie|date depart|depart|departure date|departure|exit date|leaving date",
    Field.EMAIL: "email|email resident|email principal|email personnel|own email",
    Field.GUARDIAN_KIND: "mesure protection|type mesure protection|protection|mesure protection juridique|mesure"
    "|type mesure|type protection|type tutelle|regime protection|tutelle|guardianship|guardian type"
    "|guardian kind|kind guardianship|type guardianship|protection kind",
    Field.GUARDIAN_NAME: "delegue|nom delegue|delegue tutelle|mandataire|nom mandataire|tuteur|nom tuteur|nom tutelle"
    "|organisme tutelle|representant legal|guardian|guardian nom|delegate|guardian delegate",
    Field.GUARDIAN_EMAIL: "email tutelle|email tuteur|email mandataire|email delegue|email representant legal"
    "|email guardian|email delegate|email protection",
    Field.GUARDIAN_RECEIVES: "tutelle recoit facture|tutelle recoit|tuteur recoit facture|tuteur recoit"
    "|mandataire recoit facture|guardian recoit facture|guardian recoit",
    Field.RELATIVE_NAME: "proche|nom proche|nom prenom proche",
    Field.RELATIVE_LINK: "lien|lien proche|lien parente|parente|relation|relation proche|relationship|link|proche link",
    Field.RELATIVE_EMAIL: "email proche|email famille|email family",
    Field.RELATIVE_RECEIVES: "proche recoit facture|proche recoit|famille recoit facture|famille recoit",
}

_INVOICES = _PERSON | {
    Field.NAME: _PERSON[Field.NAME] + "|nom resident|nom",
    Field.NUMBER: "numero facture|numero piece|numero document|facture|reference facture|ref facture|code facture"
    "|id facture|piece|numero|reference piece",
    Field.KIND: "type document|type piece|type facture|type|nature|kind|document kind|document type",
    Field.PERIOD: "periode facturation|periode facture|periode|mois facturation|mois facture|mois|period"
    "|billing period|facture period|month|billing month",
    Field.ISSUED_ON: "date facture|date emission|date facturation|date piece|date document|issue date|date edition"
    "|date",
    Field.DUE_ON: "date echeance|echeance|date limite paiement|date limite reglement|due date|due|payment due date",
    Field.HEADING: "rubrique|categorie|famille|heading|category|section|chapitre|type prestation",
    Field.LABEL: "libelle|libelle ligne|libelle prestation|libelle article|designation|prestation|description|label"
    "|article|intitule|detail|item",
    Field.QUANTITY: "quantite|qte|nombre|nb|nombre jour|nb jour|quantity|qty",
    Field.UNIT_PRICE: "prix unitaire ht|prix unitaire|pu ht|pu|tarif|tarif journalier|prix jour|prix journee|unit price"
    "|price|prix",
    Field.AMOUNT: "montant ht|montant ligne ht|total ht|total ligne ht|montant net ht|net ht|ht|montant net|net montant"
    "|montant ligne|total ligne|line montant|montant excl tva|montant",
    Field.VAT: "taux tva|taux|tva applicable",
    Field.FILE: "fichier pdf|fichier|nom fichier|nom fichier pdf|chemin fichier|chemin pdf|pdf|fichier facture"
    "|pdf facture|lien pdf|file|file nom|pdf file|document pdf",
}

_ALIASES = {
    "n": "numero", "no": "numero", "num": "numero", "nr": "numero", "number": "numero",
    "mail": "email", "courriel": "email", "mel": "email", "electronique": "email", "electronic": "email",
    "etablissement": "structure", "home": "structure", "facility": "structure", "site": "structure",
    "residente": "resident", "usager": "resident", "client": "resident", "beneficiaire": "resident",
    "pensionnaire": "resident", "customer": "resident",
    "relative": "proche", "contact": "proche", "referent": "proche",
    "receive": "recoit", "reception": "recoit", "receptionnaire": "recoit", "destinataire": "recoit",
    "recevoir": "recoit", "invoice": "facture", "bill": "facture", "amount": "montant", "name": "nom",
    "vat": "tva", "tax": "tva", "%": "taux", "rate": "taux", "pct": "taux", "pourcentage": "taux",
    "second": "2", "secondaire": "2", "deuxieme": "2", "autre": "2", "other": "2",
}  # fmt: skip
_SILENT = {"de", "du", "des", "d", "la", "le", "les", "l", "of", "the", "en", "au", "a", "et", "and", "eur", "euro", "s"}


@lru_cache(maxsize=4096)
def words(header: str) -> tuple[frozenset[str], int]:
    """A header as the words that count, whatever their order, and the number in it (0: none).

    Accents, case, punctuation, plurals and small words do not count; `E-mail proche 2` is ({email, proche}, 2).
    """
    text = re.sub(r"\be[- ]mail", "email", fold(header)).replace("(e)", "").replace("(s)", "")
    text = re.sub(r"\b([a-z])[. ]([a-z])[. ]?(?:([a-z])\b\.?)?(?![a-z])", r"\1\2\3", text)
    found, number = set(), 0
    for word in re.findall(r"[a-z]+|\d+|%", text):
        singular = word[:-1] if len(word) > 3 and word.endswith("s") else word
        known = _ALIASES.get(singular, singular)
        if known.isdecimal():
            number = int(known[:4])
        elif known not in _SILENT:
            found.add(known)
    if "email" in found:
        found -= {"adresse", "address", "courrier"}
    if number:
        found.discard("numero")
    return frozenset(found), number


def title_key(title: str) -> str:
    """A title for comparing with itself as somebody types it: accents, case and punctuation do not count."""
    return " ".join(re.findall(r"\w+|%", fold(title)))


def _dictionary(fields: dict[Field, str]) -> dict[frozenset[str], tuple[Field, int]]:
    return {
        words(synonym)[0]: (field, rank)
        for field, synonyms in fields.items()
        for rank, synonym in enumerate(synonyms.split("|"))
    }


DICTIONARIES = {Subject.RESIDENTS: _dictionary(_RESIDENTS), Subject.INVOICES: _dictionary(_INVOICES)}
"""For each subject: the words of a header -> its field and how specific the header is, 0 being the most."""


def recognise(header: str, subject: Subject) -> tuple[Target, int] | None:
    """What a column with that header holds in a file about `subject`, and how specific the header is."""
    found, number = words(header)
    hit = DICTIONARIES[subject].get(found)
    if hit is None:
        return None
    field, rank = hit
    if field in NUMBERED:
        return ((field, number or 1), rank) if number <= NUMBERED[field] else None
    return ((field, 0), rank) if number == 0 else None


def parse_target(text: str) -> Target | None:
    """A field as it is typed: `amount`, `email-2`, `relative-1-email`, or any header the dictionary knows."""
    number = re.search(r"\d+", text)
    name = re.sub(r"-?\d+", "", text.strip().lower())
    if name in set(Field):
        field = Field(name)
        if field in NUMBERED:
            return (field, int(number[0][:4]) if number else 1)
        return None if number else (field, 0)
    for subject in Subject:
        if hit := recognise(text, subject):
            return hit[0]
    return None


def target_key(target: Target) -> str:
    """A field for programs, as `parse_target` reads it: `email-2`, `relative-1-email`."""
    field, number = target
    if not number:
        return str(field)
    first, dash, rest = field.partition("-")
    return f"{first}-{number}{dash}{rest}"


def field_label(target: Target) -> str:
    """A field for people."""
    field, number = target
    label = {
        Field.STRUCTURE: _("structure"),
        Field.CODE: _("resident's code"),
        Field.TITLE: _("title"),
        Field.LAST_NAME: _("last name"),
        Field.FIRST_NAME: _("first name"),
        Field.NAME: _("resident's name"),
        Field.BIRTH_DATE: _("birth date"),
        Field.ROOM: _("room"),
        Field.UNIT: _("unit"),
        Field.ENTRY_DATE: _("entry date"),
        Field.DEPARTURE_DATE: _("departure date"),
        Field.EMAIL: _("e-mail"),
        Field.GUARDIAN_KIND: _("kind of protection"),
        Field.GUARDIAN_NAME: _("delegate"),
        Field.GUARDIAN_EMAIL: _("guardian's e-mail"),
        Field.GUARDIAN_RECEIVES: _("guardian receives invoices"),
        Field.RELATIVE_NAME: _("relative"),
        Field.RELATIVE_LINK: _("relative's link"),
        Field.RELATIVE_EMAIL: _("relative's e-mail"),
        Field.RELATIVE_RECEIVES: _("relative receives invoices"),
        Field.NUMBER: _("invoice number"),
        Field.KIND: _("kind of document"),
        Field.PERIOD: _("period"),
        Field.ISSUED_ON: _("invoice date"),
        Field.DUE_ON: _("due date"),
        Field.HEADING: _("heading"),
        Field.LABEL: _("label"),
        Field.QUANTITY: _("quantity"),
        Field.UNIT_PRICE: _("unit price"),
        Field.AMOUNT: _("net amount"),
        Field.VAT: _("VAT rate"),
        Field.FILE: _("PDF file"),
    }[field]
    return f"{label} {number}" if field in NUMBERED and number else label
