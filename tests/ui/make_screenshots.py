"""Writes `screenshots/*.svg` from the demonstration's data, always the same: `python tests/ui/make_screenshots.py`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
os.environ |= {"TZ": "Europe/Paris", "COLORTERM": "truecolor"}
os.environ.pop("NO_COLOR", None)
time.tzset()
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import scenes_account  # noqa: E402
from hand import Hand  # noqa: E402

from tuimail.config.paths import Paths  # noqa: E402
from tuimail.demo.data import fill  # noqa: E402
from tuimail.domain.billing import DocumentState  # noqa: E402
from tuimail.domain.events import Event, EventKind, Summary  # noqa: E402
from tuimail.domain.letters import Letter  # noqa: E402
from tuimail.domain.listing import InvoiceRow  # noqa: E402
from tuimail.domain.received import ReceivedMail  # noqa: E402
from tuimail.office import Office  # noqa: E402
from tuimail.store import documents, letters, listing  # noqa: E402
from tuimail.ui.app import TuimailApp  # noqa: E402
from tuimail.ui.messages import Phase, Progress, SendingNews  # noqa: E402

NOW = datetime(2026, 11, 5, 13, 30, tzinfo=UTC)
PORT = 2525
WIDE, USUAL = (120, 34), (80, 24)

Act = Callable[[Hand], Awaitable[None]]


@dataclass(frozen=True)
class Picture:
    """A file of `screenshots/`: its size and how to get there."""

    act: Act
    size: tuple[int, int] = WIDE
    empty: bool = False


class Box:
    """What the first messages of the send left in the demonstration's mailbox."""

    folder = Path("/tmp/tuimail-demo/mail")
    host, port = "127.0.0.1", PORT

    def messages(self) -> Sequence[ReceivedMail]:
        """One message an address of the first invoices."""
        return [
            ReceivedMail(
                self.folder / f"{n:04d}.eml",
                NOW + timedelta(seconds=2 * n),
                "compta@tilleuls.example",
                address,
                "Votre facture d’octobre 2026",
                (f"Facture {row.number} - {row.resident} - octobre 2026.pdf",),
                24_000,
            )
            for n, (row, address) in enumerate(messages(unsent()[:9]), 1)
        ]

    def read(self, path: Path) -> str:
        """The newest message, as a person reads it."""
        found = next(mail for mail in self.messages() if mail.path == path)
        return "\n".join(
            (
                "From: Virginie Dubois (EHPAD Les Tilleuls) <compta@tilleuls.example>",
                f"To: {found.recipient}",
                f"Subject: {found.subject}",
                "",
                "Bonjour,",
                "",
                "Veuillez trouver ci-joint la facture du mois d’octobre 2026.",
                "",
                f"Pièce jointe : {found.attachments[0]} (24 ko)",
            )
        )


def unsent() -> list[InvoiceRow]:
    """The invoices of the newest month that wait to be sent."""
    return [
        row
        for row in listing.rows(listing.index(documents.periods()[-1]).ids)
        if row.state is DocumentState.UNSENT and row.reachable
    ]


def messages(rows: Sequence[InvoiceRow]) -> list[tuple[InvoiceRow, str]]:
    """An address of each of these invoices, one after the other."""
    return [
        (row, address) for row in rows for address in (*row.primary.split(", "), row.guardian, row.relative) if address
    ]


def keys(*pressed: str, see: str) -> Act:
    """Press these and wait for that text."""

    async def act(hand: Hand) -> None:
        await hand.press(*pressed)
        await hand.see(see)

    return act


def sending(phase: Phase, summary: Summary | None = None) -> Act:
    """A send as it goes on, or at its end."""

    async def act(hand: Hand) -> None:
        await hand.see("ALBERTINI")
        log = []
        for n, (row, address) in enumerate(messages(unsent()[:7])):
            kind = EventKind.FAILED if n == 4 else EventKind.SENT
            detail = "Adresse inconnue : à corriger" if n == 4 else ""
            at = NOW + timedelta(seconds=2 * n)
            log.append(Event(kind, at, number=row.number, resident=row.resident, recipient=address, detail=detail))
        progress = Progress(phase, "octobre 2026", 138, 43, NOW + timedelta(minutes=4))
        hand.app.desk.sending._news.progress = progress
        hand.app.screen.post_message(SendingNews(progress, tuple(log), summary))
        await hand.until(lambda: any("à corriger" in line for line in hand.log), "no log")

    return act


