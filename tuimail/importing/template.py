"""An empty export with every title that is understood: what to fill in where there is no billing software's own.

The lines of a postal address stand in one cell, parted by " / " as on the card.
"""

from __future__ import annotations

from tuimail.domain.csv_text import csv_table
from tuimail.domain.i18n import language
from tuimail.importing.fields import Subject

_TITLES = {
    ("fr", Subject.RESIDENTS): (
        "Structure;Code;Titre;Sexe;Nom;Prénom;Nom de naissance;Date de naissance;Lieu de naissance;"
        "Situation familiale;Date de veuvage;Chambre;Unité;Date d'entrée;Date de sortie;Email;Email 2;"
        "Mesure de protection;Titre tutelle;Délégué;Adresse tutelle;Code postal tutelle;Ville tutelle;"
        "Téléphone tutelle;Télécopie tutelle;Mobile tutelle;Email tutelle;Tutelle reçoit facture;"
        "Proche 1;Lien 1;Libellé avant adresse proche 1;Adresse proche 1;Code postal proche 1;Ville proche 1;"
        "Téléphone proche 1;Email proche 1;Proche 1 reçoit facture;"
        "Proche 2;Lien 2;Libellé avant adresse proche 2;Adresse proche 2;Code postal proche 2;Ville proche 2;"
        "Téléphone proche 2;Email proche 2;Proche 2 reçoit facture;"
        "Qui reçoit;Papier en plus;Langue du mail;Accepte publipostages;Date du consentement;Source du consentement"
    ),
    ("en", Subject.RESIDENTS): (
        "Home;Resident code;Title;Sex;Last name;First name;Name at birth;Birth date;Birth place;Family status;"
        "Widowed since;Room;Unit;Entry date;Departure date;Email;Email 2;"
        "Guardianship;Guardian title;Delegate;Guardian address;Guardian postcode;Guardian city;"
        "Guardian telephone;Guardian fax;Guardian mobile;Guardian email;Guardian receives invoice;"
        "Relative 1;Relation 1;Relative 1 label before address;Relative 1 address;Relative 1 postcode;Relative 1 city;"
        "Relative 1 telephone;Relative 1 email;Relative 1 receives invoice;"
        "Relative 2;Relation 2;Relative 2 label before address;Relative 2 address;Relative 2 postcode;Relative 2 city;"
        "Relative 2 telephone;Relative 2 email;Relative 2 receives invoice;"
        "Who receives;Paper as well;Language of the mail;Accepts mailings;Consent date;Source of the consent"
    ),
    ("fr", Subject.INVOICES): (
        "Structure;Type de document;N° facture;Période;Date facture;Date d'échéance;Code résident;Nom résident;"
        "Rubrique;Libellé;Quantité;Prix unitaire;Montant HT;Taux TVA;Fichier PDF"
    ),
    ("en", Subject.INVOICES): (
        "Home;Document type;Invoice number;Period;Invoice date;Due date;Resident code;Resident name;"
        "Heading;Label;Quantity;Unit price;Net amount;VAT rate;PDF file"
    ),
}


def template(subject: Subject) -> bytes:
    """The line of titles, in the interface's language, as a file for a spreadsheet."""
    return b"".join(csv_table(_TITLES[language(), subject].split(";"), ()))
