"""The tables as peewee sees them. What the database really holds is made by `migrations.py`; a test compares the two.

Moments are ISO 8601 text in UTC, days ISO dates, amounts integer cents, quantities and prices integer 1/10,000.
"""

from __future__ import annotations

from tuimail.store.tables.account import AccountRow, LeaseRow, PacingRow, SlotRow
from tuimail.store.tables.base import Table
from tuimail.store.tables.billing import DocumentRow, ImportRunRow, LineRow
from tuimail.store.tables.imports import DocumentPdfRow, ImportProfileRow, LastImportItemRow, LastImportRow
from tuimail.store.tables.journal import EventRow, JournalHeadRow
from tuimail.store.tables.outbox import AttachmentRow, BatchRow, DeliveryRow, WordingRow
from tuimail.store.tables.people import GuardianRow, RelativeRow, ResidentRow
from tuimail.store.tables.places import AssociationRow, StructureRow

ALL: tuple[type[Table], ...] = (
    AssociationRow,
    StructureRow,
    ResidentRow,
    GuardianRow,
    RelativeRow,
    ImportRunRow,
    DocumentRow,
    LineRow,
    ImportProfileRow,
    DocumentPdfRow,
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
    JournalHeadRow,
)
