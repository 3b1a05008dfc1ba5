"""A wrong address, from its refusal to the month that can be closed."""

from __future__ import annotations

from typing import Any

import pytest
from cli_harness import INVOICES, PEOPLE, Exports, MailServer, Tuimail

MONTH = ("--period", "2026-10")
SEND = ("send", *MONTH, "--yes", "--json")
WRONG = "monique.antoine@orange.example"
RIGHT = "monique.bon@orange.example"
TOLD = f"{WRONG} : adresse refusée, inchangée depuis : à corriger"


@pytest.fixture
def refused(tuimail: Tuimail, ready: MailServer) -> MailServer:
    """Everything is sent, except that the resident of 020 has an address that does not exist."""
    ready.unknown.add(WRONG)
    assert tuimail(*SEND).status == 1
    ready.received.clear()
    return ready


def correct(tuimail: Tuimail, exports: Exports, new: str = RIGHT) -> None:
    ran = tuimail("import", exports.write("a.csv", PEOPLE.replace(WRONG, new)), exports.write("b.csv", INVOICES))
    assert ran.status == 0, ran.err


def invoice(tuimail: Tuimail, number: str) -> dict[str, Any]:
    lines = tuimail("invoices", *MONTH, "--json").json()
    (found,) = (line for line in lines if line.get("number") == number)
    return {key: found[key] for key in ("state", "delivered", "addresses")} | {"problem": found.get("problem", "")}


def reached(server: MailServer) -> list[str]:
    return [mail.recipient for mail in server.received]


SENT = {"state": "sent", "delivered": 2, "addresses": 2, "problem": ""}


def is_closed(tuimail: Tuimail) -> bool:
    sheet = tuimail("sheet", *MONTH, "--json").json()
    assert not [line for line in sheet if line["event"] == "discrepancy"]
    return bool(sheet[-1]["settled"])


def test_a_corrected_address_closes_the_month(tuimail: Tuimail, refused: MailServer, exports: Exports) -> None:
    assert invoice(tuimail, "020")["state"] == "partial"
    assert not is_closed(tuimail)
    correct(tuimail, exports)

    ran = tuimail(*SEND, "--number", "020")

    assert (ran.status, reached(refused)) == (0, [RIGHT])
    assert invoice(tuimail, "020") == SENT
    assert is_closed(tuimail)
    assert WRONG in tuimail("journal", "--format", "json").out
    assert tuimail(*SEND).json()[-1]["sent"] == 0


def test_another_address_for_once_closes_the_month_and_the_refused_one_is_left_alone(
    tuimail: Tuimail, refused: MailServer
) -> None:
    ran = tuimail(*SEND, "--number", "020", "--to", "fille@autre.example")

    assert (ran.status, invoice(tuimail, "020")) == (0, SENT)
    assert is_closed(tuimail)
    for again in (tuimail(*SEND), tuimail(*SEND, "--number", "020")):
        assert (again.status, again.json()[-1]["sent"], again.json()[-1]["failed"]) == (0, 0, 0)
    assert reached(refused) == ["fille@autre.example"]
    known = tuimail("send", *MONTH, "--number", "020", "--addresses").out
    assert f"[ ] {WRONG}" in known
    assert "[x] udaf@tutelle.example" in known


def test_a_slip_in_an_address_for_once_breaks_nothing(tuimail: Tuimail, ready: MailServer) -> None:
    tuimail(*SEND)
    ready.unknown.add("typo@autre.example")

    ran = tuimail(*SEND, "--number", "020", "--resend", "--to", "typo@autre.example")

    assert (ran.status, ran.json()[-1]["failed"]) == (1, 1)
    assert invoice(tuimail, "020") == SENT
    assert is_closed(tuimail)


def test_a_refused_address_is_left_out_of_the_next_send_and_told(tuimail: Tuimail, refused: MailServer) -> None:
    ran = tuimail(*SEND)

    (blocked,) = ran.events("blocked")
    assert ran.status == 1
    assert (blocked["number"], blocked["detail"]) == ("020", TOLD)
    assert (ran.json()[-1]["failed"], ran.json()[-1]["blocked"]) == (0, 1)
    dry = tuimail("send", *MONTH, "--dry-run")
    assert dry.status == 1
    assert TOLD in dry.out
    assert "à envoyer" not in dry.out.casefold()


@pytest.mark.parametrize("words", [("--number", "020"), ("--resend",)])
def test_a_refused_address_goes_again_when_it_is_asked_for(
    tuimail: Tuimail, refused: MailServer, words: tuple[str, ...]
) -> None:
    refused.unknown.clear()

    ran = tuimail(*SEND, *words)

    assert ran.status == 0, ran.err
    assert WRONG in reached(refused)


def test_a_refused_address_goes_again_once_it_was_changed(
    tuimail: Tuimail, refused: MailServer, exports: Exports
) -> None:
    correct(tuimail, exports)
    refused.unknown.clear()

    assert tuimail(*SEND).status == 0
    assert reached(refused) == [RIGHT]


def test_an_address_that_was_put_back_goes_again(tuimail: Tuimail, refused: MailServer, exports: Exports) -> None:
    correct(tuimail, exports)
    correct(tuimail, exports, WRONG)
    refused.unknown.clear()

    assert tuimail(*SEND).status == 0
    assert reached(refused) == [WRONG]


def test_the_others_of_an_invoice_get_it_without_the_refused_address(
    tuimail: Tuimail, ready: MailServer, exports: Exports
) -> None:
    ready.unknown |= {WRONG, "udaf@tutelle.example"}
    tuimail(*SEND)
    ready.received.clear()
    ready.unknown.clear()
    new = PEOPLE.replace("udaf@", "accueil@")
    assert tuimail("import", exports.write("a.csv", new), exports.write("b.csv", INVOICES)).status == 0

    dry = tuimail("send", *MONTH, "--dry-run", "--json")
    ran = tuimail(*SEND)

    assert reached(ready) == ["accueil@tutelle.example"]
    for each in (dry, ran):
        assert each.status == 1
        assert [line["detail"] for line in each.events("blocked")] == [TOLD]
        assert (each.json()[-1]["invoices"], each.json()[-1]["blocked"]) == (1, 1)
    assert invoice(tuimail, "020") | {"problem": ""} == SENT | {"state": "partial", "delivered": 1}
