"""How exports are read: profiles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from tuimail.domain.imports import ImportProfile
from tuimail.domain.text import fold
from tuimail.store.database import transaction
from tuimail.store.tables.imports import ImportProfileRow


def profiles() -> list[ImportProfile]:
    """All of them, the newest first."""
    query = ImportProfileRow.select().order_by(ImportProfileRow.saved_at.desc(), ImportProfileRow.id.desc())
    return [
        ImportProfile(
            name=row.name,
            titles=tuple(json.loads(row.titles)),
            reading=json.loads(row.reading),
            columns=json.loads(row.columns),
            operator=row.operator,
            saved_at=row.saved_at,
            id=row.id,
        )
        for row in query
    ]


def save_profile(profile: ImportProfile, operator: str, now: datetime) -> ImportProfile:
    """Store a profile, in place of the one of that name if there is one; accents and case do not tell names apart."""
    values = {
        "name": profile.name,
        "titles": json.dumps(profile.titles, ensure_ascii=False),
        "reading": json.dumps(dict(profile.reading), ensure_ascii=False),
        "columns": json.dumps(dict(profile.columns), ensure_ascii=False),
        "operator": operator,
        "saved_at": now,
    }
    key = fold(profile.name)
    with transaction():
        known = ImportProfileRow.get_or_none(ImportProfileRow.name_key == key)
        if known is None:
            found = ImportProfileRow.create(name_key=key, **values).id
        else:
            found = known.id
            ImportProfileRow.update(**values).where(ImportProfileRow.id == found).execute()
    return replace(profile, operator=operator, saved_at=now, id=found)


def remove_profile(profile_id: int) -> None:
    """Forget a profile; harmless if it is gone."""
    with transaction():
        ImportProfileRow.delete().where(ImportProfileRow.id == profile_id).execute()