async def resend(hand: Hand) -> None:
    """The addresses of an invoice that one of them refused."""
    await hand.press("e", "r")
    await hand.see("Dernier message")


async def card(hand: Hand) -> None:
    """The card of the same invoice."""
    await hand.press("e", "enter")
    await hand.see("Historique")


async def settings(hand: Hand) -> None:
    """Where secrets come from, and who can read them."""
    paths, configuration = hand.app.desk.office.paths, os.environ.get("TUIMAIL_CONFIG")
    await scenes_account.settings(hand)
    hand.app.desk.office.paths = paths
    if configuration is None:
        del os.environ["TUIMAIL_CONFIG"]


async def letter(hand: Hand) -> None:
    """A letter to many, as one of them would read it."""
    text = "Bonjour &nom,\n\nNous fêtons l’automne &lieu avec &resident.\n\n&expediteur\n"
    kept = Letter("Fête d’automne à &structure", text, fields=(("lieu", "au grand salon"),))
    letters.keep_draft("virginie", kept)
    await hand.press("5", ">", "s")
    await hand.see("Fête d’automne à EHPAD")


PICTURES = {
    "invoices": Picture(keys("down", "space", "space", "down", "space", see="3 cochées")),
    "invoices-80x24": Picture(keys("down", "space", "space", see="2 cochées"), USUAL),
    "control": Picture(keys("s", see="À envoyer"), USUAL),
    "sending": Picture(sending(Phase.SENDING)),
    "sending-80x24": Picture(sending(Phase.SENDING), USUAL),
    "sent": Picture(sending(Phase.ENDED, Summary(110, 137, 1, 0, 0, 11))),
    "resend": Picture(resend, USUAL),
    "card": Picture(card),
    "pdf": Picture(keys("o", see="Facture n°")),
    "residents": Picture(keys("2", "down", see="Présents")),
    "resident": Picture(keys("2", "enter", see="Situation familiale"), USUAL),
    "resident-who-receives": Picture(keys("2", "enter", *["pagedown"] * 3, see="Qui reçoit"), USUAL),
    "structures": Picture(keys("3", "down", see="FINESS"), USUAL),
    "association": Picture(keys("3", "enter", "pagedown", see="Aperçu"), USUAL),
    "structure-identity": Picture(keys("3", "down", "enter", see="FINESS"), USUAL),
    "structure-billing": Picture(keys("3", "down", "enter", "pagedown", see="BIC"), USUAL),
    "structure-vat": Picture(keys("3", "down", "enter", "pagedown", "pagedown", see="Factur-X"), USUAL),
    "account": Picture(keys("S", see="Fournisseur"), USUAL),
    "account-microsoft": Picture(scenes_account.microsoft, USUAL, empty=True),
    "account-test": Picture(scenes_account.trial, USUAL),
    "account-code": Picture(scenes_account.code, USUAL),
    "settings": Picture(settings, USUAL),
    "structure-mail": Picture(keys("3", "down", "enter", "pageup", see="Aperçu"), USUAL),
    "letter": Picture(letter),
    "journal": Picture(keys("4", see="lignes")),
    "mail": Picture(keys("m", see="messages dans")),
    "help": Picture(keys("?", see="Ici"), (100, 40)),
    "first-steps": Picture(keys(see="Aucune facture"), USUAL, empty=True),
}


async def draw(picture: Picture, office: Office, target: Path) -> None:
    """Write one picture."""
    app = TuimailApp(office, demo=None if picture.empty else Box(), now=lambda: NOW)
    async with app.run_test(size=picture.size) as pilot:
        await picture.act(Hand(app, pilot))
        await pilot.pause()
        app.save_screenshot(target.name, str(target.parent))


def main() -> None:
    """Write them all, and say which."""
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name, picture in PICTURES.items():
            paths = Paths(Path(temporary) / ("empty" if picture.empty else "demo") / "tuimail.sqlite3")
            os.environ["TUIMAIL_DATABASE"] = str(paths.database)
            new = not paths.database.exists()
            with Office(paths) as office:
                office.owner = replace(office.owner, operator="virginie", host="compta-1")
                if new and not picture.empty:
                    fill(office, "127.0.0.1", PORT, gap=2.0)
                asyncio.run(draw(picture, office, folder / f"{name}.svg"))
            print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
