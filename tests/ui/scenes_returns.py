"""The screen of what came back."""

from __future__ import annotations

from datetime import timedelta

from office_data import NOW
from scenes import Scene, keys, then

from tuimail.domain.account import ImapAccount, Security
from tuimail.domain.mail import DeliveryState
from tuimail.domain.returns import Arrived, Report, ReturnKind
from tuimail.office import Office
from tuimail.store import accounts, delivery_rows, imap, returns
from tuimail.store.tables.outbox import DeliveryRow

UNKNOWN = "<ffffffffffffffffffffffffffffffff@elsewhere.example>"


def came_back(office: Office) -> None:
    """One bounced, one was read, one is late, one belongs to nobody here."""
    (association,) = {account.association_id for account in accounts.accounts()}
    box = imap.change_imap_account(
        ImapAccount(association, "imap.example", 993, Security.TLS, "compta"), office.owner, NOW
    )
    sent = [delivery_rows.delivery_of(r) for r in DeliveryRow.select().where(DeliveryRow.state == DeliveryState.SENT)]
    kinds = (
        (ReturnKind.READ, sent[0].message_id, sent[0].address, "", "", "lu@orange.example", "Lu : Votre facture"),
        (ReturnKind.DELAYED, sent[1].message_id, sent[1].address, "4.4.1", "Connection timed out", "mx", "Delayed"),
        (
            ReturnKind.BOUNCED,
            sent[3].message_id,
            sent[3].address,
            "5.1.1",
            "550 5.1.1 Recipient address rejected: User unknown",
            "mailer-daemon@orange.example",
            "Undelivered Mail Returned to Sender",
        ),
        (ReturnKind.BOUNCED, UNKNOWN, "x@ailleurs.example", "5.2.2", "mailbox full", "mx@ailleurs.example", "Failure"),
    )
    arrived = [
        Arrived(
            n,
            f"<{n}@report.example>",
            NOW - timedelta(hours=9 - n),
            sender,
            subject,
            (Report(kind, message_id, "", address, code, why),),
        )
        for n, (kind, message_id, address, code, why, sender, subject) in enumerate(kinds, 1)
    ]
    returns.keep(arrived, box.id, "INBOX", 7, len(arrived), office.owner, NOW)


SCENES = {
    "returns": Scene(keys("y", see="non rattaché"), prepare=came_back),
    "returns-none": Scene(keys("y", see="Rien n’est encore revenu")),
    "returns-bounced": Scene(then(keys("y", see="non rattaché"), keys("f", see="Filtre : revenus")), prepare=came_back),
    "invoices-bounced": Scene(keys("e", see="revenu"), prepare=came_back),
}
"""By name."""
