"""An empty export with every title that is understood: what to fill in where there is no billing software's own."""

from __future__ import annotations

import csv
import io

from tuimail.domain.i18n import language
from tuimail.importing.fields import Subject

_TITLES = {
    ("fr", Subject.RESIDENTS): (
        "Structure;Code;Titre;Nom;Prénom;Date de naissance;Chambre;Unité;Date d'entrée;Date de sortie;Email;Email 2;"
        "Mesure de protection;Délégué;Email tutelle;Tutelle reçoit facture;"
        "Proche 1;Lien 1;Email proche 1;Proche 1 reçoit facture;Proche 2;Lien 2;Email proche 2;Proche 2 reçoit facture"
    ),
    ("en", Subject.RESIDENTS): (
        "Home;Resident code;Title;Last name;First name;Birth date;Room;Unit;Entry date;Departure date;Email;Email 2;"
        "Guardianship;Delegate;Guardian email;Guardian receives invoice;"
        "Relative 1;Relation 1;Relative 1 email;Relative 1 receives invoice;"
        "Relative 2;Relation 2;Relative 2 email;Relative 2 receives invoice"
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


def template(subject: Subject) -> str:
    """The line of titles, parted by semicolons, in the interface's language."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerow(_TITLES[language(), subject].split(";"))
    return stream.getvalue()
