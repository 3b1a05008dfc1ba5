"""Many PDFs at once: the same bytes whoever makes them and in whatever company, and nothing lost when a helper dies."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import fpdf
import pypdf
import pytest
from kinds_of_pages import HOME, hard, kinds
from sample_pages import RESIDENT, STRUCTURE, opened, printable

from tuimail.documents import bulk, embedding
from tuimail.documents.bulk import render_all
from tuimail.documents.printable import Printable
from tuimail.documents.render import merge, render
from tuimail.domain.errors import DocumentError


def month(count: int) -> list[Printable]:
    """Invoices of which some have rare letters, some cannot be made."""
    names = ("BERNARD", "ŁUKASZEWICZ", "ĞÜNEŞ", "NGUYỄN", "中")
    return [
        printable(number=f"{n:03d}", resident=replace(RESIDENT, last_name=names[n % len(names)])) for n in range(count)
    ]


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WORTH_IT", 0)
    monkeypatch.setattr(bulk, "SHARE", 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.usefixtures("helped")
def test_two_processes_make_what_one_makes_in_the_same_order() -> None:
    items = month(27)
    alone = [render(item) if "中" not in item.resident.last_name else None for item in items]
    found = list(render_all(iter(items), len(items)))
    assert [item for item, _content in found] == items
    assert [content if isinstance(content, bytes) else None for _item, content in found] == alone
    told = [content for _item, content in found if not isinstance(content, bytes)]
    assert len(told) == 5
    assert all(isinstance(error, DocumentError) and "中" in error.sentence for error in told)


@pytest.mark.usefixtures("helped")
def test_a_helper_that_is_killed_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def noted(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    items = [printable(number=str(n)) for n in range(30)]

    def killing() -> Iterator[Printable]:
        for position, item in enumerate(items):
            if position == 10:
                os.kill(started[0].pid, signal.SIGKILL)
            yield item

    found = [content for _item, content in render_all(killing(), len(items))]
    assert found == [render(item) for item in items]
    assert started[0].poll() is not None


@pytest.mark.usefixtures("helped")
def test_without_a_helper_at_all_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    items = [printable(number=str(n)) for n in range(10)]
    assert [content for _item, content in render_all(items, 10)] == [render(item) for item in items]


def test_the_bytes_do_not_depend_on_what_was_made_before() -> None:
    items = [*kinds().values(), *hard().values(), *month(4)]
    first = [render(item) for item in items]
    embedding.cut.cache_clear()
    assert [render(item) for item in reversed(items)] == first[::-1]


def test_a_new_process_makes_the_same_bytes() -> None:
    made = subprocess.run(
        [sys.executable, "-c", ("import sys, hashlib; from sample_pages import printable; "
         "from tuimail.documents.render import render; sys.stdout.buffer.write(render(printable()))")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "7", "LC_ALL": "C"},
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert made == render(printable())


def test_a_template_that_changes_does_not_change_the_bytes_by_itself() -> None:
    assert render(printable(structure=replace(STRUCTURE, payment_terms="Autrement."))) != render(printable())


def test_merged_documents_share_one_copy_of_each_font_whatever_their_letters() -> None:
    items = [item for item in month(8) if "中" not in item.resident.last_name]
    content = merge(items)
    assert content.count(b"/FontFile2") == 2
    with opened(content) as pdf:
        seen = [page.get_textpage().get_text_range() for page in pdf]
    assert all(item.resident.last_name in text for item, text in zip(items, seen, strict=True))


def test_fpdf2_still_has_the_names_that_the_fonts_are_put_in_by() -> None:
    """Should this fail with a newer fpdf2: see `tuimail.documents.writer`, then widen the range in pyproject.toml."""
    assert fpdf.FPDF_VERSION.startswith("2.8.")
    producer = fpdf.output.OutputProducer
    for name in ("_add_fonts", "_add_images", "_add_pdf_obj", "_insert_resources"):
        assert callable(getattr(producer, name))

    reader = pypdf.PdfReader(io.BytesIO(render(printable(structure=HOME))))
    resources = reader.pages[0]["/Resources"]
    assert sorted(resources["/Font"]) == ["/F1", "/F2"]
    for font in resources["/Font"].values():
        (glyphs,) = font["/DescendantFonts"]
        assert "+NotoSans-" in glyphs["/BaseFont"]
        assert glyphs["/CIDToGIDMap"] == "/Identity"
        program = glyphs["/FontDescriptor"]["/FontFile2"]
        assert len(program.get_data()) == program["/Length1"]
