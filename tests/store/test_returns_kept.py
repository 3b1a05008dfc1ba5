"""What came back is matched or listed, kept once, and stands beside what was sent instead of changing it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, Home, deliver, home, owner, person

from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.billing import DocumentState
from tuimail.domain.events import EventKind
from tuimail.domain.listing import InvoiceFilter
from tuimail.domain.mail import Delivery, DeliveryState
from tuimail.domain.month_end import Outcome
from tuimail.domain.returns import Arrived, Report, Return, ReturnKind, envid_of
from tuimail.store import address_notes, dispositions, erasure, imap, journal, listing, outbox, returns
from tuimail.store.month_end import month_end
from tuimail.store.tables.billing import DocumentRow
from tuimail.store.tables.outbox import DeliveryRow
from tuimail.store.tables.people import AddressNoteRow

HARD = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def house(store: Path) -> Home:
    """Two residents whose invoices were sent; Message-IDs as they really are."""
    house = home(people=[person(number=1), person(number=2)])
    deliver(house, {})
    for row in DeliveryRow.select():
        DeliveryRow.update(message_id=f"<{row.id}{HARD[1:]}@home.example>").where(DeliveryRow.id == row.id).execute()
    return house


def sent(house: Home, number: int = 0) -> Delivery:
    (found,) = outbox.deliveries(document_id=house.documents[number].id)
    return found


def report(
    message_id: str = "", *, envid: str = "", address: str = "", kind: ReturnKind = ReturnKind.BOUNCED
) -> Report:
    return Report(kind, message_id, envid, address, "5.1.1", "550 5.1.1 User unknown")


def arrive(*reports: Report, key: str = "<r@mx.example>", hours: int = 0) -> list[Return]:
    (account,) = imap.imap_accounts() or [
        imap.change_imap_account(ImapAccount(1, "imap.example", 993, Security.TLS, "x"), owner(), NOW)
    ]
    mail = Arrived(1, key, NOW + timedelta(hours=1 + hours), "mx@mx.example", "Undelivered", reports)
    return returns.keep([mail], account.id, "INBOX", 7, 1, owner(), NOW)


def test_by_message_id_or_by_envelope_but_never_by_address_or_by_guess(house: Home) -> None:
    one, two = sent(house), sent(house, 1)
    assert returns.match(report(one.message_id)) == one
    assert returns.match(report(envid=envid_of(two.message_id))) == two
    assert returns.match(report(one.message_id, envid=envid_of(one.message_id))) == one
    forged = (
        report(address=one.address),
        report("<stranger@elsewhere.example>", address=one.address),
        report(one.message_id, envid=envid_of(two.message_id)),
        report(envid=envid_of(one.message_id)[:15]),
        report(envid="%" * 20),
        report(envid=str(one.id)),
        report(one.message_id.upper()),
    )
    assert [returns.match(each) for each in forged] == [None] * len(forged)
    assert [found.matched for found in arrive(*forged)] == [False] * len(forged)
    assert not list(journal.events(kinds=[EventKind.BOUNCED]))
    assert not AddressNoteRow.select().where(AddressNoteRow.bounced_at.is_null(False)).count()


def test_the_same_report_is_kept_and_journalled_once(house: Home) -> None:
    one = sent(house)
    assert len(arrive(report(one.message_id, address=one.address))) == 1
    assert arrive(report(one.message_id, address=one.address)) == []
    assert len(list(journal.events(kinds=[EventKind.BOUNCED]))) == 1


def test_what_came_back_is_a_problem_and_is_settled_by_posting_it(house: Home) -> None:
    one = sent(house)
    arrive(report(one.message_id))
    document = house.documents[0]
    assert DocumentRow.get_by_id(document.id).state == DocumentState.SENT
    counts = listing.counts(document.period)
    assert (counts.sent, counts.problems, counts.total) == (1, 1, 2)
    assert list(listing.index(document.period, shown=InvoiceFilter.PROBLEMS).ids) == [document.id]
    assert list(listing.index(document.period, shown=InvoiceFilter.SENT).ids) == [house.documents[1].id]
    (row,) = listing.rows([document.id])
    assert (row.bounced, "User unknown" in row.problem) == (True, True)
    sheet = month_end(document.period, "virginie", NOW)
    assert {o: t.documents for o, t in sheet.outcomes()} == {Outcome.SENT: 1, Outcome.BOUNCED: 1}
    assert sheet.discrepancies() == []
    assert not sheet.settled
    dispositions.mark_posted([document.id], NOW.date(), owner(), NOW)
    after = month_end(document.period, "virginie", NOW)
    assert {o: t.documents for o, t in after.outcomes()} == {Outcome.SENT: 1, Outcome.POSTED: 1}
    assert after.settled


def test_an_address_that_worked_since_is_not_flagged_by_an_old_report(house: Home) -> None:
    one = sent(house)
    later = NOW + timedelta(days=2)
    AddressNoteRow.insert(
        resident=house.people[0].id, address=one.address.casefold(), succeeded_at=later
    ).on_conflict_replace().execute()
    arrive(report(one.message_id))
    (note,) = address_notes.notes([house.people[0].id])[house.people[0].id].values()
    assert not note.bounces
    arrive(report(one.message_id), key="<newer@mx.example>", hours=24 * 5)
    (note,) = address_notes.notes([house.people[0].id])[house.people[0].id].values()
    assert note.bounces


def test_a_receipt_takes_nothing_away_and_gives_nothing(house: Home) -> None:
    one = sent(house)
    DeliveryRow.update(state=DeliveryState.UNCERTAIN).where(DeliveryRow.id == one.id).execute()
    arrive(report(one.message_id, kind=ReturnKind.READ))
    assert sent(house).state is DeliveryState.UNCERTAIN
    assert [line.recipient for line in journal.events(kinds=[EventKind.READ])] == [one.address]
    assert not returns.bounces([one.document_id])


def test_erasing_somebody_erases_what_came_back_of_them(house: Home) -> None:
    arrive(report(sent(house).message_id, address="paul.bernard1@orange.example"))
    erasure._empty_messages(house.people[0].id)
    (kept,) = returns.returns()
    assert "@" not in kept.address
    assert (kept.why, kept.subject, kept.kind) == ("", "", ReturnKind.BOUNCED)
