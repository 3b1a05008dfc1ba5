"""Keywords that a text may hold: how they are spelt, what they become, and which ones are misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tuimail.domain.i18n import _
from tuimail.domain.text import fold


@dataclass(frozen=True, slots=True)
class Keyword:
    """One value that a text may hold. Case and accents of a spelling do not count."""

    value: str
    """Name of the value in the mapping that a text is expanded with."""
    words: str
    """What it stands for, in English."""
    spellings: tuple[str, ...]
    """The first one is shown and completed; the others are as good."""

    @property
    def label(self) -> str:
        """`words` in the interface's language."""
        return _(self.words) if self.words else ""


_MARK = re.compile(r"(?:\b([Dd])e )?(&\w+|<[^\W\d]\w*>)")
_LIKE = re.compile(r"(?<!\w)&\w+|<[^\W\d]\w*>")
"""What somebody has meant as a keyword: `R&D` is none."""
_BEGUN = re.compile(r"(?:(?<!\w)&\w*|<\w*)$")
_LEAST_BEGUN = 3
"""Characters from which a keyword that was not finished is recognised."""
_ELIDING = tuple("aàâeéèêiîoôuûyœ")


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Something that looks like a keyword and is none."""

    word: str
    nearest: str
    """The spelling that was likely meant; empty where none is near."""

    def sentence(self) -> str:
        """`« &personnes » n'est pas un mot-clé : « &personne » ?`."""
        if self.nearest:
            return _("“{word}” is not a keyword: “{nearest}”?").format(word=self.word, nearest=self.nearest)
        return _("“{word}” is not a keyword; with a space after & it is plain text.").format(word=self.word)


class Vocabulary:
    """The keywords of one sort of message, in the order in which they are offered."""

    def __init__(self, keywords: Sequence[Keyword]) -> None:
        self.keywords = tuple(keywords)

    def known(self, word: str) -> Keyword | None:
        """The keyword that is spelt so, `&` or angle brackets included."""
        return self._by_spelling.get(fold(word))

    @cached_property
    def _by_spelling(self) -> dict[str, Keyword]:
        return {fold(spelling): keyword for keyword in self.keywords for spelling in keyword.spellings}

    def expand(self, text: str, values: Mapping[str, str]) -> str:
        """`text` with each keyword replaced by its value; the values are never searched for keywords themselves.

        French elides before a month: `de &periode` becomes `d'octobre 2026`, and `de septembre 2026`.
        """

        def value(match: re.Match[str]) -> str:
            keyword = self.known(match[2])
            if keyword is None:
                return match[0]
            found = values[keyword.value]
            if match[1] is None:
                return found
            elided = keyword.value == "period" and found.lower().startswith(_ELIDING)
            return f"{match[1]}'{found}" if elided else f"{match[1]}e {found}"

        return _MARK.sub(value, text)

    def without_keywords(self, text: str) -> str:
        """What is left of a text when its keywords are taken out."""
        return _MARK.sub(lambda match: match[0] if self.known(match[2]) is None else " ", text)

    def used(self, text: str) -> dict[str, Keyword]:
        """The keywords of `text`, by how they are spelt there."""
        words = dict.fromkeys(match[2] for match in _MARK.finditer(text))
        return {word: keyword for word in words if (keyword := self.known(word)) is not None}

    def misspelt(self, text: str) -> list[Misspelt]:
        """What would be read as it stands instead of a value, in the order of the text; each word once."""
        found = {word: Misspelt(word, self._nearest(word)) for word in _LIKE.findall(text) if self.known(word) is None}
        # <Virginie> is a name between brackets; <NUMFAC> was meant as a keyword.
        return [each for word, each in found.items() if word[0] == "&" or word.isupper() or each.nearest]

    def _nearest(self, word: str) -> str:
        from difflib import get_close_matches

        if len(word) > _LEAST_BEGUN and (whole := self.completions(word)):
            return whole[0]
        found = get_close_matches(fold(word), self._by_spelling, n=1, cutoff=0.75)
        if not found:
            return ""
        keyword = self._by_spelling[found[0]]
        return next(spelling for spelling in keyword.spellings if fold(spelling) == found[0])

    def without_value(self, text: str, values: Mapping[str, str]) -> list[str]:
        """The keywords of `text`, as they are spelt there, that `values` has nothing for: no due date, say."""
        return [word for word, keyword in self.used(text).items() if not values[keyword.value]]

    def completions(self, start: str) -> list[str]:
        """The spellings that a keyword begun so may become, one a keyword; empty if it is whole or nothing fits."""
        return list(self._completions(fold(start))) if start and self.known(start) is None else []

    def _completions(self, start: str) -> Iterator[str]:
        for keyword in self.keywords:
            fitting = (spelling for spelling in keyword.spellings if fold(spelling).startswith(start))
            if (found := next(fitting, None)) is not None:
                yield found


def begun(before: str) -> str:
    """The keyword that is being typed at the end of `before`, its mark included; empty if none is."""
    match = _BEGUN.search(before)
    return match[0] if match else ""
