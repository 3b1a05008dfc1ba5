"""The mail account by keys alone: codified, tried, signed in to; and the settings it is reached from."""

from __future__ import annotations

import asyncio
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from authority import CLIENT, Authority
from hand import PATIENCE, Hand, Held, Mailbox, Sit
from post_office import ADDRESS, PASSWORD, USER, PostOffice
from textual.widgets import Input

from tuimail.config import secrets, settings
from tuimail.config.shared_secrets import made_by
from tuimail.domain.account import Account, Authentication, Security
from tuimail.domain.events import EventKind
from tuimail.office import Office
from tuimail.office.mail import MailAccounts
from tuimail.sending import oauth
from tuimail.store import accounts, journal
from tuimail.ui.screens import own_settings
from tuimail.ui.screens.account import AccountDialog
from tuimail.ui.screens.sign_in import AddressDialog, CodeDialog
from tuimail.ui.screens.trial import Trial


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


async def opened(hand: Hand) -> AccountDialog:
    await hand.press("S")
    await hand.until(lambda: isinstance(hand.app.screen, AccountDialog), "no dialog")
    dialog = hand.app.screen
    assert isinstance(dialog, AccountDialog)
    return dialog


def known() -> Account:
    (account,) = accounts.accounts()
    return account


@pytest.mark.servers
async def test_a_fresh_database_gets_an_account_whose_test_mail_postfix_delivers(
    sit: Sit, empty_office: Office, config: Path, post_office: PostOffice
) -> None:
    post_office.empty()
    async with sit(empty_office, size=(80, 24)) as hand:
        await hand.press("6")
        await hand.see("aucun pour l’instant", "4 mémoire")
        await hand.press("enter")
        await hand.see("Fournisseur")
        await hand.fill("host", "localhost")
        await hand.fill("port", str(post_office.submission))
        await hand.choose("security", "STARTTLS")
        await hand.fill("ca_file", post_office.ca_file)
        await hand.fill("user", USER)
        await hand.fill("password", PASSWORD)
        await hand.choose("keep", "mémoire seulement")
        await hand.press("f5")
        await hand.see("Essai de localhost", "7 Taille", "Le compte fonctionne")
        assert PASSWORD not in hand.text
        await hand.press("m")
        await hand.see("Message d’essai")
        await hand.type("pas une adresse")
        await hand.press("enter")
        await hand.see("est inutilisable")
        await hand.press("end", "ctrl+u")
        await hand.type(ADDRESS)
        await hand.press("enter")
        await hand.see("8 Mail", "cherchez le message")
        (received,) = await asyncio.to_thread(post_office.received, "alice", 1)
        assert received["Subject"] == "Essai du compte SMTP"
        assert accounts.accounts() == [], "a test keeps nothing"
        await hand.press("escape")
        await hand.see("Fournisseur")
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé ; le mot de passe reste en mémoire")
        await hand.see(f"localhost, port {post_office.submission}, STARTTLS, utilisateur")
        assert secrets.password(known()) == PASSWORD
        assert known().ca_file == post_office.ca_file
        (line,) = [event for event in journal.events() if event.detail]
        assert line.operator == "virginie"
        assert PASSWORD not in line.detail


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_arrows_go_from_field_to_field_and_change_no_number(
    sit: Sit, office: Office, config: Path, size: tuple[int, int]
) -> None:
    async with sit(office, size=size) as hand:
        dialog = await opened(hand)
        fields = {field.id: field.value for field in dialog.query(Input)}
        order = [widget.id for widget in dialog.focus_chain]
        start = order.index("host")
        passed = ["host"]
        for _n in order[1:]:
            await hand.press("down")
            passed.append(str(dialog.focused and dialog.focused.id))
        assert passed == order[start:] + order[:start]
        await hand.press("down")
        for name in reversed(passed):
            await hand.press("up")
            assert dialog.focused is not None
            assert dialog.focused.id == name
        assert {field.id: field.value for field in dialog.query(Input)} == fields
        assert not dialog.unsaved


