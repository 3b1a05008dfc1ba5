"""`tuimail mailing` and `tuimail unsubscribed`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from builders import owner, person
from cli_harness import MailServer, Tuimail, process, use_server
from smtp_sink import Sink

from tuimail.cli.followers import LineFollower
from tuimail.domain.account import Account
from tuimail.domain.criteria import Criteria, Criterion, Operator
from tuimail.domain.errors import AccountBusy
from tuimail.domain.mail import Batch
from tuimail.domain.mailing import MailingList, Suppression
from tuimail.domain.people import Relative
from tuimail.office import Office
from tuimail.sending.engine import Engine
from tuimail.sending.letters import LetterControl
from tuimail.store import accounts, audience, limits, mailings, residents, structures
from tuimail.store.database import close_store, open_store
from tuimail.store.tables.outbox import DeliveryRow

UDAF, MONIQUE, EMILE = "udaf@tutelle.example", "monique.antoine@orange.example", "emile.boucher@free.example"

Letter = Callable[..., tuple[str, ...]]


@pytest.fixture
def letter(database: Path, ready: MailServer, tmp_path: Path) -> Letter:
    """The words that send a letter to everybody; a list of guardians and one of nobody are kept too."""
    open_store(database)
    for name, role in (("Tous", ""), ("Tutelles", "tutelle"), ("Personne", "proche")):
        each = (Criterion("role", Operator.IS, (role,)),) if role else ()
        mailings.save_list(MailingList(name, Criteria(each)), owner(), datetime.now(UTC))
    close_store()

    def words(*more: str, text: str = "Bonjour &nom,\n\nFête pour &résident.\n", to: str = "Tous") -> tuple[str, ...]:
        body = tmp_path / "lettre.txt"
        body.write_text(text, encoding="utf-8")
        return ("mailing", "send", "--list", to, "--subject", "Fête à &structure", "--body-file", str(body), *more)

    return words


def test_each_message_reaches_the_right_person_with_the_right_words(
    tuimail: Tuimail, ready: MailServer, letter: Letter, tmp_path: Path
) -> None:
    joined = tmp_path / "programme.txt"
    joined.write_text("Programme", encoding="utf-8")
    ran = tuimail(*letter("--attach", str(joined), "--yes", "--json"))

    assert (ran.status, ran.json()[-1]["sent"], ran.json()[-1]["failed"]) == (0, 3, 0)
    words = {r.recipient: r.parsed().get_body().get_content().splitlines()[0] for r in ready.received}  # type: ignore[union-attr]
    assert words == {MONIQUE: "Bonjour ANTOINE Monique,", UDAF: "Bonjour UDAF,", EMILE: "Bonjour BOUCHER Émile,"}
    for received in ready.received:
        message = received.parsed()
        assert message["Subject"] == "Fête à Maison"
        assert message["To"] == received.recipient
        assert message["List-Unsubscribe"].startswith("<mailto:compta@maison.example?subject=unsubscribe%20")
        assert message["List-Unsubscribe-Post"] is None
        assert [part.get_filename() for part in message.iter_attachments()] == ["programme.txt"]
    assert tuimail(*letter("--dry-run")).status == 0
    assert len(ready.received) == 3


def test_invoices_say_nothing_of_unsubscribing(tuimail: Tuimail, ready: MailServer, letter: Letter) -> None:
    assert tuimail("unsubscribed", "set", "--email", "stop@maison.example").status == 0
    assert tuimail("send", "--period", "2026-10", "--yes").status == 0
    assert [r.parsed()["List-Unsubscribe"] for r in ready.received] == [None] * 3


def test_a_one_click_address_stands_in_every_letter(tuimail: Tuimail, ready: MailServer, letter: Letter) -> None:
    url = "https://maison.example/stop?qui={address}"
    ran = tuimail("unsubscribed", "set", "--email", "stop@maison.example", "--url", url)
    assert ran.status == 0
    assert tuimail(*letter("--yes", to="Tutelles")).status == 0
    (message,) = [r.parsed() for r in ready.received]
    ways = "".join(message["List-Unsubscribe"].split())
    assert ways == (
        "<mailto:stop@maison.example?subject=unsubscribe%20udaf%40tutelle.example>,"
        "<https://maison.example/stop?qui=udaf%40tutelle.example>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_unsubscribed_gets_nothing_until_allowed_again(tuimail: Tuimail, ready: MailServer, letter: Letter) -> None:
    assert tuimail("unsubscribed").out == "Personne ne s’est désinscrit.\n"
    assert tuimail("unsubscribed", "add", UDAF.upper(), "--why", "courrier").status == 0
    assert "déjà désinscrite" in tuimail("unsubscribed", "add", UDAF).out
    assert [line["address"] for line in tuimail("unsubscribed", "--json").json()] == [UDAF]
    ran = tuimail(*letter("--yes"))
    assert (ran.status, "désinscription" in ran.err) == (0, True)
    assert sorted(r.recipient for r in ready.received) == [EMILE, MONIQUE]
    (left_out,) = (line for line in tuimail(*letter("--yes", "--json")).json() if line["event"] == "left-out")
    assert left_out["recipient"] == UDAF
    ready.received.clear()
    assert tuimail("unsubscribed", "remove", UDAF).status == 0
    assert "n’est pas désinscrite" in tuimail("unsubscribed", "remove", UDAF).err
    assert tuimail(*letter("--yes", to="Tutelles")).status == 0
    assert ready.received[-1].recipient == UDAF


def unsubscribed_since_the_control(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let that happen as the letter is queued."""
    queue = LetterControl.queue

    def slowly(control: LetterControl, *given: Any) -> Batch:
        assert address in [ready.person.address for ready in control.ready]
        now = datetime.now(UTC)
        mailings.suppress([Suppression(address, now, "Anne", "courrier")], owner(), now)
        return queue(control, *given)

    monkeypatch.setattr(LetterControl, "queue", slowly)


