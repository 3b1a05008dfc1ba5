"""`smtp` and `sender`: what is kept, what is refused, what the journal says."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from cli_harness import Tuimail, use_server

from tuimail.config import secrets
from tuimail.domain.account import Account, Security
from tuimail.domain.places import Association, Sender
from tuimail.store import accounts, structures
from tuimail.store.database import close_store, open_store

SET = ("smtp", "set")
LOCAL = (*SET, "--host", "smtp.maison.example", "--port", "587")


def account(database: Path) -> Account:
    open_store(database)
    (found,) = accounts.accounts()
    close_store()
    return found


def associations(database: Path) -> list[Association]:
    open_store(database)
    found = structures.associations()
    close_store()
    return found


def sender(database: Path) -> Sender:
    open_store(database)
    (found,) = structures.structures()
    close_store()
    return found.sender


def changes(tuimail: Tuimail) -> list[str]:
    lines = tuimail("journal", "--format", "json").json()
    return [line["detail"] for line in lines if line["event"] == "setting-changed"]


@pytest.mark.parametrize(
    ("words", "port", "security"),
    [
        (("--port", "465"), 465, Security.TLS),
        (("--port", "587"), 587, Security.STARTTLS),
        (("--port", "25"), 25, Security.NONE),
        (("--security", "tls"), 465, Security.TLS),
        (("--security", "none"), 25, Security.NONE),
        ((), 587, Security.STARTTLS),
        (("--port", "2525", "--security", "starttls"), 2525, Security.STARTTLS),
    ],
)
def test_port_and_security_tell_each_other(
    tuimail: Tuimail, database: Path, words: tuple[str, ...], port: int, security: Security
) -> None:
    ran = tuimail(*SET, "--host", "smtp.maison.example", *words)

    assert ran.status == 0, ran.err
    assert (account(database).port, account(database).security) == (port, security)


def test_what_is_not_named_stays(tuimail: Tuimail, database: Path) -> None:
    pace = ("--gap", "3,5", "--pause-every", "20", "--pause", "30")
    tuimail(*LOCAL, *pace, "--user", "virginie", "--association", "Les Tilleuls")

    ran = tuimail(*SET, "--gap", "1")

    assert ran.status == 0, ran.err
    assert account(database) == Account(
        1, "smtp.maison.example", 587, Security.STARTTLS, "virginie", gap=1.0, pause_every=20, pause=30.0, id=1
    )
    assert associations(database) == [Association("Les Tilleuls", 1)]


def test_another_port_never_takes_the_protection_away(tuimail: Tuimail, database: Path) -> None:
    tuimail(*LOCAL)

    tuimail(*SET, "--port", "465")
    assert account(database).security is Security.TLS
    tuimail(*SET, "--port", "25")
    assert account(database).security is Security.TLS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--host"),
        (("--host", "smtp.maison.example", "--port", "2525"), "--security"),
        (("--host", "smtp maison.example"), "n’est pas un nom de serveur"),
        (("--host", "smtp.maison.example\r\nX"), "smtp.maison.example??X"),
        (("--host", "smtp://maison.example"), "n’est pas un nom de serveur"),
        (("--host", "smtp.maison.example:587"), "le port a sa propre place"),
        (("--host", " "), "n’a pas de nom"),
        (("--host", "a..b"), "n’est pas un nom de serveur"),
        (("--host", "a.example", "--port", "0"), "« 0 » n’est pas un port"),
        (("--host", "a.example", "--port", "65536"), "n’est pas un port"),
        (("--host", "a.example", "--port", "smtp"), "n’est pas un port"),
        (("--host", "a.example", "--security", "ssl"), "starttls"),
        (("--host", "a.example", "--gap", "-1"), "« -1 » n’est pas une durée"),
        (("--host", "a.example", "--gap", "nan"), "n’est pas une durée"),
        (("--host", "a.example", "--pause", "deux"), "n’est pas une durée"),
        (("--host", "a.example", "--pause-every", "1.5"), "n’est pas un nombre de messages"),
        (("--host", "a.example", "--user", "a\nb"), "L’identifiant contient un saut de ligne"),
        (("--host", "a.example", "--ca-file", "/nowhere/ca.pem"), "/nowhere/ca.pem"),
        (("--host", "a.example", "--ca-file", __file__), "aucun certificat"),
        (("--host", "a.example", "--association", "a\nb"), "association"),
    ],
)
def test_an_account_that_could_not_send_is_refused(
    tuimail: Tuimail, database: Path, words: tuple[str, ...], told: str
) -> None:
    ran = tuimail(*SET, *words)

    assert ran.status == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1
    if database.exists():
        assert not associations(database)


def test_a_file_of_certificates_is_kept_by_its_whole_path(
    tuimail: Tuimail, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.chdir(tmp_path)

    assert tuimail(*LOCAL, "--ca-file", "ca.pem").status == 0
    assert account(database).ca_file == str(tmp_path / "ca.pem")
    assert tuimail(*SET, "--ca-file", "").status == 0
    assert account(database).ca_file == ""


def test_each_change_is_journalled_without_the_password(tuimail: Tuimail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret!\n"))
    tuimail(*LOCAL, "--user", "virginie", "--password-stdin")
    tuimail(*SET, "--port", "465")
    tuimail(*SET, "--port", "465")

    first, second = changes(tuimail)
    assert "serveur smtp.maison.example, port 587, sécurité STARTTLS, identifiant virginie" in first
    assert second == "Compte SMTP (Association) : port 587 → 465, sécurité STARTTLS → TLS"
    assert "s3cret!" not in tuimail("journal", "--format", "csv").out


def test_a_password_is_read_from_standard_input_and_never_shown(
    tuimail: Tuimail, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(" s3cret! \r\nrest\n"))
    ran = tuimail(*LOCAL, "--user", "virginie", "--password-stdin")
    shown = tuimail("smtp", "show")

    assert ran.status == 0
    assert "mot de passe n’est pas gardé" in ran.out
    assert secrets.password(account(database)) == " s3cret! "
    assert "virginie, mot de passe : saisi, gardé en mémoire jusqu’à la fin" in shown.out
    assert "s3cret!" not in ran.out + ran.err + shown.out + shown.err
    tuimail(*SET, "--host", "elsewhere.example")
    assert "mot de passe : inconnu sur cette machine" in tuimail("smtp", "show").out


@pytest.mark.parametrize(("typed", "words"), [("\n", ("--user", "virginie")), ("s3cret!\n", ())])
def test_a_password_of_nobody_or_an_empty_one_is_refused(
    tuimail: Tuimail, monkeypatch: pytest.MonkeyPatch, typed: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    ran = tuimail(*LOCAL, "--password-stdin", *words)

    assert ran.status == 2
    assert "mot de passe" in ran.err


def test_the_only_association_takes_the_name_that_is_given(tuimail: Tuimail, month: None, database: Path) -> None:
    use_server(tuimail, 25, "--association", "Les Tilleuls")

    assert associations(database) == [Association("Les Tilleuls", 1)]
    assert tuimail(*SET, "--association", "les tilleuls", "--gap", "5").status == 0
    other = tuimail(*SET, "--association", "Les Œillets")
    assert (other.status, "« Les Tilleuls »" in other.err) == (2, True)


def test_show_says_the_pace_in_words(tuimail: Tuimail) -> None:
    tuimail(*LOCAL, "--gap", "0,5", "--association", "Les Tilleuls")

    shown = tuimail("smtp", "show").out

    assert "smtp.maison.example, port 587, STARTTLS" in shown
    assert "0,5 s entre deux messages, 10 s tous les 10 messages" in shown


def test_nothing_to_show_tells_the_next_step(tuimail: Tuimail) -> None:
    for words in (("smtp", "show"), ("sender", "show")):
        ran = tuimail(*words)
        assert ran.status == 2
        assert "tuimail" in ran.err


def sender_set(*more: str) -> tuple[str, ...]:
    return ("sender", "set", "--structure", "Maison", *more)


def test_a_sender_keeps_what_is_not_named(tuimail: Tuimail, month: None, database: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes("Bonjour,\r\n\r\nCi-joint la facture de &personne : soldée à l’euro près.\r\n".encode("cp1252"))

    tuimail(*sender_set("--receipt", "--subject", "Facture de &periode", "--body-file", str(text)))
    ran = tuimail("sender", "set", "--structure", "MAIS", "--email", "Compta@Maison.Example")

    assert ran.status == 0, ran.err
    assert not ran.err
    assert sender(database) == Sender(
        name="Virginie Dubois",
        email="Compta@maison.example",
        receipt=True,
        subject="Facture de &periode",
        body="Bonjour,\n\nCi-joint la facture de &personne : soldée à l’euro près.\n",
    )
    assert changes(tuimail)[-1] == "Maison : adresse de l’expéditeur compta@maison.example → Compta@maison.example"
    assert tuimail(*sender_set("--no-receipt")).status == 0
    assert not sender(database).receipt


def test_a_word_that_looks_like_a_keyword_is_pointed_out(tuimail: Tuimail, month: None) -> None:
    ran = tuimail(*sender_set("--subject", "Facture &facture, R&D, &periode"))

    assert ran.status == 2
    assert "« &facture » n’est pas un mot-clé" in ran.err
    assert "&D" not in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--email", "compta"), "un seul @"),
        (("--email", "compta@maison.example\nBcc: x@y.example"), "saut de ligne"),
        (("--email", "a@b.example;c@d.example"), "une seule adresse"),
        (("--email", "virginie.dubois+é@maison.example"), "accentuée"),
        (("--name", "Virginie\r\nBcc: x@y.example"), "Le nom de l’expéditeur contient un saut de ligne"),
        (("--name", " "), "n’a pas de nom"),
        (("--subject", "Facture\nBcc: x@y.example"), "L’objet contient un saut de ligne"),
        (("--subject", "x" * 251), "251 caractères"),
        (("--body-file", "/nowhere/text.txt"), "/nowhere/text.txt"),
        (("--structure", "Autre"), "« Maison »"),
    ],
)
def test_a_sender_that_could_not_write_is_refused(
    tuimail: Tuimail, month: None, database: Path, words: tuple[str, ...], told: str
) -> None:
    before = sender(database)

    ran = tuimail(*sender_set(*words))

    assert ran.status == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1
    assert sender(database) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "vide"),
        (b" \r\n\t\r\n", "vide"),
        (b"Bonjour\x00", "caractères de commande"),
        (b"Bonjour \x81\x8d", "n’est pas du texte brut"),
        (b"x" * 100_001, "trop long"),
    ],
)
def test_a_text_that_no_family_could_read_is_refused(
    tuimail: Tuimail, month: None, tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "text.txt").write_bytes(content)

    ran = tuimail(*sender_set("--body-file", str(tmp_path / "text.txt")))

    assert ran.status == 2
    assert told in ran.err


def test_the_first_sender_needs_a_name_and_an_address(tuimail: Tuimail, month: None, database: Path) -> None:
    open_store(database)
    structures.save_structure(replace(structures.structure(1), sender=Sender()))
    close_store()

    assert tuimail(*sender_set("--email", "a@b.example")).status == 2
    assert tuimail(*sender_set("--name", "Virginie")).status == 2
    assert "pas encore d’expéditeur" in tuimail("sender", "show").out


def test_a_port_that_changes_the_protection_says_so(tuimail: Tuimail) -> None:
    tuimail("smtp", "set", "--host", "mx.example", "--port", "25", "--security", "none")

    changed, kept = (tuimail("smtp", "set", "--port", port) for port in ("587", "587"))

    assert "sans chiffrement → STARTTLS" in changed.err
    assert not kept.err


def test_a_sender_has_a_reply_address_and_a_copy_that_can_be_taken_back(
    tuimail: Tuimail, month: None, database: Path
) -> None:
    tuimail(*sender_set("--reply-to", "accueil@maison.example", "--copy-to", "archives@maison.example"))
    assert (sender(database).reply_to, sender(database).copy_to) == (
        "accueil@maison.example", "archives@maison.example"
    )  # fmt: skip
    shown = tuimail("sender", "show").out
    assert "Réponses à" in shown
    assert "archives@maison.example" in shown
    tuimail(*sender_set("--reply-to", "", "--copy-to", ""))
    assert (sender(database).reply_to, sender(database).copy_to) == ("", "")


def test_an_association_has_a_default_text_that_its_structures_may_replace(
    tuimail: Tuimail, month: None, database: Path
) -> None:
    (name,) = names(database)
    ran = tuimail("sender", "set", "--association", name, "--name", "Compta", "--subject", "Facture <NUMFACT>")
    assert ran.status == 0
    assert "Facture <NUMFACT>" in ran.out
    shown = tuimail("sender", "show").out
    assert "Facture <NUMFACT> (celui de l’association)" in shown
    tuimail(*sender_set("--subject", "Votre facture"))
    assert "(celui de l’association)" not in tuimail("sender", "show").out
    assert "objet Facture <NUMFACT>" in changes(tuimail)[-2]


def test_an_association_has_no_address_of_its_own(tuimail: Tuimail, month: None, database: Path) -> None:
    ran = tuimail("sender", "set", "--association", names(database)[0], "--email", "a@b.example")
    assert ran.status == 2
    assert "pas d’adresse à elle" in ran.err


def test_a_sender_of_another_domain_than_the_account_is_warned_about(tuimail: Tuimail, month: None) -> None:
    tuimail("smtp", "set", "--host", "smtp.orange.example", "--port", "465", "--user", "maison@orange.example")
    ran = tuimail(*sender_set("--name", "Compta"))
    assert ran.status == 0
    assert "Le compte est chez orange.example" in ran.err


def names(database: Path) -> list[str]:
    open_store(database)
    found = [association.name for association in structures.associations()]
    close_store()
    return found
