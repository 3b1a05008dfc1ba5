"""How the headers of columns are written in French and English exports."""

from __future__ import annotations

import re
from functools import lru_cache

from tuimail.domain.text import fold
from tuimail.importing.fields import NUMBERED, Field, Subject, Target

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
    Field.LAST_NAME: "nom famille|nom usage|last nom|family nom|surname|nom|nom resident",
    Field.SEX: "sexe|sex|sexe resident|genre|gender",
    Field.BIRTH_NAME: "nom naissance|nom jeune fille|nom naissance resident|nom patronymique|birth nom|nom at birth"
    "|maiden nom",
    Field.BIRTH_PLACE: "lieu naissance|ville naissance|commune naissance|lieu naissance resident|birth place|birthplace"
    "|place birth",
    Field.FAMILY_STATUS: "situation familiale|situation famille|situation matrimoniale|situation familiale resident"
    "|statut matrimonial|etat matrimonial|family status|marital status",
    Field.WIDOWHOOD_DATE: "date veuvage|veuvage|veuf depuis|veuve depuis|widowed since|widowhood date|widowhood",
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
    Field.GUARDIAN_TITLE: "titre tutelle|titre tuteur|titre delegue|titre mandataire|civilite tutelle|civilite tuteur"
    "|civilite delegue|civilite mandataire|guardian title|title guardian|title delegate",
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
    Field.POLICY: "qui recoit|qui recoit facture|who recoit|who recoit facture|policy",
    Field.PAPER: "papier plus|papier aussi|exemplaire papier|copie papier|papier|paper as well|on paper as well"
    "|paper copy|paper",
    Field.LANGUAGE: "langue email|langue facture",
    Field.MAILINGS: "accepte publipostage|publipostage|accepte mailing|mailing",
    Field.CONSENT_DATE: "date consentement|date consent",
    Field.CONSENT_SOURCE: "source consentement|origine consentement|source consent",
}

_CONTACT: tuple[tuple[str, Field | None, Field | None], ...] = (
    ("adresse|adresse complete", Field.GUARDIAN_ADDRESS, Field.RELATIVE_ADDRESS),
    ("complement adresse", Field.GUARDIAN_ADDRESS_MORE, Field.RELATIVE_ADDRESS_MORE),
    ("code postal|cp|postcode|zip|zip code", Field.GUARDIAN_POSTCODE, Field.RELATIVE_POSTCODE),
    ("ville|commune|localite|city|town", Field.GUARDIAN_CITY, Field.RELATIVE_CITY),
    ("telephone|telephone fixe|fixe|telephone domicile|numero telephone", Field.GUARDIAN_PHONE, Field.RELATIVE_PHONE),
    ("mobile|telephone mobile|numero mobile", Field.GUARDIAN_MOBILE, Field.RELATIVE_PHONE),
    ("fax|numero fax", Field.GUARDIAN_FAX, None),
    ("libelle avant adresse|label before adresse", None, Field.RELATIVE_LABEL),
)  # fmt: skip
"""How somebody is reached who is not in the home: titles without a word of whom, and the field of a guardian and of a
relative."""
_GUARDIANS = ("tutelle", "tuteur", "delegue", "mandataire", "representant legal", "organisme tutelle", "guardian",
              "delegate", "delegue tutelle")  # fmt: skip
_RELATIVES = ("proche", "famille", "family")


def _contacts() -> dict[Field, str]:
    """The titles of `_CONTACT` with a word of whom."""
    found: dict[Field, list[str]] = {}
    for titles, guardian, relative in _CONTACT:
        for field, people in ((guardian, _GUARDIANS), (relative, _RELATIVES)):
            if field is not None:
                found.setdefault(field, []).extend(f"{title} {who}" for title in titles.split("|") for who in people)
    return {field: "|".join(titles) for field, titles in found.items()}


_RESIDENTS |= _contacts()

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
    "addres": "adresse", "adr": "adresse", "rue": "adresse", "street": "adresse",
    "tel": "telephone", "phone": "telephone", "portable": "mobile", "gsm": "mobile", "cellphone": "mobile",
    "telecopie": "fax", "telecopieur": "fax", "curateur": "tuteur", "curatelle": "tutelle", "mjpm": "mandataire",
    "language": "langue", "accept": "accepte",
    "residente": "resident", "usager": "resident", "client": "resident", "beneficiaire": "resident",
    "pensionnaire": "resident", "customer": "resident",
    "relative": "proche", "contact": "proche", "referent": "proche",
    "receive": "recoit", "reception": "recoit", "receptionnaire": "recoit", "destinataire": "recoit",
    "recevoir": "recoit", "invoice": "facture", "bill": "facture", "amount": "montant", "name": "nom",
    "vat": "tva", "tax": "tva", "%": "taux", "rate": "taux", "pct": "taux", "pourcentage": "taux",
    "second": "2", "secondaire": "2", "deuxieme": "2", "autre": "2", "other": "2",
}  # fmt: skip
_SILENT = {"de", "du", "des", "d", "la", "le", "les", "l", "of", "the", "en", "au", "a", "et", "and", "eur", "euro",
           "s"}  # fmt: skip


@lru_cache(maxsize=4096)
def words(header: str) -> tuple[frozenset[str], int]:
    """A header as the words that count, whatever their order, and the number in it (0: none).

    Accents, case, punctuation, plurals and small words do not count; `E-mail proche 2` is ({email, proche}, 2).
    """
    text = re.sub(r"\be[- ]mail", "email", fold(header).replace("_", " ")).replace("(e)", "").replace("(s)", "")
    # The lines of a postal address are numbered too: `Adresse 2 proche 1` is of the first relative.
    text = re.sub(r"\b(adresse|address)(?: (?:ligne|line))? ?1\b(?!.*email)", r"\1", text)
    text = re.sub(r"\b(adresse|address)(?: (?:ligne|line))? ?2\b(?!.*email)", r"complement \1", text)
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
        found -= {"adresse", "courrier"}
    if "adresse" in found:
        found -= {"postal", "postale"}
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


_ANYBODYS = {
    words(title)[0]: (guardian, relative) for titles, guardian, relative in _CONTACT for title in titles.split("|")
} | {frozenset(("email",)): (Field.GUARDIAN_EMAIL, Field.RELATIVE_EMAIL)}
_DERIVED = frozenset(words(title)[0] for title in ("reçoit aujourd’hui", "receives now"))


def is_derived(header: str) -> bool:
    """Whether a column of this program's own export says what follows from the others."""
    return words(header)[0] in _DERIVED


def recognise_after(header: str, before: Target, *, along: bool) -> Target | None:
    """What a column holds whose title, such as `Code postal`, says not whose: the column `before` tells it.

    That is the closest one to the left that says whose it is. Right of a resident's own columns it is nothing that is
    kept: the card of a resident has no postal address but the home's. An e-mail address that says not whose is the
    resident's, unless it stands `along` a guardian's or relative's postal address that says not whose either.
    """
    found, number = words(header)
    if found == {"email"} and (not along or number not in (0, before[1])):
        return None
    guardian, relative = _ANYBODYS.get(found, (None, None))
    if before[0].startswith("guardian-") and before[0] is not Field.GUARDIAN_KIND and guardian is not None:
        return guardian, 0
    if before[0].startswith("relative-") and relative is not None:
        return relative, before[1]
    return None


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
