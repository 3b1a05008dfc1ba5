from __future__ import annotations

import subprocess
import sys

import pytest

from tuimail.domain.i18n import LANGUAGES, _, language, ngettext, use_language
from tuimail.domain.periods import Period


def test_french_is_spoken_until_another_language_is_asked_for() -> None:
    code = "from tuimail.domain.i18n import _, language; print(language(), _('no address'), language())"
    spoken = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert spoken.split(" ", 1)[0] == "fr"
    assert "aucune adresse" in spoken


@pytest.mark.parametrize(("lang", "words"), [("fr", "aucune adresse"), ("en", "no address")])
def test_a_sentence_is_said_in_the_language_in_use(lang: str, words: str) -> None:
    use_language(lang)
    assert language() == lang
    assert _("no address") == words


def test_the_language_can_change_while_running() -> None:
    for lang, month in (("en", "August 2026"), ("fr", "août 2026"), ("en", "August 2026")):
        use_language(lang)
        assert Period(2026, 8).label() == month


@pytest.mark.parametrize(
    ("lang", "number", "words"),
    [
        ("fr", 0, "0 facture bloquée"),
        ("fr", 1, "1 facture bloquée"),
        ("fr", 2, "2 factures bloquées"),
        ("en", 0, "0 invoices blocked"),
        ("en", 1, "1 invoice blocked"),
    ],
)
def test_numbers_choose_the_form_of_their_language(lang: str, number: int, words: str) -> None:
    use_language(lang)
    assert ngettext("{n} invoice blocked", "{n} invoices blocked", number) == words


def test_what_no_catalogue_knows_is_said_in_english() -> None:
    assert _("Nobody has translated this.") == "Nobody has translated this."
    assert ngettext("{n} thing", "{n} things", 2) == "2 things"


def test_both_languages_are_known() -> None:
    assert LANGUAGES == ("fr", "en")
