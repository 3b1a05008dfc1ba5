"""A PDF that was brought has no password: for a resident whose PDFs have one it leaves only once that was accepted."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from builders import NOW, PERIOD, Home, deliver
from paper import invoice_page, write

from tuimail.domain.brought import BroughtState, Doubt, Outcome
from tuimail.domain.errors import BadInput
from tuimail.domain.events import EventKind
from tuimail.domain.handing import Method
from tuimail.domain.mail import Mend
from tuimail.office import Office
from tuimail.sending.control import other_address
from tuimail.store import brought, journal
from tuimail.store.page_settings import change_pdf_password

PAGE = invoice_page("001", "Paul BERNARD")


@pytest.fixture
def bring(office: Office, house: Home, tmp_path: Path) -> None:
    """The PDF of 001, brought."""
    path = write(tmp_path / "001.pdf", PAGE, factur_x=b"<CrossIndustryInvoice/>")
    assert office.prints.bring([path], PERIOD).documents(Outcome.MATCHED) == 1
    assert office.prints.content(house.documents[0].id) == path.read_bytes()


async def drafts(office: Office, document_id: int, folder: Path) -> list[bytes]:
    """The PDFs of the .eml that the document goes out as."""
    control = office.prepare(office.control([document_id], "x", to=[other_address("anne@free.fr")]))
    await office.handing.hand_over(control, Method.EML, (), folder)
    return attached(folder)


def attached(folder: Path) -> list[bytes]:
    """What is attached to the drafts in a folder."""
    found = []
    for path in folder.glob("*.eml"):
        message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        found += [bytes(part.get_content()) for part in message.iter_attachments()]
    return found


async def test_it_is_blocked_until_someone_accepts_that_and_then_leaves_byte_for_byte(
    office: Office, house: Home, tmp_path: Path, bring: None
) -> None:
    first, content = house.documents[0], office.prints.content(house.documents[0].id)
    assert not office.control([first.id], "octobre").blocked
    change_pdf_password(house.people[0], "Grand-père 1931", office.owner, NOW)

    (blocked,) = office.control([first.id], "octobre").blocked
    assert "sans mot de passe" in blocked.reason
    assert "BERNARD Paul" in blocked.reason
    assert blocked.mend is Mend.BROUGHT
    assert await drafts(office, first.id, tmp_path / "before") == []

    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    assert (held.doubt, held.document_id) == (Doubt.UNPROTECTED, first.id)
    brought.confirm(held.id, first.id, office.owner, NOW)

    assert not office.control([first.id], "octobre").blocked
    assert await drafts(office, first.id, tmp_path / "after") == [content]
    (event,) = journal.events(kinds=[EventKind.PDF_DECIDED])
    assert "sans le mot de passe" in event.detail


def test_it_is_held_where_the_password_is_known_when_it_is_brought(office: Office, house: Home, tmp_path: Path) -> None:
    change_pdf_password(house.people[0], "Grand-père 1931", office.owner, NOW)
    run = write(tmp_path / "run.pdf", PAGE, invoice_page("002", "Émile BOUCHER"))

    account = office.prints.bring([run], PERIOD)

    assert [item.outcome for item in account.files[0].taken] == [Outcome.HELD, Outcome.MATCHED]
    assert account.exit_status == 1
    # For the home's own paper it needs no password.
    assert office.prints.content(house.documents[0].id)


def test_without_the_password_there_is_nothing_to_accept(office: Office, house: Home, bring: None) -> None:
    changed = change_pdf_password(house.people[0], "Grand-père 1931", office.owner, NOW)
    change_pdf_password(replace(changed, pdf_password="Grand-père 1931"), "", office.owner, NOW)

    assert not office.control([house.documents[0].id], "octobre").blocked
    assert brought.used([house.documents[0].id])[house.documents[0].id].state is BroughtState.MATCHED


def test_a_doubt_that_was_settled_before_the_password_came_is_not_its_acceptance(
    office: Office, house: Home, tmp_path: Path
) -> None:
    first = house.documents[0]
    office.prints.bring([write(tmp_path / "001.pdf", invoice_page("001", "Jean DURAND"))], PERIOD)
    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    brought.confirm(held.id, first.id, office.owner, NOW)
    change_pdf_password(house.people[0], "Grand-père 1931", office.owner, NOW)

    assert office.control([first.id], "octobre").blocked
    brought.confirm(held.id, first.id, office.owner, NOW)
    assert not office.control([first.id], "octobre").blocked


async def test_what_was_sent_before_the_password_came_is_sent_and_may_be_accepted_to_be_sent_again(
    office: Office, house: Home, tmp_path: Path, bring: None
) -> None:
    first, content = house.documents[0], office.prints.content(house.documents[0].id)
    deliver(house, wanted=[first])
    change_pdf_password(house.people[0], "Grand-père 1931", office.owner, NOW)

    control = office.control([first.id], "octobre")
    assert [candidate.document.id for candidate in control.already_sent] == [first.id]
    assert office.control([first.id], "octobre", resend=True).blocked

    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    brought.take([replace(held, id=0, doubt=Doubt.NO_NUMBER, document_id=None)], office.owner, NOW)
    strange = brought.brought(PERIOD, [BroughtState.HELD])[-1]
    with pytest.raises(BadInput, match="reste tel qu"):
        brought.confirm(strange.id, first.id, office.owner, NOW)
    brought.confirm(held.id, first.id, office.owner, NOW)
    assert not office.control([first.id], "octobre", resend=True).blocked
    assert await drafts(office, first.id, tmp_path / "again") == [content]


async def test_accepting_it_of_what_was_sent_can_be_taken_back_and_done_again(
    office: Office, house: Home, tmp_path: Path, bring: None
) -> None:
    first, content = house.documents[0], office.prints.content(house.documents[0].id)
    deliver(house, wanted=[first])
    change_pdf_password(house.people[0], "Grand-père 1931", office.owner, NOW)
    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    brought.confirm(held.id, first.id, office.owner, NOW)

    taken_back = await office.prints.hold_again(held.id)

    assert (taken_back.state, taken_back.doubt) == (BroughtState.HELD, Doubt.UNPROTECTED)
    assert taken_back.sentence == held.sentence
    (blocked,) = office.control([first.id], "octobre", resend=True).blocked
    assert blocked.mend is Mend.BROUGHT
    assert "ne part plus sans le mot de passe" in list(journal.events(kinds=[EventKind.PDF_DECIDED]))[-1].detail
    assert office.prints.content(first.id) == content, "the document lost what it was sent with"
    brought.confirm(held.id, first.id, office.owner, NOW)
    assert not office.control([first.id], "octobre", resend=True).blocked
    assert await drafts(office, first.id, tmp_path / "again") == [content]


def test_whose_the_pdf_of_a_sent_document_is_is_not_taken_back(office: Office, house: Home, tmp_path: Path) -> None:
    first = house.documents[0]
    office.prints.bring([write(tmp_path / "001.pdf", invoice_page("001", "Jean DURAND"))], PERIOD)
    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    brought.confirm(held.id, first.id, office.owner, NOW)
    deliver(house, wanted=[first])
    with pytest.raises(BadInput, match="reste tel qu"):
        brought.hold_again(held.id, office.owner, NOW)
    assert brought.one(held.id).state is BroughtState.CONFIRMED
