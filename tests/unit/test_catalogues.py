"""The French of every room is whole: nothing untranslated, nothing stale, and what is compiled is what is written."""

from __future__ import annotations

import gettext
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

import tuimail
from tuimail.domain.i18n import ROOMS

PACKAGE = Path(tuimail.__file__).parent
CATALOGUES = PACKAGE / "locale" / "fr" / "LC_MESSAGES"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}

Said = tuple[str | None, ...]
"""The context, or None; then one text, or singular and plural."""


@cache
def said_in(room: str) -> frozenset[Said]:
    """What the sources of a room say."""
    single = PACKAGE / f"{room}.py"
    if single.is_file():
        found = ((0, *rest) for rest in extract_from_file("python", single, keywords=KEYWORDS))
    else:
        found = extract_from_dir(PACKAGE / room, [("**.py", "python")], keywords=KEYWORDS)
    return frozenset((context, *_ids(message)) for _file, _line, message, _comments, context in found)


def said(message: Message) -> Said:
    return (message.context, *_ids(message.id))


def _ids(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


@cache
def catalogue(room: str) -> Catalog:
    with (CATALOGUES / f"{room}.po").open("rb") as stream:
        return read_po(stream, locale="fr")


def messages(room: str) -> Iterator[Message]:
    return (message for message in catalogue(room) if message.id)


def translations(message: Message) -> tuple[str, ...]:
    return _ids(message.string)


SPEAKING = [room for room in ROOMS if said_in(room)]
WRITTEN = [room for room in SPEAKING if (CATALOGUES / f"{room}.po").is_file()]


def test_every_room_that_speaks_has_a_catalogue() -> None:
    assert WRITTEN == SPEAKING


def test_every_catalogue_belongs_to_a_room() -> None:
    assert {path.stem for path in CATALOGUES.iterdir()} <= set(ROOMS)


@pytest.mark.parametrize("room", WRITTEN)
def test_a_catalogue_holds_exactly_what_its_room_says(room: str) -> None:
    written = {said(message) for message in messages(room)}
    assert said_in(room) - written == set()
    assert written - said_in(room) == set()


@pytest.mark.parametrize("room", WRITTEN)
def test_nothing_is_left_untranslated_or_guessed(room: str) -> None:
    assert [m.id for m in messages(room) if m.fuzzy or not all(translations(m))] == []


@pytest.mark.parametrize("room", WRITTEN)
def test_plurals_have_both_french_forms(room: str) -> None:
    assert catalogue(room).num_plurals == 2
    assert [m.id for m in messages(room) if m.pluralizable and len(translations(m)) != 2] == []


@pytest.mark.parametrize("room", WRITTEN)
def test_the_compiled_catalogue_says_what_the_written_one_says(room: str) -> None:
    with (CATALOGUES / f"{room}.mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    for message in messages(room):
        ids, strings = _ids(message.id), translations(message)
        if message.pluralizable:
            assert [compiled.ngettext(*ids, n) for n in (0, 1, 2)] == [strings[0], strings[0], strings[1]]
        elif message.context:
            assert compiled.pgettext(message.context, ids[0]) == strings[0]
        else:
            assert compiled.gettext(ids[0]) == strings[0]
    known = {key[0] if isinstance(key, tuple) else key for key in compiled._catalog if key}
    assert known == {"\x04".join(filter(None, said(message)[:2])) for message in messages(room)}


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("room", WRITTEN)
def test_a_translation_fills_the_same_places(room: str) -> None:
    wrong = []
    for message in messages(room):
        wanted = set().union(*(placeholders(text) for text in _ids(message.id)))
        found = [placeholders(text) for text in translations(message)]
        if set().union(*found) != wanted:
            wrong.append(message.id)
    assert wrong == []


ORDINARY_SPACE = re.compile(r" [:;?!»](?!\S)|« ")


@pytest.mark.parametrize("room", WRITTEN)
def test_high_punctuation_never_begins_a_line(room: str) -> None:
    wrong = [text for m in messages(room) for text in translations(m) if ORDINARY_SPACE.search(text)]
    assert wrong == []


@pytest.mark.parametrize("room", WRITTEN)
def test_the_apostrophe_is_the_typographic_one(room: str) -> None:
    wrong = [text for m in messages(room) for text in translations(m) if re.search(r"\w'\w", text)]
    assert wrong == []


def test_rooms_that_say_the_same_say_it_alike() -> None:
    """The first catalogue that knows a sentence answers for all."""
    known: dict[Said, set[tuple[str, ...]]] = {}
    for room in WRITTEN:
        for message in messages(room):
            known.setdefault(said(message), set()).add(translations(message))
    assert {text: french for text, french in known.items() if len(french) > 1} == {}
