"""From the files that a billing program made to PDFs kept one a document: read, matched, split, and accounted for."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tuimail.documents.pdf_reader import PdfReader, unreadable
from tuimail.documents.print_run import Found, Matcher, told_twice
from tuimail.documents.storage import as_document_error, replace_file
from tuimail.domain.brought import Brought, BroughtState, Doubt, Expected
from tuimail.domain.errors import BadFile, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.periods import Period

FOLDER = "brought"
"""Below the folder of all PDFs; no structure's folder is called so, theirs end in a number."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file with what its pages were found to be, or else why it was not taken."""

    path: Path
    sha256: str = ""
    pages: int = 0
    found: tuple[Found, ...] = ()
    refused: TuimailError | None = None


def files_of(sources: Sequence[Path]) -> list[Path]:
    """The PDFs among files and in folders, each folder by name.

    Raises BadFile where there is none, or for what cannot be read.
    """
    files: list[Path] = []
    for source in sources:
        try:
            if source.is_dir():
                files += sorted(
                    (p for p in source.iterdir() if p.suffix.lower() == ".pdf" and not p.name.startswith(".")),
                    key=lambda p: p.name,
                )
            else:
                files.append(source)
        except OSError as error:
            raise unreadable(str(source), error) from error
    if not files:
        raise BadFile(
            _("There is no PDF in {folder}.").format(folder=", ".join(str(source) for source in sources)),
            _("Name the folder or the file that the billing program wrote."),
        )
    return files


def read_files(
    files: Sequence[Path],
    expected: Sequence[Expected],
    reader: PdfReader,
    progress: Callable[[int, int], None] | None = None,
    meant: Mapping[Path, int] = MappingProxyType({}),
) -> list[ReadFile]:
    """What each file holds of these documents. One that cannot be read is told with its reason, and the rest go on.

    `meant`: the id of the document whose PDF a file is said to be; text that says otherwise makes it doubtful.
    """
    matcher = Matcher(expected)
    read: list[ReadFile] = []
    for done, path in enumerate(files, 1):
        try:
            texts = reader.texts(path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            read.append(ReadFile(path, digest, len(texts), tuple(matcher.match(texts, path.stem, meant.get(path)))))
        except BadFile as refused:
            read.append(ReadFile(path, refused=refused))
        except OSError:
            read.append(ReadFile(path, refused=BadFile(_("{file} has gone meanwhile.").format(file=path.name))))
        if progress is not None:
            progress(done, len(files))
    certain = told_twice([(item.path.name, found) for item in read for found in item.found])
    left = iter(certain)
    return [
        ReadFile(item.path, item.sha256, item.pages, tuple(next(left)[1] for _found in item.found), item.refused)
        for item in read
    ]


def keep(item: ReadFile, found: Sequence[Found], period: Period, folder: Path, reader: PdfReader) -> list[Brought]:
    """Keep these pages below `folder`, the folder of all PDFs, each by the SHA-256 of its content.

    A file that is one document is kept byte for byte: what is embedded in it (Factur-X) stays as it was. Raises BadFile
    if the file has changed since it was read, DocumentError where nothing can be written.
    """
    target = folder / FOLDER / str(period)
    with as_document_error(folder), tempfile.TemporaryDirectory(prefix="tuimail-") as scratch:
        target.mkdir(parents=True, exist_ok=True)
        parts: list[Path] = []
        whole = item.path.read_bytes()
        if hashlib.sha256(whole).hexdigest() != item.sha256:
            raise BadFile(_("{file} was changed meanwhile.").format(file=item.path.name), _("Bring it again."))
        if len(item.found) == 1:
            contents = [whole]
        else:
            del whole
            parts = [Path(scratch) / f"{number}.pdf" for number in range(len(found))]
            reader.split(item.path, [(f.pages, part) for f, part in zip(found, parts, strict=True)])
            contents = [part.read_bytes() for part in parts]
        kept = []
        for each, content in zip(found, contents, strict=True):
            digest = hashlib.sha256(content).hexdigest()
            path = target / f"{digest}.pdf"
            if not path.exists():
                replace_file(path, content)
            certain = each.document_id is not None and each.doubt is Doubt.NONE
            kept.append(
                Brought(
                    period=period,
                    source=item.path.name,
                    source_sha256=item.sha256,
                    pages=tuple(page + 1 for page in each.pages),
                    path=path.relative_to(folder).as_posix(),
                    sha256=digest,
                    size=len(content),
                    state=BroughtState.MATCHED if certain else BroughtState.HELD,
                    doubt=each.doubt,
                    detail=each.detail,
                    document_id=each.document_id,
                )
            )
    return kept
