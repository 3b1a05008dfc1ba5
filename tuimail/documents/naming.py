"""What a document's file is called: in the data folder, and as the attachment that a family sees."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import PurePath

from tuimail.documents.printable import KINDS, Printable
from tuimail.domain.billing import DocumentKind
from tuimail.domain.text import fold

_LONGEST_PART = 80
"""Characters of a structure's name, bytes of a number, in a path."""

_LONGEST_NAME = 120
"""Characters of an attachment's name: mail programs and old file systems take that."""

_NEVER_IN_NAMES = '\\/:*?"<>|'


def relative_path(item: Printable) -> PurePath:
    """Where a document's first version is kept, below the folder of all PDFs: `ehpad-saint-eloi-2/2026-10/020.pdf`.

    Two documents never share a path: the structure's id ends its folder's name, kinds other than invoices and
    documents issued in another year than their period's have a folder of their own, and whatever could lead elsewhere
    or stand for another number is written as %XX.
    """
    document = item.document
    folder = PurePath(f"{_slug(item.structure.name)}-{item.structure.id}", str(document.period))
    if document.issued_on.year != document.period.year:
        folder /= str(document.issued_on.year)
    if document.kind is not DocumentKind.INVOICE:
        folder /= _slug(KINDS[document.kind])
    return folder / f"{_escaped(document.number)}.pdf"


def version_of(path: PurePath, version: int) -> PurePath:
    """`020~2.pdf` for the second version of `020.pdf`. No number holds a bare `~`, so it is nobody else's first."""
    return path if version == 1 else path.with_name(f"{path.stem}~{version}{path.suffix}")


def readable_name(item: Printable) -> str:
    """The attachment's file name: `Facture 020 - BERNARD Paul - octobre 2026.pdf`.

    Accented, without control or direction marks nor anything a file system refuses, at most 120 characters: a name
    that is too long is cut, the number and the period are not.
    """
    start = _for_families(f"{KINDS[item.document.kind]} {item.document.number}")[:_LONGEST_PART].rstrip(" .-")
    end = f"{item.document.period.label('fr')}.pdf"
    room = _LONGEST_NAME - len(start) - len(end) - 6
    resident = _for_families(item.resident.name)[:room].rstrip(" .-")
    return " - ".join(part for part in (start, resident, end) if part)


def enclosure_name(file_name: str) -> str:
    """An attached file's own name as the family sees it: readable, at most 120 characters, its suffix kept."""
    path = PurePath(_for_families(file_name) or "document")
    return f"{path.stem[: _LONGEST_NAME - len(path.suffix)]}{path.suffix[:_LONGEST_NAME]}"


def _for_families(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = "".join("-" if c in _NEVER_IN_NAMES else c if c.isprintable() else " " for c in composed if _visible(c))
    return " ".join(kept.split()).strip(" .-")


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn")


def _slug(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in fold(text)).split()
    return "-".join(words)[:_LONGEST_PART].strip("-") or "structure"


def _escaped(number: str) -> str:
    safe = "".join(
        c if c.isalnum() or c == "_" or (c in "-." and position) else _percent(c) for position, c in enumerate(number)
    )
    if 0 < len(safe.encode()) <= _LONGEST_PART:
        return safe
    digest = hashlib.sha256(number.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{safe[:20]}%{digest[:24]}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