async def test_what_is_typed_into_a_number_replaces_it_and_into_words_goes_on(
    sit: Sit, office: Office, config: Path
) -> None:
    async with sit(office, size=(80, 24)) as hand:
        dialog = await opened(hand)
        for name, stands in (("host", "127.0.0.1995"), ("port", "995"), ("per_minute", "995")):
            await hand.go_to(name)
            await hand.type("995")
            assert dialog.query_one(f"#{name}", Input).value == stands
        await hand.press("shift+tab", "tab", "right", "0")
        assert dialog.query_one("#per_minute", Input).value == "9950"


async def test_providers_fill_the_fields_and_the_port_tells_the_protection(
    sit: Sit, office: Office, config: Path
) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand)
        await hand.choose("preset", "Microsoft 365")
        await hand.see("smtp.office365.com", "‹ STARTTLS ›", "‹ OAuth 2 ›", "fin décembre", "Annuaire")
        await hand.choose("preset", "OVH")
        await hand.see("ssl0.ovh.net", "465", "‹ TLS ›", "Mot de passe")
        await hand.fill("port", "587")
        await hand.see("‹ STARTTLS ›")
        await hand.fill("port", "25")
        await hand.see("‹ sans chiffrement ›")
        await hand.choose("security", "TLS")
        await hand.see("Port               465")
        await hand.choose("preset", "IONOS")
        await hand.see("50 par heure")
        await hand.choose("preset", "un autre")
        await hand.see_no("50 par heure")
        await hand.choose("preset", "IONOS")
        await hand.see("50 par heure")
        assert hand.app.screen.query_one("#per_hour").value == "50"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("port", "0", "n’est pas un port"),
        ("port", "70000", "n’est pas un port"),
        ("port", "smtp", "n’est pas un port"),
        ("host", "smtp exemple.fr", "n’est pas un nom de serveur"),
        ("host", "", "pas de nom"),
        ("ca_file", "/etc/passwd", "ne contient aucun certificat"),
        ("gap", "vite", "n’est pas une durée"),
        ("connections", "0", "n’est pas un nombre de connexions"),
        ("reply_timeout", "0", "n’est pas un délai"),
        ("per_day", "-3", "n’est pas un nombre de messages"),
        ("user", "", "Il manque le nom"),
    ],
)
async def test_what_cannot_be_kept_is_said_at_its_field(
    sit: Sit, office: Office, config: Path, name: str, text: str, sentence: str
) -> None:
    before = known()
    accounts.save_account(replace(before, security=Security.TLS, user="compta@home.example"))
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand)
        await hand.fill(name, text)
        await hand.press("enter")
        await hand.see(sentence)
        assert hand.app.focused is not None
        assert hand.app.focused.id == name
        await hand.type("x")
        await hand.see_no(sentence)
    assert known().host == before.host


async def test_a_password_in_clear_to_another_machine_needs_the_servers_name(
    sit: Sit, office: Office, config: Path
) -> None:
    accounts.save_account(replace(known(), host="smtp.example.org", port=25, security=Security.NONE))
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand)
        await hand.choose("authentication", "mot de passe")
        await hand.fill("user", "compta")
        await hand.fill("password", "secret")
        for press in ("enter", "f5"):
            await hand.press(press)
            await hand.see("partirait en clair vers smtp.example.org", "pour confirmer")
            assert hand.app.focused is not None
            assert hand.app.focused.id == "confirmation"
        await hand.type("smtp.exemple.org")
        await hand.press("enter")
        await hand.see("partirait en clair")
        await hand.fill("confirmation", "smtp.example.org")
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé")
    assert known().clear_allowed
    assert not replace(known(), host="other.example").clear_allowed
    assert "mot de passe en clair vers smtp.example.org" in list(journal.events())[-1].detail


async def test_what_was_typed_is_not_lost_without_a_question(sit: Sit, office: Office, config: Path) -> None:
    async with sit(office) as hand:
        await opened(hand)
        await hand.press("escape")
        await hand.see("Non envoyées")
        await opened(hand)
        await hand.fill("host", "other.example")
        await hand.press("escape")
        await hand.see("Quitter sans garder ?")
        await hand.press("escape")
        await hand.see("other.example")
        await hand.press("escape")
        await hand.see("Quitter sans garder ?")
        await hand.press("enter")
        await hand.see("Non envoyées")
    assert known().host != "other.example"


