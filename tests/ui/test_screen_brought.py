"""PDFs brought from elsewhere, looked at before they leave, and printed: all by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand import Hand, Sit
from office_data import OCTOBER
from paper import invoice_page, write

from tuimail.domain.brought import BroughtState
from tuimail.domain.events import EventKind
from tuimail.office import Office
from tuimail.store import brought, journal
from tuimail.ui.widgets import pictures


@pytest.fixture
def run(home: Path) -> Path:
    """A print run: one page is certain, one bears another's name, one is nobody's."""
    pages = (invoice_page("021", "Paul BERNARD"), invoice_page("023", "Lucie DURAND"), "Menu de novembre")
    return write(home / "tirage.pdf", *pages)


async def bring(hand: Hand, path: Path) -> None:
    await hand.press("b", "I", "ctrl+u")
    await hand.type(str(path))
    await hand.press("enter")


async def test_a_print_run_is_brought_looked_at_and_confirmed(office: Office, sit: Sit, run: Path) -> None:
    async with sit(office) as hand:
        await bring(hand, run)
        await hand.see("3 pages, 1 rapproché, 2 en attente", "Lucie")
        await hand.press("escape")
        await hand.see("2 à regarder", "le nom CARON Lucie")
        await hand.press("enter")
        await hand.see("M. Lucie DURAND", "Ce serait : 023 CARON Lucie")
        await hand.press("enter")
        await hand.see("comme 023")
        await hand.press("enter")
        await hand.see("Menu de novembre")
        await hand.press("delete")
        await hand.see("Il n’est à personne")
        await hand.press("enter")
        await hand.see("Aucun PDF n’attend")

    states = [item.state for item in brought.brought(OCTOBER)]
    assert states == [BroughtState.MATCHED, BroughtState.CONFIRMED, BroughtState.ASIDE]
    decided = list(journal.events(kinds=[EventKind.PDF_DECIDED]))
    assert [(event.number, event.operator) for event in decided] == [("023", "virginie"), ("", "virginie")]


async def test_a_pdf_that_is_nobodys_is_given_to_whom_it_is(office: Office, sit: Sit, run: Path) -> None:
    office.prints.bring([run], OCTOBER)
    async with sit(office) as hand:
        await hand.press("b", "down", "g")
        await hand.type("999")
        await hand.press("enter")
        await hand.see("ne porte ce numéro")
        await hand.press("ctrl+u")
        await hand.type("025")
        await hand.press("enter")
        await hand.see("DELMAS Odette")
        await hand.press("enter")
        await hand.see("est le PDF de 025 DELMAS Odette")
        await hand.press("f", "end", "z")
        await hand.see("2 à regarder")


async def test_a_doubtful_pdf_blocks_its_invoice_in_the_control(office: Office, sit: Sit, run: Path) -> None:
    office.prints.bring([write(run.parent / "021.pdf", invoice_page("021", "Paule DURAND"))], OCTOBER)
    async with sit(office) as hand:
        await hand.press("/")
        await hand.type("021")
        await hand.press("enter", "u", "s")
        await hand.see("Rien à envoyer", "son PDF est d’abord à regarder")
        await hand.press("o")
        await hand.see("Aucun message n’est fait pour 021")
        await hand.press("o")
        await hand.see("M. Paule DURAND")
        await hand.press("escape", "escape")
        await hand.see("Rien à envoyer")


async def test_next_and_previous_go_through_the_list_without_leaving(office: Office, sit: Sit) -> None:
    async with sit(office) as hand:
        await hand.press("o")
        await hand.see("1 / 11", "Facture n° 020")
        await hand.press("right")
        await hand.see("2 / 11", "Facture n° 021")
        await hand.press(">", "<", "[")
        await hand.see("1 / 11", "Facture n° 020")
        await hand.press("left", "right", "escape")
        await hand.until(lambda: hand.app.screen.table.current.number == "021", "the cursor follows")
        await hand.press("enter", "o")
        await hand.see("2 / 11", "Facture n° 021")


async def test_the_control_shows_what_leaves(office: Office, sit: Sit) -> None:
    async with sit(office) as hand:
        await hand.press("s")
        await hand.see("À envoyer")
        await hand.press("o")
        await hand.see("Message-ID", "1 / ")
        await hand.press("o")
        await hand.see("Facture n° 021")


async def test_a_page_is_shown_as_a_picture_where_pictures_are(
    office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("textual_image")
    monkeypatch.setenv(pictures.VARIABLE, "blocks")
    async with sit(office) as hand:
        await hand.press("o")
        await hand.see("Facture n° 020")
        await hand.press("tab")
        await hand.see("▀▀▀▀")
        await hand.press("tab")
        await hand.see("Facture n° 020")
        monkeypatch.setenv(pictures.VARIABLE, "none")
        await hand.press("right")
        await hand.see("Facture n° 021")
        await hand.see_no("image ou texte")


@pytest.mark.parametrize(
    ("asked", "term", "found"),
    [("", "xterm-kitty", "kitty"), ("", "foot", "sixel"), ("", "xterm-256color", "blocks"), ("sixel", "dumb", "sixel")],
)
def test_the_way_of_showing_pictures_is_told_without_asking_the_terminal(
    monkeypatch: pytest.MonkeyPatch, asked: str, term: str, found: str
) -> None:
    pytest.importorskip("textual_image")
    for name in ("TERM_PROGRAM", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv(pictures.VARIABLE, asked)

    assert pictures.kind() == found


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a printer; what it printed stands in the file."""
    folder, paper = tmp_path / "bin", tmp_path / "paper.pdf"
    folder.mkdir()
    (folder / "lp").write_text(f'#!/bin/sh\necho "$@" > {paper}.words\ncat > {paper}\necho "request id is hp-1"\n')
    (folder / "lpstat").write_text(
        '#!/bin/sh\n[ "$1" = -e ] && printf "hp\\nlaser_compta\\n" || echo "system default destination: laser_compta"\n'
    )
    for script in folder.iterdir():
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return paper


