"""The invented association and its three structures. Families read French, so do their senders."""

from __future__ import annotations

from tuimail.domain.places import PostalAddress, Sender, Structure

ASSOCIATION = "Les Tilleuls"

_BODY = """Bonjour,

Veuillez trouver ci-joint la facture de &personne pour la période de &periode.

Le règlement est attendu sous dix jours, par virement ou par chèque. Pour toute
question, le service facturation vous répond au {phone}.

Bien cordialement,
{name}
{structure}
"""
_TERMS = "Règlement à dix jours, par virement ou par chèque à l’ordre de l’association Les Tilleuls."
_LEGAL = "Document de démonstration : association, personnes et montants imaginaires."


def structures(association_id: int) -> list[Structure]:
    """Two care homes and a sheltered residence, each with its letterhead and sender."""
    return [
        _structure(
            association_id,
            "EHPAD Les Tilleuls",
            ("12, allée des Tilleuls",),
            "99120",
            "Valmont-sur-Orne",
            "01 99 00 41 20",
            "tilleuls",
            "Virginie Dubois",
            siret="99999990700010",
            finess="990000010",
            iban="FR7699999000000000000000130",
        ),
        _structure(
            association_id,
            "EHPAD Saint-Éloi",
            ("3, place de l’Église",),
            "99340",
            "Saint-Éloi-les-Bains",
            "01 99 00 43 40",
            "st-eloi",
            "Virginie Dubois",
            siret="99999991500013",
            finess="990000028",
            iban="FR7699999000000000000000227",
        ),
        _structure(
            association_id,
            "Résidence autonomie L’Œillet",
            ("Quartier des Œillets", "27 bis, rue du Maréchal-Ferrant"),
            "99510",
            "Brézé-le-Château",
            "01 99 00 45 10",
            "oeillet",
            "Karim Benoît",
            siret="99999992300017",
            finess="990000036",
            iban="FR7699999000000000000000324",
        ),
    ]


def _structure(
    association_id: int,
    name: str,
    lines: tuple[str, ...],
    postcode: str,
    city: str,
    phone: str,
    domain: str,
    sender: str,
    *,
    siret: str,
    finess: str,
    iban: str,
) -> Structure:
    return Structure(
        name=name,
        association_id=association_id,
        legal_name="Association Les Tilleuls",
        address=PostalAddress(lines, postcode, city),
        phone=phone,
        email=f"accueil@{domain}.example",
        siret=siret,
        finess=finess,
        iban=iban,
        bic="EXEMFRPPXXX",
        payment_terms=_TERMS,
        due_days=10,
        legal_text=_LEGAL,
        sender=Sender(
            name=f"{sender} ({name})",
            email=f"compta@{domain}.example",
            subject="Votre facture de &periode",
            body=_BODY.format(phone=phone, name=sender, structure=name),
        ),
    )
