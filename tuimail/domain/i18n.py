"""The interface's two languages.

Sentences stand in the code in English and in `tuimail/locale/fr/LC_MESSAGES/<room>.po` in French, one catalogue a
room, compiled beside it (`pybabel compile -d tuimail/locale -D <room>`).
"""

from __future__ import annotations

import gettext as _gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"
ROOMS = ("domain", "store", "config", "importing", "documents", "sending", "office", "cli", "ui", "demo")

_LOCALE = Path(__file__).parents[1] / "locale"

_language = ""
_translations = _gettext.NullTranslations()


def use_language(language: str) -> None:
    """Speak `language` (one of `LANGUAGES`) from now on, in the whole process."""
    global _language, _translations
    if language == _language:
        return
    _language, _translations = language, _catalogues(language)


@cache
def _catalogues(language: str) -> _gettext.NullTranslations:
    """The sentences of every room."""
    translations = _gettext.NullTranslations()
    for room in ROOMS:
        catalogue = _LOCALE / language / "LC_MESSAGES" / f"{room}.mo"
        if catalogue.is_file():
            with catalogue.open("rb") as stream:
                translations.add_fallback(_gettext.GNUTranslations(stream))
    return translations


def language() -> str:
    """The language in use, one of `LANGUAGES`."""
    return _language or DEFAULT_LANGUAGE


def _(message: str) -> str:
    """`message` in the language in use."""
    if not _language:
        use_language(DEFAULT_LANGUAGE)
    return _found(_language, message)


@cache
def _found(language: str, message: str) -> str:
    """Sentences are asked for at every repaint, and looked for in the catalogue of one room after the other."""
    return _catalogues(language).gettext(message)


def N_(message: str) -> str:  # noqa: N802
    """Marks a sentence that is translated when it is shown: the language is not known yet."""
    return message


def pgettext(context: str, message: str) -> str:
    """`message` where one English word has several French ones: `context` says what it is about."""
    if not _language:
        use_language(DEFAULT_LANGUAGE)
    return _translations.pgettext(context, message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the sentence that fits `number`; `{n}` in it is replaced by the number."""
    if not _language:
        use_language(DEFAULT_LANGUAGE)
    return _translations.ngettext(singular, plural, number).replace("{n}", str(number))
