"""`tuimail uncertain`: a server takes messages, and the connection is cut before its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from cli_harness import MailServer, Tuimail, use_server

UDAF, MONIQUE, EMILE = "udaf@tutelle.example", "monique.antoine@orange.example", "emile.boucher@free.example"


@dataclass
class CutServer(MailServer):
    """Takes what is for these addresses and never says so."""

    cut: set[str] = field(default_factory=set)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.received[-1].recipient in self.cut:
            server.transport.abort()
        return answer


@pytest.fixture
def server(tuimail: Tuimail, month: None) -> Iterator[CutServer]:
    """The month is sent; nobody knows whether two of its three messages arrived."""
    found = CutServer(cut={UDAF, EMILE})
    use_server(tuimail, found.port)
    assert tuimail("send", "--period", "2026-10", "--yes").status == 1
    found.cut.clear()
    yield found
    found.close()


@pytest.fixture
def ids(tuimail: Tuimail, server: CutServer) -> dict[str, str]:
    """The Message-IDs of the uncertain ones by address."""
    return {line["recipient"]: line["message_id"] for line in tuimail("uncertain", "--json").json()}


def journal(tuimail: Tuimail, name: str) -> list[dict[str, Any]]:
    return tuimail("journal", "--json").events(name)


def states(tuimail: Tuimail) -> dict[str, str]:
    return {line["number"]: line["state"] for line in tuimail("invoices", "--period", "2026-10", "--json").json()}


def test_the_uncertain_are_listed(tuimail: Tuimail, server: CutServer) -> None:
    for_people, for_programs = tuimail("uncertain"), tuimail("uncertain", "--json")

    assert (for_people.status, for_programs.status) == (0, 0)
    lines = for_programs.json()
    assert [line["recipient"] for line in lines] == [UDAF, EMILE]
    assert [line["message_id"] for line in lines] == [line["message_id"] for line in journal(tuimail, "uncertain")]
    for line in lines:
        assert (line["event"], line["state"], line["period"]) == ("uncertain", "uncertain", "2026-10")
        assert datetime.fromisoformat(line["at"]).tzinfo is not None
        assert line["message_id"] in for_people.out
    assert for_people.out.count("\n") == 2
    assert tuimail("uncertain", "--period", "2026-09", "--json").out == ""
    assert tuimail("uncertain", "--period", "2026-09").out == "Aucun message n’est incertain.\n"


def test_one_is_marked_as_sent_with_the_reason(tuimail: Tuimail, ids: dict[str, str]) -> None:
    ran = tuimail("uncertain", "sent", ids[EMILE], "--why", "vu dans les envoyés")

    assert ran.status == 0, ran.err
    assert "021 BOUCHER Émile → emile.boucher@free.example   Marqué comme envoyé par" in ran.out
    (line,) = journal(tuimail, "marked-sent")
    assert (line["message_id"], line["state"], line["recipient"]) == (ids[EMILE], "sent", EMILE)
    assert line["detail"].endswith(" : vu dans les envoyés")
    assert line["operator"]
    assert line["host"]
    assert states(tuimail) == {"020": "uncertain", "021": "sent"}
    assert tuimail("send", "--period", "2026-10", "--number", "021", "--yes", "--json").json()[-1]["sent"] == 0


def test_one_is_queued_anew_and_resume_sends_it(tuimail: Tuimail, server: CutServer, ids: dict[str, str]) -> None:
    bare = ids[EMILE].strip("<>")

    ran = tuimail("uncertain", "--json", "again", bare)

    assert ran.status == 0, ran.err
    assert [line["event"] for line in ran.json()] == ["marked-unsent", "batch-started", "queued"]
    marked, _batch, queued = ran.json()
    assert (marked["message_id"], marked["state"]) == (ids[EMILE], "failed")
    assert queued["message_id"] != ids[EMILE]
    assert "tuimail resume" in ran.err
    assert states(tuimail)["021"] == "queued"
    resumed = tuimail("resume", "--json")
    assert (resumed.status, resumed.json()[-1]["sent"]) == (0, 1)
    first, second = (mail for mail in server.received if mail.recipient == EMILE)
    assert first.parsed()["Message-ID"] == ids[EMILE]
    assert second.parsed()["Message-ID"] == queued["message_id"]
    assert first.pdf() == second.pdf()
    assert first.parsed()["Subject"] == second.parsed()["Subject"]
    assert first.parsed().get_body().get_content() == second.parsed().get_body().get_content()  # type: ignore[union-attr]
    assert states(tuimail) == {"020": "uncertain", "021": "sent"}


def test_several_are_decided_in_one_go(tuimail: Tuimail, ids: dict[str, str]) -> None:
    ran = tuimail("uncertain", "again", *ids.values())

    assert ran.status == 0, ran.err
    assert "2 nouveaux messages sont en file" in ran.err
    assert tuimail("uncertain", "--json").out == ""
    assert tuimail("resume", "--json").json()[-1]["sent"] == 2


def test_what_somebody_has_decided_meanwhile_is_left_alone(tuimail: Tuimail, ids: dict[str, str]) -> None:
    tuimail("uncertain", "sent", ids[EMILE])

    ran = tuimail("uncertain", "again", *ids.values())

    assert ran.status == 1
    assert "021 BOUCHER Émile" in ran.err
    assert "n’est plus incertain" in ran.err
    assert len(journal(tuimail, "marked-unsent")) == 1
    assert states(tuimail) == {"020": "queued", "021": "sent"}


@pytest.mark.parametrize("word", ["sent", "again"])
def test_an_unknown_message_is_status_2_and_decides_nothing(tuimail: Tuimail, ids: dict[str, str], word: str) -> None:
    ran = tuimail("uncertain", word, ids[EMILE], "nobody@knows.example")

    assert ran.status == 2
    assert "nobody@knows.example" in ran.err
    assert ran.err.count("\n") == 1
    assert len(tuimail("uncertain", "--json").json()) == 2


def test_which_message_has_to_be_said(tuimail: Tuimail) -> None:
    assert tuimail("uncertain", "sent").status == 2
