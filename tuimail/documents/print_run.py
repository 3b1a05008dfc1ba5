"""Whose the pages of a PDF are, told by their text alone, and never guessed: a wrong attachment tells about health.

A page is somebody's when a document's whole number stands in it as one, and its resident's whole name, and nothing it
says of its month and amount contradicts that. What is only likely is told with the doubt, for someone to look at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tuimail.documents.labelled import DATE, TOKEN, Labelled, bare, introduced, labelled, telling
from tuimail.documents.stated import days, months, totals
from tuimail.domain.billing import DocumentKind
from tuimail.domain.brought import Doubt, Expected
from tuimail.domain.money import format_cents
from tuimail.domain.periods import Period
from tuimail.domain.text import fold

_RANK = (
    DocumentKind.CREDIT_NOTE,
    DocumentKind.DISBURSEMENTS,
    DocumentKind.INVOICE,
    DocumentKind.DELIVERY_NOTE,
    DocumentKind.ORDER,
    DocumentKind.QUOTE,
)
"""Of two documents that a page names, the one that names the other."""
_TOKENS = re.compile(TOKEN)
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
    lines: tuple[str, ...]
    """Folded, with a tab between columns."""
    text: str
    words: str
    """The words alone, with a space around each."""
    labelled: list[Labelled]
    tokens: frozenset[str]
    """What could be a number, whatever of."""

    @classmethod
    def read(cls, text: str) -> _Page:
        seen, _form_feed, written = text.partition("\f")
        lines = tuple(filter(None, ("\t".join(map(fold, line.split("\t"))).strip() for line in seen.splitlines())))
        folded = " ".join(lines)
        # A long name goes on in the next line of its column: only in the order of writing does it stand whole.
        words = f" {' '.join(_WORDS.findall(folded))} | {' '.join(_WORDS.findall(fold(written)))} "
        return cls(lines, folded, words, labelled(lines), bare(lines))


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

        A text holds the lines as an eye reads them, and may hold, after a form feed, the words as they were written.

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
            if not DATE.fullmatch(token):
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
        unknown = [detail for g in groups for doubt, detail in g.doubts if doubt is Doubt.UNKNOWN_NUMBER]
        if unknown and not any(g.document is item for g in groups):
            return Found(everything, item.document_id, Doubt.UNKNOWN_NUMBER, unknown[0])
        if not any(item in self._numbered(page) for page in pages):
            doubt = Doubt.BARE if any(fold(item.number) in page.tokens for page in pages) else Doubt.NOT_THIS_NUMBER
            return Found(everything, item.document_id, doubt, item.number)
        return Found(everything, item.document_id, *_contradiction(item, pages))

    def _groups(self, pages: list[_Page]) -> list[_Group]:
        groups: list[_Group] = []
        of_document: dict[int, _Group] = {}
        previous: _Group | None = None
        for number, page in enumerate(pages):
            verdict = self._judge(page)
            if verdict.doubt is Doubt.BARE and previous and previous.document is verdict.document:
                # The number says no more than the name does: that the page may follow.
                verdict = _Verdict()
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
        doubt, detail = doubts[0] if doubts else _contradiction(group.document, [pages[number] for number in numbers])
        return Found(numbers, group.document.document_id, doubt, detail)

    def _judge(self, page: _Page) -> _Verdict:
        if not page.text:
            return _Verdict(doubt=Doubt.NO_TEXT)
        candidates = self._numbered(page)
        if candidates:
            verdict = self._among(candidates, page)
            other = self._other_number(verdict.document, page) if verdict.document else None
            return _Verdict(doubt=Doubt.UNKNOWN_NUMBER, detail=other) if other else verdict
        unknown = [each.number for each in page.labelled if not DATE.fullmatch(each.number)]
        if unknown:
            return _Verdict(doubt=Doubt.UNKNOWN_NUMBER, detail=unknown[0])
        unsure = [item for token in sorted(page.tokens) for item in self._by_number.get(token, ())]
        unsure += [item for item, _sure in self._odd_ones(page)]
        named = [item for item in unsure if self._is_named(item, page.words)]
        if not named:
            return _Verdict()
        verdict = self._among(named, page)
        return _Verdict(verdict.document, Doubt.BARE, verdict.document.number) if verdict.document else verdict

    def _numbered(self, page: _Page) -> list[Expected]:
        """The documents whose numbers stand in a page as numbers of documents."""
        found = [
            item
            for each in page.labelled
            for item in self._by_number.get(each.number, ())
            if each.kind in (None, item.kind)
        ]
        found += [item for token in sorted(page.tokens) if telling(token) for item in self._by_number.get(token, ())]
        found += [item for item, sure in self._odd_ones(page) if sure]
        return list(dict.fromkeys(found))

    def _other_number(self, item: Expected, page: _Page) -> str | None:
        """A number that no document has, and that the page is of rather than of this one, which it only names."""
        known = False
        for each in page.labelled:
            if DATE.fullmatch(each.number) or each.kind is None:
                continue
            owners = [other for other in self._by_number.get(each.number, ()) if other.kind is each.kind]
            known |= item in owners
            rank = _RANK.index(each.kind) - _RANK.index(item.kind)
            certain = each.signed or telling(each.number)
            if not owners and ((rank == 0 and not known) or (rank < 0 and certain)):
                return each.number
        return None

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

    def _odd_ones(self, page: _Page) -> Iterator[tuple[Expected, bool]]:
        """The documents of which numbers with spaces or signs stand in a page, and whether as their numbers."""
        for pattern, number in self._odd:
            found = list(pattern.finditer(page.text))
            sure = telling(number) or any(introduced(page.text[: match.start()]) for match in found)
            if found:
                yield from ((item, sure) for item in self._by_number[number])

    def _is_named(self, item: Expected, words: str) -> bool:
        last, first = self._names[item.document_id]
        return bool(last.strip()) and last in words and first in words


def _contradiction(item: Expected, pages: Sequence[_Page]) -> tuple[Doubt, str]:
    """What the pages plainly say of their month or amount that is not this document's."""
    lines = [line for page in pages for line in page.lines]
    issued = days(lines)
    if item.period is not None and item.issued_on not in issued:
        own = {item.period, Period.of(item.issued_on)} if item.issued_on else {item.period}
        said = months(lines)
        # An invoice is often dated in the month that follows its own.
        dated = {Period.of(day) for day in issued}
        if said and not said & own:
            return Doubt.MONTH, min(said).label()
        if dated and not dated & {*own, item.period.shift(1)}:
            return Doubt.MONTH, min(dated).label()
    amounts = totals(lines)
    if amounts and not any(item.comes_to(cents) for cents in amounts):
        return Doubt.AMOUNT, format_cents(max(amounts), currency=True)
    return Doubt.NONE, ""


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