async def test_a_password_goes_where_it_was_chosen_to(sit: Sit, office: Office, config: Path, tmp_path: Path) -> None:
    settings.set_secrets_file(tmp_path / "secrets.toml")
    accounts.save_account(replace(known(), security=Security.TLS, user="compta@home.example", port=465))
    async with sit(office, size=(80, 24)) as hand:
        await opened(hand)
        await hand.see("inconnu sur cette machine")
        await hand.fill("password", "canary-file")
        await hand.see("Gardé dans")
        await hand.choose("keep", "fichier partagé")
        await hand.press("enter")
        await hand.see("son mot de passe dans")
        await opened(hand)
        await hand.see("lisible par root et le groupe")
        await hand.fill("password", "canary-later")
        await hand.see("‹ fichier partagé ›")
        await hand.choose("keep", "mémoire seulement")
        await hand.press("enter")
        await hand.see("au prochain démarrage un autre mot de passe")
    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o640
    assert "canary-file" in (tmp_path / "secrets.toml").read_text()
    assert b"canary-file" not in office.paths.database.read_bytes()


async def test_root_is_asked_about_the_same_database(sit: Sit, office: Office, config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.set_secrets_file(tmp_path / "file" / "secrets.toml")
    accounts.save_account(replace(known(), security=Security.TLS, user="compta@home.example", port=465))
    command = made_by(office.paths.database)
    async with sit(office, size=(120, 40)) as hand:
        await opened(hand)
        await hand.fill("password", "canary-file")
        await hand.choose("keep", "fichier partagé")
        await hand.press("enter")
        await hand.see("--keep-in file --database")
        assert command.replace(" ", "") in re.sub(r"[\s│▌▎]", "", hand.text)
        assert str(office.paths.database) in command
        await hand.press("escape", "enter")
        await hand.see_no("Mot de passe")
        await at_setting(hand, "3 fichier partagé")
        await hand.see("Root le crée", "--database")
        assert command.replace(" ", "") in re.sub(r"[\s│▌▎]", "", hand.text)


async def test_an_operators_own_account_is_the_one_that_sends(
    sit: Sit, office: Office, config: Path, mailbox: Mailbox
) -> None:
    common = known()
    async with sit(office) as hand:
        await hand.press("6")
        await hand.see("votre compte propre")
        while "votre compte propre" not in hand.app.screen._current.name:  # type: ignore[attr-defined]
            await hand.press("down")
        await hand.press("enter")
        await hand.see("Compte SMTP propre de virginie")
        await hand.fill("gap", "7")
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé")
    own = accounts.account_of(common.association_id, "virginie")
    assert own is not None
    assert (own.gap, own.host) == (7.0, common.host)
    ids = [1]
    assert office.control(ids, "x", resend=True).account == own
    office.owner = replace(office.owner, operator="karim")
    assert office.control(ids, "x", resend=True).account.operator == ""


async def test_a_failing_step_shows_the_reply_and_what_to_do_and_can_be_tried_again(
    sit: Sit, office: Office, mailbox: Mailbox, config: Path
) -> None:
    mailbox.password = "right"
    accounts.save_account(replace(known(), user="compta"))
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("6", "t")
        await hand.see("Mot de passe de compta")
        await hand.type("wrong")
        await hand.press("enter")
        await hand.see("5 Identification", "ERR", "535 5.7.8", "refuse l’utilisateur ou le mot de passe")
        assert "6 Expéditeur" not in hand.text
        mailbox.password = "wrong"
        await hand.press("t")
        await hand.see("Le compte fonctionne")
        await hand.press("escape")
        await hand.see("Secrets")


async def at_setting(hand: Hand, name: str) -> None:
    """Open that line of the settings."""
    await hand.press("6")
    await hand.see(name)
    await hand.press("home")
    while hand.app.screen._current.name != name:  # type: ignore[attr-defined]
        await hand.press("down")
    await hand.press("enter")


async def test_a_command_is_tried_before_it_is_kept(sit: Sit, office: Office, config: Path) -> None:
    accounts.save_account(replace(known(), user="compta"))
    async with sit(office) as hand:
        await at_setting(hand, "2 commande")
        await hand.see("Commande pour compta")
        await hand.type("false")
        await hand.press("enter")
        await hand.see("a échoué (code 1)")
        await hand.press("end", "ctrl+u")
        await hand.type("echo 'from a command'")
        await hand.press("enter")
        await hand.see("La commande fonctionne", "1 dans vos réglages")
    assert secrets.password(known()) == "from a command"
    last = list(journal.events())[-1]
    assert (last.event, last.operator) == (EventKind.SETTING_CHANGED, "virginie")
    assert last.detail.endswith("= echo")


async def test_a_command_that_hangs_is_given_up_and_not_kept(
    sit: Sit, office: Office, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = Event()
    monkeypatch.setattr(own_settings, "secret_from", lambda _command: str(released.wait(PATIENCE)))
    accounts.save_account(replace(known(), user="compta"))
    async with sit(office) as hand:
        await at_setting(hand, "2 commande")
        await hand.see("Commande pour compta")
        await hand.type("pass show mail")
        await hand.press("enter")
        await hand.see("Essai de la commande…")
        await hand.press("escape")
        await hand.see("2 commande")
        released.set()
    assert not settings.read_settings().password_commands


async def test_the_own_address_and_the_path_of_the_secrets_are_kept(
    sit: Sit, office: Office, config: Path, home: Path
) -> None:
    async with sit(office) as hand:
        await at_setting(hand, "3 fichier partagé")
        await hand.press("end", "ctrl+u")
        await hand.type("~/secrets.toml")
        await hand.press("enter")
        await hand.see("Le chemin est gardé.")
        await at_setting(hand, "votre adresse")
        await hand.type("virginie")
        await hand.press("enter")
        await hand.see("« virginie »")
        await hand.type("@st-eloi.example")
        await hand.press("enter")
        await hand.see("Votre adresse est gardée.")
    known_now = settings.read_settings()
    assert (known_now.secrets_file, known_now.own_address) == (home / "secrets.toml", "virginie@st-eloi.example")
    told = [event.detail for event in journal.events(kinds=[EventKind.SETTING_CHANGED])]
    assert [detail.rpartition(" ")[2] for detail in told] == [f"{home}/secrets.toml", "virginie@st-eloi.example"]


async def test_the_settings_say_what_there_is_and_open_what_changes_it(
    sit: Sit, office: Office, config: Path, tmp_path: Path
) -> None:
    async with sit(office, size=(80, 24)) as hand:
        await hand.press("6")
        await hand.see("1 trousseau", "aucun de confiance", "compte Unix", "virginie sur compta-1", "français")
        for name, seen in (
            ("1 trousseau", "jamais dans la base"),
            ("base", "TUIMAIL_DATABASE"),
            ("compte Unix", "ne peut pas être changé"),
        ):
            await hand.press("home")
            while hand.app.screen._current.name != name:  # type: ignore[attr-defined]
                await hand.press("down")
            await hand.press("enter")
            await hand.see(seen)
            await hand.press("escape")
            await hand.see("Entrée change la ligne")
        while hand.app.screen._current.name != "langue":  # type: ignore[attr-defined]
            await hand.press("down")
        await hand.press("enter")
        await hand.see("English")
        await hand.press("down", "enter")
        await hand.see("From the next start on")
    assert settings.read_settings().language == "en"


# Microsoft 365


@pytest.fixture
def identity(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    found = Authority(tmp_path, lambda: "token")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", found.ca_file)
    yield found
    found.close()


async def filled_in(hand: Hand, identity: Authority) -> None:
    await opened(hand)
    await hand.choose("preset", "Microsoft 365")
    await hand.fill("user", "alice@example.test")
    await hand.fill("tenant", identity.tenant)
    await hand.fill("client_id", CLIENT)


async def microsoft(hand: Hand, identity: Authority) -> None:
    await filled_in(hand, identity)
    await hand.press("f4")


PENDING = {"error": "authorization_pending", "error_description": "AADSTS70016: pending", "forever": True}


async def test_the_code_is_shown_large_copied_and_waited_for(
    sit: Sit, office: Office, identity: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.polls.append(PENDING)
    copied: list[str] = []
    async with sit(office, size=(80, 24)) as hand:
        monkeypatch.setattr(hand.app, "copy_to_clipboard", copied.append)
        await microsoft(hand, identity)
        await hand.until(lambda: isinstance(hand.app.screen, CodeDialog), "no code")
        await hand.see("https://microsoft.com/devicelogin", "FKX7-Q2RM", "██████")
        await hand.press("y", "w")
        assert copied == ["FKX7-Q2RM", "https://microsoft.com/devicelogin"]
        await hand.see("presse-papiers")
        identity.polls.clear()
        await hand.see("Identifié comme alice@example.test")
        await hand.press("enter")
        await hand.see("Le compte SMTP est gardé")
    account = known()
    assert account.authentication is Authentication.OAUTH
    assert oauth.signed_in(account) == "alice@example.test"
    assert (account.per_minute, account.per_day) == (30, 10_000)


@pytest.mark.parametrize("key", ["f4", "f5", "right"])
async def test_an_account_that_is_being_kept_is_kept_and_told_whatever_is_pressed_meanwhile(
    sit: Sit, office: Office, identity: Authority, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    held = Held(monkeypatch, MailAccounts, "keep")
    async with sit(office, size=(80, 24)) as hand:
        await filled_in(hand, identity)
        await hand.go_to("authentication")
        await hand.press("enter")
        await hand.until(held.begun.is_set, "never kept")
        dialog = hand.app.screen
        await hand.press(key)
        assert hand.app.screen is dialog
        held.go_on.set()
        await hand.see("Le compte SMTP est gardé")
    assert known().user == "alice@example.test"


async def test_no_account_is_kept_without_its_password_whatever_is_pressed_meanwhile(
    sit: Sit, office: Office, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, MailAccounts, "keep")
    async with sit(office, size=(80, 24)) as hand:
        dialog = await opened(hand)
        await hand.choose("authentication", "mot de passe")
        await hand.fill("user", "compta")
        await hand.fill("password", "secret")
        await hand.choose("keep", "mémoire seulement")
        await hand.press("enter")
        await hand.until(held.begun.is_set, "never kept")
        await hand.press("escape", "enter", "ctrl+q")
        assert hand.app.screen is dialog
        assert "Un instant…" in hand.text
        held.go_on.set()
        await hand.see("gardé ; le mot de passe reste en mémoire")
        assert (known().user, secrets.password(known())) == ("compta", "secret")


async def test_waiting_for_the_code_can_be_given_up(sit: Sit, office: Office, identity: Authority) -> None:
    identity.polls.append(PENDING)
    async with sit(office, size=(80, 24)) as hand:
        await microsoft(hand, identity)
        await hand.until(lambda: isinstance(hand.app.screen, CodeDialog), "no code")
        await hand.press("escape")
        await hand.see("Abandonné : personne n’est identifié")


async def test_where_codes_are_forbidden_the_browsers_address_is_pasted(
    sit: Sit, office: Office, identity: Authority
) -> None:
    identity.device_refusal = {"error": "invalid_grant", "error_description": "AADSTS53003: blocked by policy"}
    async with sit(office, size=(80, 24)) as hand:
        await microsoft(hand, identity)
        await hand.until(lambda: isinstance(hand.app.screen, AddressDialog), "no address")
        await hand.see("AADSTS53003", "interdisent l’identification par code", "Copiez ici")
        dialog = hand.app.screen
        assert isinstance(dialog, AddressDialog)
        await hand.type("http://localhost/")
        await hand.press("enter")
        await hand.see("Ce n’est pas l’adresse")
        dialog.query_one("#pasted").value = identity.open_in_browser(dialog._redirect.address)  # type: ignore[attr-defined]
        await hand.press("enter")
        await hand.see("Identifié comme alice@example.test")


async def test_leaving_a_test_ends_its_conversation(sit: Sit, office: Office, config: Path) -> None:
    """A server that never greets: Esc ends the waiting."""
    called, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    accounts.save_account(replace(known(), host="127.0.0.1", port=server.sockets[0].getsockname()[1]))
    async with sit(office) as hand:
        await hand.press("6", "t")
        await hand.until(lambda: isinstance(hand.app.screen, Trial), "no test")
        await asyncio.wait_for(called.wait(), 10)
        await hand.press("escape")
        await hand.see("Secrets")
        await asyncio.wait_for(gone.wait(), 10)
    server.close()


def test_nothing_of_the_identity_service_is_imported_before_it_is_needed() -> None:
    import subprocess

    program = "import sys, tuimail.ui.app, tuimail.ui.screens.settings; print('msal' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
