"""Every screen of the application, reached by keys: what the pictures are taken of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import scenes_imports
import scenes_prints
from hand import Hand
from office_data import NOW, SAINT_ELOI
from scenes_account import ACTS as ACCOUNT_ACTS

from tuimail.domain.billing import Attachment
from tuimail.domain.errors import BadInput
from tuimail.domain.events import Event, EventKind, Summary
from tuimail.domain.mail import BatchState, DeliveryState
from tuimail.office import Office
from tuimail.store import accounts
from tuimail.store.tables.account import AccountRow, LeaseRow, PacingRow
from tuimail.store.tables.outbox import BatchRow, DeliveryRow, WordingRow
from tuimail.ui.desk import TO_ALL, Enclosure
from tuimail.ui.messages import Phase, Progress, SendingNews
from tuimail.ui.screens.dialog import BadNews
from tuimail.ui.screens.send_dialog import PasswordDialog

Act = Callable[[Hand], Awaitable[None]]
Prepare = Callable[[Office], None]


@dataclass(frozen=True)
class Scene:
    """A screen: the keys that lead to it, in which office."""

    act: Act
    prepare: Prepare | None = None
    empty: bool = False
    """Over an office where nothing was ever done."""
    demo: bool = False


def keys(*pressed: str, see: str = "") -> Act:
    """Press these, and wait for that text."""

    async def act(hand: Hand) -> None:
        await hand.press(*pressed)
        if see:
            await hand.see(see)

    return act


def _event(kind: EventKind, second: int, person: int = 1, detail: str = "") -> Event:
    resident = SAINT_ELOI[person]
    return Event(
        kind,
        NOW + timedelta(seconds=second),
        delivery_id=second,
        number=resident.number,
        resident=resident.name,
        recipient=(*resident.emails, "udaf99@tutelle.example")[0],
        detail=detail,
    )


_LOG = (
    _event(EventKind.SENT, 1),
    _event(EventKind.SENT, 3, 4),
    _event(EventKind.FAILED, 5, 6, "Adresse inconnue : à corriger"),
    Event(EventKind.WAITING, NOW + timedelta(seconds=6), until=NOW + timedelta(seconds=16)),
    _event(EventKind.SENT, 16, 7),
)


def sending(phase: Phase, summary: Summary | None = None) -> Act:
    """As if that were being sent."""

    async def act(hand: Hand) -> None:
        ends = NOW + timedelta(minutes=3) if phase is Phase.SENDING else None
        progress = Progress(phase, "octobre 2026", messages=120, done=43, ends_at=ends)
        hand.app.desk.sending._news.progress = progress
        hand.app.screen.post_message(SendingNews(progress, _LOG, summary))
        await hand.see("022")
        await hand.pilot.pause(0.01)

    return act


def then(*acts: Act) -> Act:
    """One after the other."""

    async def act(hand: Hand) -> None:
        for each in acts:
            await each(hand)

    return act


async def _attached(hand: Hand) -> None:
    name = "menu-novembre.pdf"
    hand.app.desk.enclosed.append(Enclosure(TO_ALL, "", Attachment(name, "application/pdf", "0", 412_000, "0")))
    await hand.press("J")
    await hand.see(name)


async def _password(hand: Hand) -> None:
    (account,) = accounts.accounts()
    hand.app.push_screen(PasswordDialog(replace(account, user="compta@st-eloi.example"), again=False))
    await hand.see("Mot de passe")
    await hand.type("secret")


async def _bad_news(hand: Hand) -> None:
    hand.app.push_screen(BadNews(BadInput("La base est verrouillée par un autre programme.", "Réessayez plus tard.")))
    await hand.see("Réessayez")


async def _typed_search(hand: Hand) -> None:
    await hand.press("/")
    await hand.type("martin")
    await hand.see("1 trouvée")


async def _nothing_found(hand: Hand) -> None:
    await hand.press("/")
    await hand.type("dupont")
    await hand.press("enter")
    await hand.see("Rien ne contient")


async def _palette(hand: Hand) -> None:
    await hand.press(":")
    await hand.type("mois")
    await hand.see("mois précédent ([)", "mois suivant (])")
    await hand.pilot.pause(0.1)


def no_account(_office: Office) -> None:
    """As before the account was codified."""
    for table in (DeliveryRow, WordingRow, BatchRow, LeaseRow, PacingRow, AccountRow):
        table.delete().execute()


def interrupted(_office: Office) -> None:
    """Half a send is still queued."""
    BatchRow.update(state=BatchState.RUNNING).execute()
    DeliveryRow.update(state=DeliveryState.QUEUED).where(DeliveryRow.address == "zoe.etienne@orange.example").execute()


async def _month(hand: Hand) -> None:
    await hand.press("M")
    await hand.see("proposées")
    await hand.pilot.pause()
    await hand.press("down")


SCENES: dict[str, Scene] = {
    "list": Scene(keys("down")),
    "list-ticked": Scene(keys("a", "down", "down", "f", see="non envoyées")),
    "list-problems": Scene(keys("e", "down", see="Filtre : problèmes")),
    "list-range": Scene(keys("v", "down", "down", see="Plage depuis")),
    "list-search": Scene(_typed_search),
    "list-nothing-found": Scene(_nothing_found),
    "list-empty-month": Scene(keys("t", "down", "down", "enter", "[", see="Aucune facture")),
    "list-interrupted": Scene(
        then(keys(see="Ce qui est resté"), keys("escape", "down", see="Un envoi interrompu")), prepare=interrupted
    ),
    "list-demo": Scene(keys("down"), demo=True),
    "first-steps": Scene(keys(see="Aucune facture"), empty=True),
    "homes": Scene(keys("t", see="Toutes")),
    "control": Scene(keys("s", see="par message au plus")),
    "control-again": Scene(
        then(keys("space", "s", see="d renvoyer"), keys("d", see="UNE DEUXIÈME FOIS"), keys(see="par message au plus"))
    ),
    "control-no-account": Scene(keys("s", see="SMTP"), prepare=no_account),
    "sending": Scene(sending(Phase.SENDING)),
    "sending-paused": Scene(sending(Phase.PAUSED)),
    "sending-ended": Scene(sending(Phase.ENDED, Summary(52, 43, 1, 0, 0, 3))),
    "sending-stopped": Scene(
        sending(Phase.ENDED, Summary(52, 43, 1, 0, 0, 3, queued=76, detail="Arrêté : le serveur ne répond plus."))
    ),
    "stop": Scene(then(sending(Phase.SENDING), keys("c", see="ne partiront pas"))),
    "leave": Scene(then(sending(Phase.SENDING), keys("q", see="Quitter"))),
    "resend": Scene(keys("down", "down", "r", see="La facture : le PDF")),
    "resend-other": Scene(keys("down", "r", "a", see="Une autre adresse")),
    "card": Scene(keys("down", "down", "enter", see="Facture 022")),
    "pdf": Scene(keys("o", see="Facture n° 020")),
    "attach": Scene(_attached),
    "export": Scene(keys("x", see="Écrire")),
    "bad-news": Scene(_bad_news),
    "password": Scene(_password),
    "journal": Scene(keys("4", see="lignes")),
    "journal-problems": Scene(keys("4", "e", "up", see="2 lignes")),
    "journal-line": Scene(keys("4", "e", "up", "enter", see="SHA-256")),
    "mails": Scene(keys("m", see="messages"), demo=True),
    "help": Scene(keys("?", see="Ici")),
    "palette": Scene(_palette),
    **{name: Scene(act) for name, act in ACCOUNT_ACTS.items()},
    **{name: Scene(act, prepare=scenes_imports.with_exports) for name, act in scenes_imports.ACTS.items()},
    "kinds": Scene(keys("k", see="Devis")),
    "quotes": Scene(keys("k", "down", "down", "enter", see="Devis, octobre")),
    "brought": Scene(keys("b", see="3 à regarder"), prepare=scenes_prints.some_brought),
    "brought-none": Scene(keys("b", see="Aucun PDF")),
    "bring": Scene(keys("b", "I", see="Un dossier")),
    "accounting": Scene(keys("X", see="comptabilité")),
    "new-line": Scene(scenes_prints.line_typed),
    "editor": Scene(scenes_prints.edited),
    "month": Scene(_month),
}

# These are made of what stands above.
from scenes_control import SCENES as _CONTROL  # noqa: E402
from scenes_history import SCENES as _HISTORY  # noqa: E402
from scenes_letters import SCENES as _LETTERS  # noqa: E402
from scenes_month_end import SCENES as _MONTH_END  # noqa: E402
from scenes_people import SCENES as _PEOPLE  # noqa: E402
from scenes_recovery import SCENES as _RECOVERY  # noqa: E402
from scenes_returns import SCENES as _RETURNS  # noqa: E402
from scenes_structures import SCENES as _STRUCTURES  # noqa: E402

SCENES |= _CONTROL | _HISTORY | _LETTERS | _MONTH_END | _PEOPLE | _RECOVERY | _RETURNS | _STRUCTURES
