"""PDFs brought from elsewhere: every page accounted for, and nothing uncertain sent."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from builders import NOW, PERIOD, Home, deliver, home, owner, person
from paper import invoice_page, pdf, write

from tuimail.documents.pdf_reader import PdfReader
from tuimail.domain.brought import BroughtState, Doubt, Outcome
from tuimail.domain.errors import BadFile, BadInput
from tuimail.domain.events import EventKind
from tuimail.office import Office
from tuimail.store import brought, journal

PAGES = tuple(
    invoice_page(number, name)
    for number, name in (("001", "Paul BERNARD"), ("002", "Émile BOUCHER"), ("003", "Lucie CARON"))
)


def outcomes(office: Office, *sources: Path) -> list[tuple[str, tuple[int, ...], str]]:
    account = office.prints.bring(sources, PERIOD)
    taken = [(item.number, item.pages, str(item.outcome)) for file in account.files for item in file.taken]
    assert account.all_pages == sum(account.pages(outcome) for outcome in Outcome)
    return taken


def kept(office: Office, document_id: int) -> bytes:
    item = brought.used([document_id])[document_id]
    return office.library.read(item.path, item.sha256)


def text_of(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "judged.pdf"
    path.write_bytes(content)
    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode()


needs_judges = pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf and pdftotext judge the files: not installed")


def test_a_folder_is_matched_by_number_and_kept_byte_for_byte(office: Office, house: Home, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "001.pdf", PAGES[0], factur_x=b"<CrossIndustryInvoice/>")
    write(folder / "whatever.PDF", PAGES[1])
    (folder / "notes.txt").write_text("not a PDF")

    assert outcomes(office, folder) == [("001", (1,), "matched"), ("002", (1,), "matched")]
    assert kept(office, house.documents[0].id) == (folder / "001.pdf").read_bytes()
    assert outcomes(office, folder) == [("001", (1,), "unchanged"), ("002", (1,), "unchanged")]


def test_what_is_sent_is_what_was_brought(office: Office, house: Home, tmp_path: Path) -> None:
    run = write(tmp_path / "001.pdf", PAGES[0])
    office.prints.bring([run], PERIOD)

    control = office.prepare(office.control([d.id for d in house.documents], "octobre"))

    first, second, _third = (control.files[d.id] for d in house.documents)
    assert first.sha256 == hashlib.sha256(run.read_bytes()).hexdigest()
    assert first.name == "Facture 001 - BERNARD Paul - octobre 2026.pdf"
    assert second.path.endswith("002.pdf")


@needs_judges
def test_a_print_run_is_split_into_files_that_others_can_read(office: Office, house: Home, tmp_path: Path) -> None:
    run = write(tmp_path / "run.pdf", PAGES[0], "Menu de la semaine", PAGES[2], invoice_page("009", "X"), PAGES[1])

    assert outcomes(office, run) == [
        ("001", (1,), "matched"),
        ("", (2,), "held"),
        ("003", (3,), "matched"),
        ("", (4,), "held"),
        ("002", (5,), "matched"),
    ]
    for document, name in zip(house.documents, ("BERNARD", "BOUCHER", "CARON"), strict=True):
        text = text_of(kept(office, document.id), tmp_path)
        assert document.number in text
        assert [other for other in ("BERNARD", "BOUCHER", "CARON") if other in text] == [name]


def test_a_doubtful_pdf_blocks_its_invoice_until_someone_confirms_it(
    office: Office, house: Home, tmp_path: Path
) -> None:
    wrong = write(tmp_path / "001.pdf", invoice_page("001", "Jean DURAND"))
    first = house.documents[0]
    office.prints.bring([wrong], PERIOD)

    (blocked,) = office.control([first.id], "octobre").blocked
    assert "BERNARD Paul" in blocked.reason
    with pytest.raises(BadInput):
        office.prints.content(first.id)

    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    assert (held.document_id, held.doubt) == (first.id, Doubt.NO_NAME)
    brought.confirm(held.id, first.id, office.owner, NOW)

    control = office.prepare(office.control([first.id], "octobre"))
    assert control.files[first.id].sha256 == held.sha256
    (event,) = journal.events(kinds=[EventKind.PDF_DECIDED])
    assert (event.number, event.pdf_sha256, event.operator) == ("001", held.sha256, office.owner.operator)
    with pytest.raises(BadInput):
        brought.confirm(held.id, first.id, owner(), NOW)

    brought.hold_again(held.id, office.owner, NOW)
    assert office.control([first.id], "octobre").blocked


def test_what_is_put_aside_blocks_nobody_and_a_certain_one_takes_a_doubtful_ones_place(
    office: Office, house: Home, tmp_path: Path
) -> None:
    first = house.documents[0]
    office.prints.bring([write(tmp_path / "001.pdf", invoice_page("001", "Jean DURAND"))], PERIOD)
    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    brought.put_aside(held.id, office.owner, NOW)
    assert not office.control([first.id], "octobre").blocked

    office.prints.bring([write(tmp_path / "001.pdf", invoice_page("001", "Marie DURAND"))], PERIOD)
    assert office.control([first.id], "octobre").blocked
    office.prints.bring([write(tmp_path / "001.pdf", PAGES[0])], PERIOD)
    assert not office.control([first.id], "octobre").blocked


def test_nothing_is_taken_for_what_was_sent(office: Office, house: Home, tmp_path: Path) -> None:
    deliver(house, wanted=house.documents[:1])

    assert outcomes(office, write(tmp_path / "run.pdf", *PAGES[:2])) == [
        ("001", (1,), "refused"),
        ("002", (2,), "matched"),
    ]


def bomb() -> bytes:
    """A page whose 3 MB unfold to 3 GB of text."""
    stream = zlib.compressobj(9)
    head = stream.compress(b"") + stream.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself: the same one again and again is the same text again and again.
    block = stream.compress(b"BT /F1 9 Tf (x) Tj ET\n" * 100_000) + stream.flush(zlib.Z_FULL_FLUSH)
    squeezed = head + block * 1400 + stream.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(squeezed), squeezed),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04 a letter", "n’est pas un PDF"),
        (b"", "n’est pas un PDF"),
        (b"%PDF-1.7\nnothing of the kind", "abîmé"),
        (pdf(PAGES[0])[:700], "abîmé"),
        (pdf(PAGES[0], password="secret"), "mot de passe"),
        (b"%PDF-1.7\ntrailer<</Size 90000000>>", "objets"),
    ],
    ids=["letter", "empty", "nonsense", "cut", "password", "objects"],
)
def test_a_file_that_cannot_be_used_gets_a_clear_word(
    office: Office, house: Home, tmp_path: Path, content: bytes, word: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "bad.pdf").write_bytes(content)
    write(folder / "good.pdf", PAGES[0])

    account = office.prints.bring([folder], PERIOD)

    bad, good = account.files
    assert word in bad.refused
    assert "bad.pdf" in bad.refused
    assert [item.outcome for item in good.taken] == [Outcome.MATCHED]
    assert account.exit_status == 1


def test_a_scanned_invoice_waits_for_a_look(office: Office, house: Home, tmp_path: Path) -> None:
    office.prints.bring([write(tmp_path / "001.pdf", "")], PERIOD)

    (held,) = brought.brought(PERIOD, [BroughtState.HELD])
    assert (held.doubt, held.document_id) == (Doubt.NO_TEXT, house.documents[0].id)


def test_a_bomb_ends_the_reader_and_not_tuimail(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb())
    with PdfReader(patience=1.5) as reader:
        with pytest.raises(BadFile, match=r"bomb\.pdf"):
            reader.texts(path)
        assert PAGES[0].splitlines()[0] in reader.texts(write(tmp_path / "next.pdf", PAGES[0]))[0]


def test_a_month_without_documents_says_what_to_do(office: Office, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="tuimail import"):
        office.prints.bring([write(tmp_path / "001.pdf", PAGES[0])])


def test_a_folder_without_pdfs_is_told(office: Office, house: Home, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="aucun PDF"):
        office.prints.bring([tmp_path], PERIOD)


@needs_judges
def test_500_pages_are_all_accounted_for(office: Office, tmp_path: Path) -> None:
    people = [person(number=n, last_name=f"FAMILLE{n:03}", first_name="Noël") for n in range(1, 241)]
    house = home(people=people)
    pages: list[str] = []
    for n, document in enumerate(house.documents):
        name = f"Noël FAMILLE{n + 1:03}"
        pages.append(invoice_page(document.number, name, "Page 1/2"))
        pages.append(invoice_page(document.number, name, "Page 2/2") if n % 2 else f"Suite, {name}\nPage 2/2")
    pages[100] = "Page de garde"
    pages[101] = ""
    pages += [f"Récapitulatif {n}" for n in range(20)]
    run = write(tmp_path / "run.pdf", *pages)

    account = office.prints.bring([run], PERIOD)

    assert account.all_pages == len(pages) == 500
    assert account.pages(Outcome.MATCHED) == 478
    assert account.pages(Outcome.HELD) == 22
    seen = sorted(page for item in account.files[0].taken for page in item.pages)
    assert seen == list(range(1, 501))
    assert account.without == 1
    for document in (house.documents[0], house.documents[119], house.documents[-1]):
        text = text_of(kept(office, document.id), tmp_path)
        assert text.count("FAMILLE") == text.count(f"FAMILLE{document.number}") == 2