@pytest.mark.parametrize("json", [False, True])
def test_who_unsubscribes_between_control_and_send_is_told(
    tuimail: Tuimail, ready: MailServer, letter: Letter, monkeypatch: pytest.MonkeyPatch, json: bool
) -> None:
    assert tuimail("unsubscribed", "add", EMILE).status == 0
    unsubscribed_since_the_control(monkeypatch, UDAF)
    begun: list[int] = []
    monkeypatch.setattr(LineFollower, "begins", lambda _self, _account, messages: begun.append(messages))
    ran = tuimail(*letter("--yes", *(["--json"] if json else [])))
    assert (ran.status, [r.recipient for r in ready.received]) == (0, [MONIQUE])
    if json:
        assert [line["recipient"] for line in ran.events("left-out")] == [EMILE, UDAF]
        assert [line["event"] for line in ran.json()][:3] == ["left-out", "left-out", "sent"]
    else:
        assert "UDAF : ne veut pas de publipostage : désinscription" in ran.err
        assert "BOUCHER" not in ran.err, "who was told with the counts is told again"
        assert begun == [1]


@pytest.mark.parametrize("json", [False, True])
def test_a_scheduled_letter_counts_what_was_queued_and_tells_who_was_left_out(
    tuimail: Tuimail, letter: Letter, monkeypatch: pytest.MonkeyPatch, json: bool
) -> None:
    unsubscribed_since_the_control(monkeypatch, UDAF)
    at = datetime.now(UTC) + timedelta(hours=1)
    ran = tuimail(*letter("--yes", "--at", at.isoformat(), *(["--json"] if json else [])))
    assert ran.status == 0
    if json:
        assert [(line["event"], line.get("recipient"), line.get("messages")) for line in ran.json()] == [
            ("left-out", UDAF, None), ("scheduled", None, 2)
        ]  # fmt: skip
    else:
        assert "2 messages partiront le" in ran.out
        assert "UDAF : ne veut pas de publipostage : désinscription" in ran.err


def test_nobody_is_told_to_be_left_out_of_what_was_not_queued(
    tuimail: Tuimail, ready: MailServer, letter: Letter, free_port: int
) -> None:
    assert tuimail("unsubscribed", "add", UDAF).status == 0
    use_server(tuimail, free_port)
    ran = tuimail(*letter("--yes", "--json"))
    assert (ran.status, ran.out) == (2, "")
    assert tuimail("status", "--json").out == ""


def test_a_letter_queued_behind_another_send_tells_who_is_left_out(
    tuimail: Tuimail, ready: MailServer, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_office: Office, _account: Account) -> Engine:
        monkeypatch.undo()
        raise AccountBusy("Anne envoie.")

    assert tuimail("unsubscribed", "add", UDAF).status == 0
    monkeypatch.setattr(Office, "engine", held)
    ran = tuimail(*letter("--yes", "--json", "--queue"))
    assert (ran.status, ran.json()[-1]["sent"]) == (0, 2)
    assert [line["recipient"] for line in ran.events("left-out")] == [UDAF]


