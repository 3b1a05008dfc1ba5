"""A single invoice by other ways than the mail account: what is done is told, and nothing counts as sent."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from builders import Home
from closed_folder import closed
from programs_noted import Program

from tuimail.domain.billing import DocumentState
from tuimail.domain.events import EventKind
from tuimail.domain.handing import Handed, Method
from tuimail.office import Office
from tuimail.sending.control import other_address
from tuimail.store import documents, journal, outbox
from tuimail.store.tables.billing import DocumentRow


async def hand_over(
    office: Office, house: Home, method: Method, out: Path, address: str = "anne@free.fr"
) -> list[Handed]:
    control = office.control([house.documents[0].id], "october", to=[other_address(address)])
    return await office.handing.hand_over(office.prepare(control), method, (), out)


async def test_sendmail_gets_the_message_for_that_one_address(
    office: Office, house: Home, program: Program, tmp_path: Path
) -> None:
    noted = program("sendmail")
    assert Method.SENDMAIL in office.handing.available()
    (handed,) = await hand_over(office, house, Method.SENDMAIL, tmp_path)
    assert handed.done
    assert "anne@free.fr" in handed.sentence
    words = noted.with_suffix(".words").read_text().splitlines()
    assert words == ["-i", "-f", "compta@home.example", "--", "anne@free.fr"]
    given = noted.with_suffix(".given").read_bytes()
    assert b"\r" not in given
    message = BytesParser(policy=policy.default).parsebytes(given)
    assert (message["To"], message["Message-ID"]) == ("anne@free.fr", handed.message_id)
    (pdf,) = message.iter_attachments()
    assert pdf.get_content().startswith(b"%PDF")


async def test_nothing_that_is_handed_over_counts_as_sent(
    office: Office, house: Home, program: Program, tmp_path: Path
) -> None:
    program("sendmail")
    await hand_over(office, house, Method.SENDMAIL, tmp_path)
    await hand_over(office, house, Method.EML, tmp_path / "out")
    document_id = house.documents[0].id
    assert outbox.deliveries(document_id=document_id) == []
    assert DocumentRow.get_by_id(document_id).state == DocumentState.UNSENT
    assert not documents.last_sent([document_id])
    told = [(e.event, e.recipient, e.operator) for e in journal.events(document_id=document_id)]
    us = office.owner.operator
    assert told == [("handed-over", "anne@free.fr", us), ("draft-written", "anne@free.fr", us)]


async def test_what_a_program_refuses_is_said_and_not_written_down(
    office: Office, house: Home, program: Program, tmp_path: Path
) -> None:
    program("sendmail", status=75, says="queue is full")
    (handed,) = await hand_over(office, house, Method.SENDMAIL, tmp_path)
    assert not handed.done
    assert "queue is full" in handed.sentence
    assert not list(journal.events(document_id=house.documents[0].id))


async def test_what_was_given_away_stays_told_when_the_next_cannot_be_made(
    office: Office, house: Home, program: Program, tmp_path: Path
) -> None:
    program("sendmail")
    chosen = [document.id for document in house.documents[:2]]
    control = office.prepare(office.control(chosen, "october"))
    (office.paths.documents / control.batch(()).deliveries[1].pdf.path).unlink()
    first, second = await office.handing.hand_over(control, Method.SENDMAIL, (), tmp_path)
    assert (first.done, second.done) == (True, False)
    assert [(e.document_id, e.recipient) for e in journal.events(kinds=[EventKind.HANDED_OVER])] == [
        (chosen[0], first.address)
    ]


async def test_the_desktop_s_mail_program_gets_text_and_files(
    office: Office, house: Home, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = program("xdg-email")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert Method.XDG_EMAIL not in office.handing.available()
    (refused,) = await hand_over(office, house, Method.XDG_EMAIL, tmp_path / "out")
    assert not refused.done
    monkeypatch.setenv("DISPLAY", ":0")
    assert Method.XDG_EMAIL in office.handing.available()
    (handed,) = await hand_over(office, house, Method.XDG_EMAIL, tmp_path / "out2")
    assert handed.done
    words = noted.with_suffix(".words").read_text()
    assert words.startswith("--utf8\n--subject\n")
    assert words.endswith("anne@free.fr\n")
    (pdf,) = (tmp_path / "out2").iterdir()
    assert f"--attach\n{pdf}\n" in words
    assert pdf.read_bytes().startswith(b"%PDF")


async def test_a_draft_never_replaces_another(office: Office, house: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        await hand_over(office, house, Method.EML, out)
    assert len(list(out.iterdir())) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir())


async def test_names_that_no_file_can_have_are_made_harmless(office: Office, house: Home, tmp_path: Path) -> None:
    control = office.prepare(office.control([house.documents[0].id], "x", to=[other_address("a/b@free.fr")]))
    odd = "../../é\u202efdp.exe" + "x" * 300 + ".pdf"
    files = {key: replace(file, name=odd) for key, file in control.files.items()}
    (handed,) = await office.handing.hand_over(replace(control, files=files), Method.EML, (), tmp_path / "out")
    assert handed.done
    (draft,) = (tmp_path / "out").iterdir()
    assert draft.name.endswith("a_b@free.fr.eml")
    assert len(draft.name.encode()) <= 200


async def test_a_draft_for_a_closed_folder_is_refused_with_a_sentence(
    office: Office, house: Home, tmp_path: Path
) -> None:
    (tmp_path / "shut").mkdir()
    with closed(tmp_path / "shut") as folder:
        (handed,) = await hand_over(office, house, Method.EML, folder / "out")
    assert not handed.done
    assert str(folder) in handed.sentence
