"""The screens of the mail account and the settings, reached by keys."""

from __future__ import annotations

import os
from pathlib import Path

from hand import Hand

from tuimail.config.paths import Paths
from tuimail.domain.account import Account, Security
from tuimail.domain.errors import NotSettled
from tuimail.sending.oauth import DeviceCode
from tuimail.sending.probe import Probed, Step
from tuimail.ui.screens.sign_in import CodeDialog
from tuimail.ui.screens.trial import Trial


async def settings(hand: Hand) -> None:
    """The settings, once the secrets' sources are known."""
    os.environ["TUIMAIL_CONFIG"] = "/home/virginie/.config/tuimail"  # put back by the fixture that has set it
    hand.app.desk.office.paths = Paths(Path("/srv/tuimail/tuimail.sqlite3"))
    await hand.press("6")
    await hand.see("aucun de confiance")


async def account(hand: Hand) -> None:
    """The account's dialog."""
    await hand.press("S")
    await hand.see("Fournisseur", "délais")


async def microsoft(hand: Hand) -> None:
    """With the provider that was chosen by one arrow."""
    await account(hand)
    await hand.press("shift+tab", "right")
    await hand.see("smtp.office365.com", "fin décembre")


async def code(hand: Hand) -> None:
    """A code that is waited for."""
    shown = DeviceCode("FKX7-Q2RM", "https://microsoft.com/devicelogin", 1_793_887_200.0, {})
    dialog = CodeDialog(None, shown)  # type: ignore[arg-type]
    dialog._wait = _nothing  # type: ignore[method-assign]
    hand.app.push_screen(dialog)
    await hand.see("FKX7-Q2RM")


async def _nothing() -> None:
    """Nobody types the code."""


async def trial(hand: Hand) -> None:
    """A test that has failed at the sign-in."""
    shown = Account(1, "smtp.office365.com", 587, Security.STARTTLS, user="compta@st-eloi.example")
    dialog = Trial(hand.app.desk, shown, "x")
    dialog._run = _nothing  # type: ignore[method-assign]
    hand.app.push_screen(dialog)
    await hand.until(lambda: hand.app.screen is dialog and dialog.is_mounted, "no test")
    refused = NotSettled(
        "Mot de passe simple refusé par Microsoft : OAuth 2 requis.", "Choisissez OAuth 2, puis identifiez-vous."
    )
    dialog._done = [
        Probed(Step.NAME, 0.012, "smtp.office365.com : 3 adresses (52.97.1.2)"),
        Probed(Step.CONNECT, 0.031, "port 587 de 52.97.1.2"),
        Probed(Step.GREETING, 0.04, "un serveur de messagerie répond", "220 Microsoft ESMTP MAIL Service ready"),
        Probed(Step.TLS, 0.048, "TLSv1.3, outlook.com, jusqu’au 14/03/2027"),
        Probed(Step.AUTH, 0.21, reply="550 5.7.30 Basic authentication is not supported", error=refused),
    ]
    dialog._over = True
    dialog._show()
    dialog._conclude()
    dialog.refresh_bindings()
    await hand.see("OAuth 2 requis")


ACTS = {
    "settings": settings,
    "account": account,
    "account-microsoft": microsoft,
    "account-code": code,
    "account-test": trial,
}