@pytest.mark.parametrize("json", [False, True])
def test_a_dry_run_tells_that_the_server_would_not_take_it(
    tuimail: Tuimail, ready: MailServer, letter: Letter, database: Path, tmp_path: Path, json: bool
) -> None:
    along = []
    for name in ("fête.pdf", "photos.pdf"):
        # Neither alone is too large.
        (tmp_path / name).write_bytes(b"%PDF-1.4" + name.encode() + b" " * 450_000)
        along += ["--attach", str(tmp_path / name)]
    words = letter(*along, "--dry-run", *(["--json"] if json else []))
    assert tuimail(*words).status == 0
    open_store(database)
    limits.note(accounts.accounts()[0], 1_000_000, datetime.now(UTC))
    close_store()
    ran = tuimail(*words)
    said = "Un message ferait 1,2 Mo"
    assert ran.status == 1
    assert said in (ran.json()[-1]["detail"].replace("\xa0", " ") if json else ran.out)
    refused = tuimail(*letter(*along, "--yes"))
    assert (refused.status, said in refused.err, ready.received) == (2, True, [])


@pytest.mark.parametrize("way", ["--rehearse", "--test"])
def test_trying_a_letter_tells_who_is_left_out(
    tuimail: Tuimail, ready: MailServer, letter: Letter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("TUIMAIL_CONFIG", str(tmp_path / "own"))
    assert tuimail("unsubscribed", "add", UDAF).status == 0

    plain, told = (str(tmp_path / "a"), str(tmp_path / "b")) if way == "--rehearse" else ("v@maison.example",) * 2
    ran = tuimail(*letter(way, plain))
    assert ran.status == 0
    assert "laissées de côté : 1, ne veut pas de publipostage : désinscription" in ran.err
    assert ("UDAF : ne veut pas" in ran.err) == (way == "--rehearse")
    ran = tuimail(*letter(way, told, "--json"))
    assert (ran.status, ran.err) == (0, "")
    assert [(line["event"], line.get("recipient")) for line in ran.json()] == [
        ("left-out", UDAF),
        ("rehearsed", None) if way == "--rehearse" else ("tested", told),
    ]
    if way == "--rehearse":
        assert (tuimail(*letter(way, told, "--json")).status, tuimail(*letter(way, told, "--json")).out) == (2, "")


def test_a_keyword_without_a_value_is_asked_for_and_never_sent_blank(
    tuimail: Tuimail, ready: MailServer, letter: Letter
) -> None:
    text = "Bonjour &civilite &nom,\n"
    ran = tuimail(*letter("--yes", text=text))
    assert (ran.status, ready.received) == (2, [])
    assert "« &civilite » n’a pas de valeur pour 1 des personnes choisies" in ran.err
    assert [line["keyword"] for line in tuimail(*letter("--dry-run", "--json", text=text)).events("undecided")] == [
        "&civilite"
    ]
    assert tuimail(*letter("--yes", "--instead", "civilite=Madame, Monsieur", text=text)).status == 0
    assert b"Madame, Monsieur UDAF" in ready.received[1].parsed().get_body().get_content().encode()  # type: ignore[union-attr]
    assert tuimail(*letter("--yes", "--instead", "civilite=", text=text)).status == 0
    assert [r.recipient for r in ready.received[3:]] == [MONIQUE, EMILE]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"to": "Personne"}, "Personne n’est choisi"),
        ({"to": "Rien"}, "Il n’y a pas de liste « Rien »"),
        ({"text": "Bonjour &nmo"}, "« &nmo » n’est pas un mot-clé : « &nom »"),
        ({"text": " \n"}, "vide"),
    ],
)
def test_bad_input_gets_one_sentence(
    tuimail: Tuimail, ready: MailServer, letter: Letter, more: dict[str, str], said: str
) -> None:
    ran = tuimail(*letter("--yes", **more))
    assert (ran.status, ready.received) == (2, [])
    assert said in ran.err


@pytest.mark.parametrize("at", ["demain", "2020-01-01T09:00"])
def test_an_hour_that_is_none_or_gone_by_is_refused(tuimail: Tuimail, letter: Letter, at: str) -> None:
    assert tuimail(*letter("--yes", "--at", at)).status == 2


def test_a_criterion_on_what_no_longer_exists_is_told_with_the_list(
    tuimail: Tuimail, database: Path, letter: Letter
) -> None:
    open_store(database)
    gone = Criteria((Criterion("floor", Operator.IS, ("2",)),))
    mailings.save_list(MailingList("Étage", gone), owner(), datetime.now(UTC))
    close_store()
    ran = tuimail(*letter("--yes", to="Étage"))
    assert ran.status == 2
    assert "floor" in ran.err
    assert [line["list"] for line in tuimail("mailing", "lists", "--json").json()] == [
        "Personne", "Tous", "Tutelles", "Étage",
    ]  # fmt: skip


