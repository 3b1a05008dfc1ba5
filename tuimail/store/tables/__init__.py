"""The tables as peewee sees them. What the database really holds is made by `migrations.py`; a test compares the two.

Moments are ISO 8601 text in UTC, days ISO dates, amounts integer cents, quantities and prices integer 1/10,000.
"""

from __future__ import annotations

from tuimail.store.tables.account import AccountRow, LeaseRow, PacingRow, SlotRow
from tuimail.store.tables.base import Table
from tuimail.store.tables.billing import BroughtRow, DocumentRow, ImportRunRow, LineRow, RecurringRow
from tuimail.store.tables.dispositions import DispositionRow, PinnedRow
from tuimail.store.tables.habits import HabitRow
from tuimail.store.tables.imap import ImapRow
from tuimail.store.tables.imports import ImportProfileRow, LastImportItemRow, LastImportRow
from tuimail.store.tables.journal import EventAboutRow, EventRow, JournalHeadRow
from tuimail.store.tables.limits import ServerLimitRow
from tuimail.store.tables.mailings import (
    KeptSelectionRow,
    LetterDraftRow,
    LetterModelRow,
    ListMemberRow,
    MailingLeftOutRow,
    MailingListRow,
    MailingRow,
    SuppressionRow,
    UnsubscribingRow,
)
from tuimail.store.tables.outbox import AttachmentRow, BatchRow, DeliveryRow, WordingRow
from tuimail.store.tables.people import AddressNoteRow, GuardianRow, RelativeRow, ResidentRow
from tuimail.store.tables.places import AssociationRow, StructureRow
from tuimail.store.tables.returns import MailboxReadRow, ReturnRow, SentCopyRow
from tuimail.store.tables.revision import RevisionRow
from tuimail.store.tables.seen import SeenRow

ALL: tuple[type[Table], ...] = (
    AssociationRow,
    StructureRow,
    ResidentRow,
    AddressNoteRow,
    GuardianRow,
    RelativeRow,
    ImportRunRow,
    DocumentRow,
    LineRow,
    RecurringRow,
    BroughtRow,
    ImportProfileRow,
    LastImportRow,
    LastImportItemRow,
    AccountRow,
    LeaseRow,
    PacingRow,
    SlotRow,
    BatchRow,
    WordingRow,
    AttachmentRow,
    DeliveryRow,
    EventRow,
    EventAboutRow,
    JournalHeadRow,
    MailingListRow,
    ListMemberRow,
    KeptSelectionRow,
    SuppressionRow,
    LetterModelRow,
    LetterDraftRow,
    MailingRow,
    MailingLeftOutRow,
    UnsubscribingRow,
    RevisionRow,
    DispositionRow,
    PinnedRow,
    ImapRow,
    SeenRow,
    HabitRow,
    ServerLimitRow,
    ReturnRow,
    MailboxReadRow,
    SentCopyRow,
)