def words(paper: Path) -> str:
    return Path(f"{paper}.words").read_text()


def pages(path: Path) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return len(document)


async def test_the_ticked_invoices_go_to_the_default_printer(office: Office, sit: Sit, printer: Path) -> None:
    async with sit(office) as hand:
        await hand.press("a", "P")
        await hand.see("Imprimante laser_compta", "Imprimante hp")
        await hand.press("enter")
        await hand.see("9 documents envoyés à laser_compta")

    assert pages(printer) == 9
    assert "-d laser_compta" in words(printer)


async def test_the_month_is_written_once_for_accounting_brought_ones_as_they_are(
    office: Office, sit: Sit, home: Path, printer: Path, run: Path
) -> None:
    office.prints.bring([write(home / "021.pdf", invoice_page("021", "Paul BERNARD"), "Paul BERNARD 021")], OCTOBER)
    async with sit(office) as hand:
        await hand.press("X", "end")
        await hand.see("11 documents", "Un seul PDF : ~/comptabilite-2026-10.pdf")
        await hand.press("enter")
        await hand.see("11 documents écrits dans ~/comptabilite-2026-10.pdf")

    assert pages(home / "comptabilite-2026-10.pdf") == 12


async def test_without_a_printer_what_to_do_is_said(office: Office, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    async with sit(office) as hand:
        await hand.press("P")
        await hand.see("ne connaît aucune imprimante", "x écrit les factures")


async def test_a_printer_that_refuses_is_told(office: Office, sit: Sit, printer: Path) -> None:
    (printer.parent / "bin" / "lp").write_text("#!/bin/sh\necho 'lp: printer is on fire' >&2\nexit 1\n")
    async with sit(office) as hand:
        await hand.press("P", "enter")
        await hand.see("printer is on fire")
