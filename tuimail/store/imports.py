"""How exports are read (profiles), and the PDFs that came with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tuimail.domain.billing import KeptFile
from tuimail.domain.imports import ImportProfile
from tuimail.domain.text import fold
from tuimail.store.database import transaction
from tuimail.store.residents import CHUNK
from tuimail.store.tables.imports import DocumentPdfRow, ImportProfileRow


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


def set_pdfs(files: Mapping[int, KeptFile]) -> None:
    """From now on these documents are sent as these files, and not as pages made here. Keys are documents' ids."""
    with transaction():
        for document_id, kept in files.items():
            values = {"path": kept.path, "name": kept.name, "sha256": kept.sha256, "size": kept.size}
            DocumentPdfRow.delete().where(DocumentPdfRow.document == document_id).execute()
            DocumentPdfRow.create(document=document_id, **values)


def pdfs(document_ids: Sequence[int]) -> dict[int, KeptFile]:
    """The PDFs of those of these documents that have one of their own."""
    found: dict[int, KeptFile] = {}
    for start in range(0, len(document_ids), CHUNK):
        chunk = list(document_ids[start : start + CHUNK])
        for row in DocumentPdfRow.select().where(DocumentPdfRow.document.in_(chunk)):
            found[row.document_id] = KeptFile(row.path, row.name, row.sha256, row.size)
    return found
