"""The database's shape, one numbered step after another; `PRAGMA user_version` says how many are done.

Steps are frozen once released: a change is a new step. They hold what only SQLite has (STRICT, triggers).
"""

from __future__ import annotations

from typing import Any

from tuimail.store.schema.account import ACCOUNT
from tuimail.store.schema.billing import BILLING
from tuimail.store.schema.dispositions import DISPOSITIONS
from tuimail.store.schema.habits import HABITS
from tuimail.store.schema.imap import IMAP
from tuimail.store.schema.imports import IMPORTS
from tuimail.store.schema.journal import JOURNAL
from tuimail.store.schema.limits import LIMITS
from tuimail.store.schema.mailings import MAILINGS
from tuimail.store.schema.outbox import OUTBOX
from tuimail.store.schema.people import PEOPLE
from tuimail.store.schema.places import PLACES
from tuimail.store.schema.returns import RETURNS
from tuimail.store.schema.revision import REVISION
from tuimail.store.schema.seen import SEEN

STEPS: tuple[str, ...] = (
    "".join(
        (
            PLACES,
            PEOPLE,
            BILLING,
            ACCOUNT,
            OUTBOX,
            JOURNAL,
            MAILINGS,
            REVISION,
            DISPOSITIONS,
            IMAP,
            SEEN,
            HABITS,
            IMPORTS,
            LIMITS,
            RETURNS,
        )
    ),
)
VERSION = len(STEPS)
APPLICATION_ID = 0x7475_696D
"""`PRAGMA application_id`: marks the file as this program's."""


def statements(step: str) -> list[str]:
    """The statements of a step; a trigger's own semicolon does not end it."""
    from sqlite3 import complete_statement

    found: list[str] = []
    pending = ""
    for piece in step.split(";"):
        pending += piece + ";"
        if complete_statement(pending):
            if statement := pending.strip(" \n;"):
                found.append(statement + ";")
            pending = ""
    if pending.strip(" \n;"):
        raise ValueError(f"a statement does not end: {pending.strip()[:60]}")
    return found


def migrate(database: Any) -> None:
    """Bring the open database to `VERSION` in one transaction; several processes may try at once."""
    if database.user_version >= VERSION:
        return
    with database.atomic():
        done = database.user_version
        for step in STEPS[done:]:
            for statement in statements(step):
                database.execute_sql(statement)
        if done < VERSION:
            database.execute_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")
            database.execute_sql(f"PRAGMA user_version = {VERSION:d}")
