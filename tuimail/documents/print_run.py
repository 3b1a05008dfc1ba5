"""Whose the pages of a PDF are, told by their text alone, and never guessed: a wrong attachment tells about health.

A page is somebody's when a document's whole number and its resident's whole name stand in it. What is only likely is
told with the doubt, for someone to look at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tuimail.domain.billing import DocumentKind
from tuimail.domain.brought import Doubt, Expected
from tuimail.domain.text import fold

_TOKEN = r"[^\W_]+(?:[-/._][^\W_]+)*"  # noqa: S105 - a token of a text
"""What stands between spaces and punctuation. 020 is neither 0201 nor 2026-020."""
_KINDS = {
    "facture": DocumentKind.INVOICE,
    "invoice": DocumentKind.INVOICE,
    "avoir": DocumentKind.CREDIT_NOTE,
    "credit note": DocumentKind.CREDIT_NOTE,
    "devis": DocumentKind.QUOTE,
    "quote": DocumentKind.QUOTE,
    "commande": DocumentKind.ORDER,
    "order": DocumentKind.ORDER,
    "bon de livraison": DocumentKind.DELIVERY_NOTE,
    "delivery note": DocumentKind.DELIVERY_NOTE,
    "releve de debours": DocumentKind.DISBURSEMENTS,
    "debours": DocumentKind.DISBURSEMENTS,
}
_RANK = (
    DocumentKind.CREDIT_NOTE,
    DocumentKind.DISBURSEMENTS,
    DocumentKind.INVOICE,
    DocumentKind.DELIVERY_NOTE,
    DocumentKind.ORDER,
    DocumentKind.QUOTE,
)
"""Of two documents that a page names, the one that names the other."""
_SIGN = r"(?:n\s*[°o]\.?|n\.|numero|num\.?|ref\.?|#)"
_STRONG = re.compile(rf"\b({'|'.join(_KINDS)})\s*{_SIGN}?\s*[:.]?\s*({_TOKEN})")
_WEAK = re.compile(rf"(?<!\w){_SIGN}\s*[:.]?\s*({_TOKEN})")
_TOKENS = re.compile(_TOKEN)
_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}|\d{1,2}[/-]\d{4}|\d{4}-\d{2}(-\d{2})?")
_PAGE = re.compile(r"\bpage\s*:?\s*(\d{1,3})\s*(?:/|sur|of|de)\s*(\d{1,3})\b")
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """Pages (from 0) that belong together, and whose they are."""

    pages: tuple[int, ...]
    document_id: int | None
    doubt: Doubt = Doubt.NONE
    detail: str = ""


@dataclass(slots=True)
class _Page:
    text: str
    """Folded."""
    words: str
    """The words alone, with a space around each."""
    tokens: frozenset[str]

    @classmethod
    def read(cls, text: str) -> _Page:
        folded = fold(text)
        return cls(folded, f" {' '.join(_WORDS.findall(folded))} ", frozenset(_TOKENS.findall(folded)))


@dataclass(slots=True)
class _Verdict:
    document: Expected | None = None
    doubt: Doubt = Doubt.NO_NUMBER
    detail: str = ""


@dataclass(slots=True)
class _Group:
    document: Expected | None
    pages: list[int] = field(default_factory=list)
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)
    named: bool = False
    """Whether number and name stood together on one of its pages."""


class Matcher:
    """Finds the documents of a month in texts."""

    def __init__(self, expected: Iterable[Expected]) -> None:
        self._by_id = {item.document_id: item for item in expected}
        self._by_number: dict[str, list[Expected]] = defaultdict(list)
        self._odd: list[tuple[re.Pattern[str], str]] = []
        for item in self._by_id.values():
            number = fold(item.number)
            if number not in self._by_number and not _TOKENS.fullmatch(number):
                pattern = re.compile(rf"(?<![\w])(?<![\w][-/._]){re.escape(number)}(?![\w]|[-/._][\w])")
                self._odd.append((pattern, number))
            self._by_number[number].append(item)
        self._names = {i: (_phrase(item.last_name), _phrase(item.first_name)) for i, item in self._by_id.items()}

    def match(self, texts: Sequence[str], file_name: str = "", meant: int | None = None) -> list[Found]:
        """Whose the pages with these texts are: each page stands in exactly one of the answers, in page order.

        `file_name` (without suffix) may name the document too; then it must be the one that the text names. So must the
        document `meant`, of which somebody has said that this is its PDF.
        """
        pages = [_Page.read(text) for text in texts]
        groups = self._groups(pages)
        if meant in self._by_id:
            return [self._under_name(self._by_id[meant], pages, groups, Doubt.EXPORT)]
        named = self._in_name(file_name)
        if len(named) == 1 and not (len(groups) > 1 and sum(1 for g in groups if g.document and g.named) > 1):
            return [self._under_name(named[0], pages, groups)]
        found = [self._told(group, pages) for group in groups]
        owners = [item for item in found if item.document_id is not None]
        if len(owners) == 1 and len(found) > 1:
            # One document and pages that say nothing: they are likely its own, and must not be lost from it.
            strange = min(page for item in found if item.document_id is None for page in item.pages)
            return [Found(tuple(range(len(pages))), owners[0].document_id, Doubt.FOLLOWS, str(strange + 1))]
        return sorted(found, key=lambda item: item.pages[0])

    def _in_name(self, file_name: str) -> list[Expected]:
        """The documents that a file's name names. 2026-10 in it is a month before it is a number."""
        folded = fold(file_name)
        tokens = set(_TOKENS.findall(folded.replace("_", " ")))
        for token in list(tokens):
            if not _DATE.fullmatch(token):
                tokens |= set(_WORDS.findall(token))
        found = [item for token in sorted(tokens) for item in self._by_number.get(token, ())]
        if len(found) > 1:
            words = f" {' '.join(_WORDS.findall(folded))} "
            found = [item for item in found if self._is_named(item, words)] or found
        return found

    def _under_name(
        self, item: Expected, pages: list[_Page], groups: list[_Group], otherwise: Doubt = Doubt.FILE_NAME
    ) -> Found:
        everything = tuple(range(len(pages)))
        if not any(page.text for page in pages):
            return Found(everything, item.document_id, Doubt.NO_TEXT)
        others = [g.document for g in groups if g.document and g.document is not item and g.named]
        if others:
            return Found(everything, item.document_id, otherwise, item.number)
        if not any(self._is_named(item, page.words) for page in pages):
            return Found(everything, item.document_id, Doubt.NO_NAME, item.resident)
        if not any(fold(item.number) in self._numbers(page) for page in pages):
            return Found(everything, item.document_id, Doubt.NOT_THIS_NUMBER, item.number)
        return Found(everything, item.document_id)

    def _groups(self, pages: list[_Page]) -> list[_Group]:
        groups: list[_Group] = []
        of_document: dict[int, _Group] = {}
        previous: _Group | None = None
        for number, page in enumerate(pages):
            verdict = self._judge(page)
            group = of_document.get(verdict.document.document_id) if verdict.document else None
            if verdict.document is None and verdict.doubt is Doubt.NO_NUMBER and previous:
                signs = self._signs_of_following(pages, number, previous)
                group = previous if signs else None
                if signs == 1:
                    previous.doubts.append((Doubt.FOLLOWS, str(number + 1)))
            if group is None:
                group = _Group(verdict.document)
                groups.append(group)
                if verdict.document:
                    of_document[verdict.document.document_id] = group
            if any(pages[other].text == page.text for other in group.pages) and page.text:
                group.doubts.append((Doubt.TWICE, f"{group.pages[0] + 1}, {number + 1}"))
            if verdict.document is not None:
                group.named |= verdict.doubt is Doubt.NONE
            if verdict.doubt is not Doubt.NONE and group is not previous:
                group.doubts.append((verdict.doubt, verdict.detail))
            group.pages.append(number)
            previous = group
        return groups

    def _signs_of_following(self, pages: list[_Page], number: int, group: _Group) -> int:
        """How many of two things say that a page goes on where the one before it ended: only both make it certain.

        They are `page 2/3` after `page 1/3`, and the resident's name.
        """
        before, here = _PAGE.search(pages[number - 1].text), _PAGE.search(pages[number].text)
        counted = before and here and before[2] == here[2] and int(before[1]) + 1 == int(here[1]) <= int(here[2])
        return bool(counted) + bool(group.document and self._is_named(group.document, pages[number].words))

    @staticmethod
    def _told(group: _Group, pages: list[_Page]) -> Found:
        numbers = tuple(group.pages)
        if group.document is None:
            doubt, detail = group.doubts[0] if group.doubts else (Doubt.NO_NUMBER, "")
            if not any(pages[number].text for number in numbers):
                doubt = Doubt.NO_TEXT
            return Found(numbers, None, doubt, detail)
        # A later page of a document whose first one bears the name need not bear it again.
        doubts = [d for d in group.doubts if not (group.named and d[0] is Doubt.NO_NAME)]
        doubt, detail = doubts[0] if doubts else (Doubt.NONE, "")
        return Found(numbers, group.document.document_id, doubt, detail)

    def _judge(self, page: _Page) -> _Verdict:
        if not page.text:
            return _Verdict(doubt=Doubt.NO_TEXT)
        strong = [(_KINDS[word], token) for word, token in _STRONG.findall(page.text) if _is_number(token)]
        candidates = [i for kind, token in strong for i in self._by_number.get(token, ()) if i.kind is kind]
        candidates += [i for i in self._odd_ones(page) if i not in candidates]
        if candidates or strong:
            verdict = self._among(candidates, page)
            if verdict.document is None and verdict.doubt is Doubt.NO_NUMBER:
                unknown = [token for kind, token in strong if not _DATE.fullmatch(token)]
                if unknown:
                    return _Verdict(doubt=Doubt.UNKNOWN_NUMBER, detail=unknown[0])
            else:
                return verdict
        weak = {token for token in _WEAK.findall(page.text) if _is_number(token)}
        likely = _Verdict()
        for tokens in (weak, page.tokens):
            candidates = [item for token in sorted(tokens) for item in self._by_number.get(token, ())]
            named = [item for item in candidates if self._is_named(item, page.words)]
            if named:
                return self._among(named, page)
            if tokens is weak and len(candidates) == 1:
                likely = _Verdict(candidates[0], Doubt.NO_NAME, candidates[0].resident)
        return likely

    def _among(self, candidates: Sequence[Expected], page: _Page) -> _Verdict:
        """The one of these, all numbers of the page, that it is about."""
        unique = list(dict.fromkeys(candidates))
        named = [item for item in unique if self._is_named(item, page.words)]
        if named:
            rank = min(_RANK.index(item.kind) for item in named)
            first = [item for item in named if _RANK.index(item.kind) == rank]
            if len(first) == 1:
                return _Verdict(first[0], Doubt.NONE)
            return _Verdict(doubt=Doubt.SEVERAL, detail=", ".join(item.number for item in first))
        if len(unique) == 1:
            return _Verdict(unique[0], Doubt.NO_NAME, unique[0].resident)
        if unique:
            return _Verdict(doubt=Doubt.SEVERAL, detail=", ".join(dict.fromkeys(item.number for item in unique)))
        return _Verdict()

    def _numbers(self, page: _Page) -> frozenset[str]:
        return page.tokens | {fold(item.number) for item in self._odd_ones(page)}

    def _odd_ones(self, page: _Page) -> Iterator[Expected]:
        for pattern, number in self._odd:
            if pattern.search(page.text):
                yield from self._by_number[number]

    def _is_named(self, item: Expected, words: str) -> bool:
        last, first = self._names[item.document_id]
        return bool(last.strip()) and last in words and first in words


def _is_number(token: str) -> bool:
    return any(character.isdigit() for character in token)


def _phrase(name: str) -> str:
    """The words of a name as they stand in `_Page.words`; of an empty one, what stands everywhere."""
    words = _WORDS.findall(fold(name))
    return f" {' '.join(words)} " if words else " "


def told_twice(found: Sequence[tuple[str, Found]]) -> list[tuple[str, Found]]:
    """The same, where a document that several files claim is certain in none of them. Each is with its file's name."""
    claims: dict[int, list[str]] = defaultdict(list)
    for source, item in found:
        if item.document_id is not None and item.doubt is Doubt.NONE:
            claims[item.document_id].append(source)
    return [
        (source, replace(item, doubt=Doubt.TWICE, detail=", ".join(claims[item.document_id])))
        if item.document_id is not None and item.doubt is Doubt.NONE and len(claims[item.document_id]) > 1
        else (source, item)
        for source, item in found
    ]
