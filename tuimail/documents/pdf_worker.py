"""Reads PDFs that come from elsewhere, in a process of its own: whatever a file does to it, tuimail goes on.

One request a line on standard input and one answer a line on standard output, both JSON. `pdf_reader` is the other end.
"""

from __future__ import annotations

import base64
import io
import json
import re
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

MEMORY = 2 << 30
"""Bytes of address space: what a bomb unfolds to ends here."""
CPU_SECONDS = 900
MOST_PAGES = 5_000
MOST_OBJECTS = 1_000_000
"""Entries of a file's cross-reference table."""
MOST_MARKS = 200_000
"""Texts, lines and pictures on one page."""
MOST_CHARACTERS = 200_000
"""On one page."""
MOST_PIXELS = 4_000_000
"""Of a page's picture."""
PASSWORD = 4
"""pdfium's error for a file that wants one."""
_SIZE = re.compile(rb"/Size\s+(\d{1,12})")


T = TypeVar("T")


class Refused(Exception):
    """Why the file is not read, as a word that `pdf_reader` has a sentence for."""


def texts(request: dict[str, Any]) -> list[str]:
    """The text of each page, line by line as an eye reads it, then, after a form feed, as it was written."""
    from tuimail.documents.reading_order import text

    def read(document: Any) -> list[str]:
        written = ((page, _text(page).replace("\f", " ")) for page in _pages(document))
        return [f"{text(page.get_textpage())}\f{told}" if told.strip() else "" for page, told in written]

    return _with_document(request["path"], read)


def laid_out(request: dict[str, Any]) -> list[str]:
    """The text of each page as it stands on the page, in about `columns` characters."""
    from tuimail.documents.preview import laid_out as lay_out

    def read(document: Any) -> list[str]:
        return [lay_out(page, request["columns"]) if _text(page).strip() else "" for page in _pages(document)]

    return _with_document(request["path"], read)


def split(request: dict[str, Any]) -> int:
    """Write some pages (from 0) of the file to another file each; how many files that made."""
    import pypdfium2

    def write(document: Any) -> int:
        for pages, target in request["parts"]:
            with pypdfium2.PdfDocument.new() as part:
                part.import_pages(document, pages)
                part.save(target)
        return len(list(request["parts"]))

    return _with_document(request["path"], write)


def merge(request: dict[str, Any]) -> int:
    """Write all pages of several files, in that order, to the file `path`; how many pages there are."""
    import pypdfium2

    with pypdfium2.PdfDocument.new() as whole:
        for source in request["sources"]:
            with pypdfium2.PdfDocument(Path(source).read_bytes()) as document:
                whole.import_pages(document)
        whole.save(request["path"])
        return len(whole)


def picture(request: dict[str, Any]) -> str:
    """A page (from 0) as a PNG of about that many pixels of width, in base64."""

    def paint(document: Any) -> str:
        page = document[request["page"]]
        width, height = page.get_size()
        scale = request["width"] / max(width, 1)
        if width * height * scale * scale > MOST_PIXELS:
            scale = (MOST_PIXELS / (width * height)) ** 0.5
        stream = io.BytesIO()
        page.render(scale=scale).to_pil().save(stream, "PNG")
        return base64.b64encode(stream.getvalue()).decode()

    return _with_document(request["path"], paint)


def _with_document(path: str, use: Callable[[Any], T]) -> T:
    import pypdfium2

    content = Path(path).read_bytes()
    if b"%PDF-" not in content[:1024]:
        raise Refused("not-pdf")
    if max(map(int, _SIZE.findall(content)), default=0) > MOST_OBJECTS:
        raise Refused("objects")
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Refused("encrypted" if getattr(error, "err_code", None) == PASSWORD else "broken") from error
    with document:
        if len(document) > MOST_PAGES:
            raise Refused("pages")
        if len(document) == 0:
            raise Refused("broken")
        try:
            return use(document)
        except pypdfium2.PdfiumError as error:
            raise Refused("broken") from error


def _pages(document: Any) -> Any:
    import pypdfium2.raw

    for number in range(len(document)):
        page = document[number]
        if pypdfium2.raw.FPDFPage_CountObjects(page) > MOST_MARKS:
            raise Refused("crowded")
        yield page
        page.close()


def _text(page: Any) -> str:
    text_page = page.get_textpage()
    if text_page.count_chars() > MOST_CHARACTERS:
        raise Refused("crowded")
    return str(text_page.get_text_range())


WORK: dict[str, Callable[[dict[str, Any]], Any]] = {
    "texts": texts,
    "laid-out": laid_out,
    "split": split,
    "merge": merge,
    "picture": picture,
}


def main() -> None:
    """Answer requests until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Should nobody be left to end it.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer: dict[str, Any]
        try:
            answer = {"result": WORK[request["work"]](request)}
        except Refused as refused:
            answer = {"refused": str(refused)}
        except MemoryError:
            answer = {"refused": "memory"}
        except OSError as error:
            answer = {"errno": error.errno or 0, "file": str(error.filename or "")}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
