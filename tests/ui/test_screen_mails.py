"""The demonstration's received mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hand import Sit
from office_data import NOW

from tuimail.domain.received import ReceivedMail
from tuimail.office import Office


class Box:
    """Received mail that is simply there."""

    folder = Path("/tmp/tuimail-demo/mail")
    host, port = "127.0.0.1", 2525

    def __init__(self, count: int) -> None:
        self.count = count

    def messages(self) -> Sequence[ReceivedMail]:
        return [
            ReceivedMail(
                self.folder / f"{n:04d}.eml",
                NOW + timedelta(seconds=2 * n),
                "compta@st-eloi.example",
                f"famille{n}@free.example",
                "Votre facture d’octobre",
                (f"Facture {n:03d}.pdf",),
                9000,
            )
            for n in range(1, self.count + 1)
        ]

    def read(self, path: Path) -> str:
        return f"From: compta@st-eloi.example\nSubject: Votre facture\n\nBonjour, ceci est {path.name} [b]x[/b]\n"


async def test_the_title_says_that_it_is_a_demonstration_and_where_mail_is_kept(sit: Sit, office: Office) -> None:
    async with sit(office, demo=Box(0)) as hand:
        await hand.see("DÉMO", "rien ne sort de la machine", "/tmp/tuimail-demo/mail")
        await hand.press("4")
        await hand.see("DÉMO")
        await hand.press("1", "m")
        await hand.see("Aucun mail pour l’instant")


async def test_the_newest_is_above_and_its_text_below(sit: Sit, office: Office) -> None:
    box = Box(2)
    async with sit(office, demo=box) as hand:
        await hand.press("m")
        await hand.see("2 messages dans /tmp/tuimail-demo/mail", "famille2@free.example", "ceci est 0002.eml [b]x[/b]")
        await hand.press("down")
        await hand.see("ceci est 0001.eml")
        box.count = 3
        await hand.press("m")
        await hand.see("3 messages", "ceci est 0003.eml")
        await hand.press("tab", "tab", "escape")
        await hand.see("Non envoyées 6")


async def test_outside_the_demonstration_there_is_no_such_key(sit: Sit, office: Office) -> None:
    async with sit(office) as hand:
        await hand.press("m")
        await hand.see("Non envoyées 6")