def test_a_promotional_letter_goes_to_nobody_who_did_not_accept(
    tuimail: Tuimail, ready: MailServer, letter: Letter
) -> None:
    ran = tuimail(*letter("--promotional", "--yes"))
    assert (ran.status, ready.received) == (2, [])
    assert "Il ne reste personne" in ran.err


def test_a_rehearsal_writes_the_messages_and_a_test_sends_one(
    tuimail: Tuimail, ready: MailServer, letter: Letter, tmp_path: Path
) -> None:
    folder = tmp_path / "répétition"
    assert tuimail(*letter("--rehearse", str(folder))).status == 0
    text = (folder / "messages.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert [row["to"] for row in rows] == [MONIQUE, UDAF, EMILE]
    names = [row["file"] for row in rows]
    assert sorted(path.name for path in folder.glob("*.eml")) == names
    message = BytesParser(policy=policy.default).parsebytes((folder / names[1]).read_bytes())
    assert (message["To"], message["Subject"]) == (UDAF, "Fête à Maison")
    assert tuimail(*letter("--rehearse", str(folder))).status == 2
    (told,) = tuimail(*letter("--rehearse", str(tmp_path / "autre"), "--json")).json()
    size = sum(path.stat().st_size for path in (tmp_path / "autre").glob("*.eml"))
    assert (told["event"], told["messages"], told["bytes"]) == ("rehearsed", 3, size)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert ready.received == []

    assert tuimail(*letter("--test", "virginie@maison.example")).status == 0
    (test,) = ready.received
    assert (test.recipient, test.parsed()["Subject"]) == ("virginie@maison.example", "[Essai] Fête à Maison")
    assert "Bonjour ANTOINE Monique" in test.parsed().get_body().get_content()  # type: ignore[union-attr]
    told = tuimail("journal", "--format", "json").json()[-1]
    assert (told["event"], told["recipient"], told["message_id"]) == (
        "tested",
        test.recipient,
        test.parsed()["Message-ID"],
    )


def test_a_scheduled_letter_is_sent_by_a_resume_that_waits(
    tuimail: Tuimail, ready: MailServer, letter: Letter, database: Path
) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    ran = tuimail(*letter("--at", at.isoformat(), "--yes"))
    assert (ran.status, ready.received) == (0, [])
    assert "3 messages partiront le" in ran.out
    assert tuimail("resume", "--now", "--json").status == 1
    assert ready.received == []
    assert "à réessayer" not in tuimail("status").out
    open_store(database)
    (hour,) = {row.next_at for row in DeliveryRow.select()}
    assert abs(hour - at) < timedelta(minutes=1)
    DeliveryRow.update(next_at=datetime.now(UTC) + timedelta(seconds=1)).execute()
    close_store()
    running = process(database, "resume", "--wait")
    _out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert sorted(r.recipient for r in ready.received) == [EMILE, MONIQUE, UDAF]


@pytest.mark.servers
def test_a_foreign_server_gets_each_letter_once(tuimail: Tuimail, database: Path, letter: Letter, sink: Sink) -> None:
    use_server(tuimail, sink.port)
    open_store(database)
    (home,) = structures.structures()
    residents.save_residents(
        person(home.id, n, relatives=(Relative(f"PROCHE{n}", "Fille", f"proche{n % 40}@free.example"),))
        for n in range(100, 160)
    )
    mailings.suppress([], owner(), datetime.now(UTC))
    wanted: dict[str, list[str]] = {}
    for somebody in audience.people():
        if somebody.address not in ("", UDAF):
            wanted.setdefault(somebody.address, []).append(somebody.name)
    close_store()
    assert tuimail("unsubscribed", "add", UDAF).status == 0
    assert tuimail(*letter("--yes")).status == 0
    got = [BytesParser(policy=policy.default).parsebytes(content) for content in sink.messages()]
    assert len(got) == len(wanted) == 2 + 60 + 40
    words = {m["To"]: m.get_body().get_content().splitlines()[0] for m in got}  # type: ignore[union-attr]
    assert words == {address: f"Bonjour {' et '.join(names)}," for address, names in wanted.items()}


@pytest.mark.parametrize("hour", [(), ("--at", "HOUR")])
def test_on_a_paused_account_a_letter_waits_until_somebody_resumes(
    tuimail: Tuimail, ready: MailServer, letter: Letter, hour: tuple[str, ...]
) -> None:
    assert tuimail("pause").status == 0
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    ran = tuimail(*letter("--yes", *(word.replace("HOUR", at) for word in hour)))

    assert (ran.status, ready.received) == (1, [])
    assert "en pause depuis" in ran.err
    assert "rien ne part" in ran.err
    assert tuimail("status", "--json").json()[-1]["paused"] is True
