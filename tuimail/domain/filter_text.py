"""An own filter, written as a small expression, such as `âge >= 80 et non (rôle = tutelle ou parti)`.

Its words are the fields of `domain/audience.py` in French or English, accents and case ignored; nothing of it is ever
run as SQL or Python. Texts stand in quotes, or bare if they are one word; days are written 31/10/2026 or 2026-10-31.

    expression := term {("ou" | "or" | "|") term}
    term       := factor {("et" | "and" | "&") factor}
    factor     := ("non" | "not" | "!") factor | "(" expression ")" | comparison
    comparison := field [("=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "contient" | "contains") value]
                | field ("dans" | "in") "(" value {("," | ";") value} ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NoReturn

from tuimail.domain.audience import FIELDS, Field, Kind, Person, parse_day, parse_role
from tuimail.domain.errors import BadInput
from tuimail.domain.i18n import _, language
from tuimail.domain.text import fold

LONGEST = 2_000
"""Characters of a filter."""
DEEPEST = 30
"""Parentheses and negations within each other."""

Compiled = Callable[[Person, date], bool]

_TOKENS = re.compile(
    r"""\s*(?:
    (?P<text>"[^"]*"|'[^']*'|«[^»]*»|“[^”]*”)
    |(?P<day>\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})
    |(?P<number>\d+(?![\w.]|,\d))
    |(?P<sign><=|>=|!=|<>|[=<>~≤≥≠])
    |(?P<mark>[(),;!&|])
    |(?P<word>\w[\w\-'’.@]*)
    )""",
    re.VERBOSE,
)
_AND, _OR, _NOT = {"et", "and", "&"}, {"ou", "or", "|"}, {"non", "not", "sauf", "!"}
_IN, _HOLDS = {"dans", "in"}, {"contient", "contains", "~"}
_YES, _NO = {"oui", "yes", "vrai", "true", "1"}, {"non", "no", "faux", "false", "0"}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lt, "<=": le, "≤": le, ">": gt, ">=": ge, "≥": ge, "=": eq, "!=": ne, "<>": ne, "≠": ne,
}  # fmt: skip


def _plain(name: str) -> str:
    return fold(name).replace(" ", "_")


_NAMES = {_plain(name): field for field in FIELDS.values() for name in (*field.french, *field.english)}


class FilterError(BadInput):
    """An own filter that cannot be read; `position` is where, counted in characters from 0."""

    def __init__(self, position: int, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence, next_step)
        self.position = position


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int

    @property
    def word(self) -> str:
        return fold(self.text)


def compile_filter(text: str) -> Compiled:
    """What the filter asks of a person on a day; raises FilterError, which says where the mistake stands."""
    if len(text) > LONGEST:
        raise FilterError(
            LONGEST,
            _("The filter is {n} characters long.").format(n=len(text)),
            _("Write it in {n} at most, or add criteria instead.").format(n=LONGEST),
        )
    reader = _Reader(_tokens(text), len(text))
    found = reader.expression(0)
    reader.expect_end()
    return found


def names_of(field: Field) -> tuple[str, ...]:
    """What a filter may call it in the interface's language, the usual word first; the other language does as well."""
    return field.french if language() == "fr" else field.english


def _tokens(text: str) -> list[_Token]:
    found = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKENS.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            if text[start] in "\"'«“":
                raise FilterError(start, _("This quotation is never closed."), _("Close it with the same sign."))
            raise FilterError(
                start,
                _("“{sign}” means nothing here.").format(sign=text[start]),
                _("Take it out, or write the text in quotes."),
            )
        group = match.lastgroup
        found.append(_Token(group, match[group], match.start(group)))
        position = match.end()
    return found


class _Reader:
    """Reads tokens from left to right; every mistake has its place."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._next = 0
        self._length = length

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, words: set[str] | dict[str, Any]) -> _Token | None:
        token = self._peek()
        if token is not None and token.kind != "text" and token.word in words:
            self._next += 1
            return token
        return None

    def _missing(self, sentence: str, next_step: str = "") -> NoReturn:
        token = self._peek()
        raise FilterError(token.position if token else self._length, sentence, next_step)

    def expect_end(self) -> None:
        if (token := self._peek()) is not None:
            if token.text == ")":
                self._missing(_("This parenthesis was never opened."), _("Take it out, or open one before."))
            self._missing(
                _("“{word}” comes too many here.").format(word=token.text), _("Join two conditions by “and” or “or”.")
            )

    def expression(self, depth: int) -> Compiled:
        terms = [self._term(depth)]
        while self._take(_OR):
            terms.append(self._term(depth))
        return terms[0] if len(terms) == 1 else lambda person, today: any(term(person, today) for term in terms)

    def _term(self, depth: int) -> Compiled:
        factors = [self._factor(depth)]
        while self._take(_AND):
            factors.append(self._factor(depth))
        return factors[0] if len(factors) == 1 else lambda person, today: all(f(person, today) for f in factors)

    def _factor(self, depth: int) -> Compiled:
        if depth > DEEPEST:
            self._missing(
                _("The parentheses stand too deep within each other."), _("Write the filter in simpler parts.")
            )
        if self._take(_NOT):
            inner = self._factor(depth + 1)
            return lambda person, today: not inner(person, today)
        if self._take({"("}):
            inner = self.expression(depth + 1)
            if not self._take({")"}):
                self._missing(_("A parenthesis is never closed."), _("Close it here."))
            return inner
        return self._comparison()

    def _comparison(self) -> Compiled:
        token = self._peek()
        if token is None or token.kind != "word":
            self._missing(_("A field is missing here."), _("Write one, such as {example}.").format(example=_example()))
        field = _field(token)
        self._next += 1
        read = field.read
        if self._take(_IN):
            wanted = frozenset(self._values(field))
            return lambda person, today: read(person, today) in wanted
        if self._take(_HOLDS):
            if field.kind is not Kind.TEXT:
                self._wrong_sign(token, field)
            part = self._value(field)
            return lambda person, today: part in read(person, today)  # type: ignore[operator]
        sign = self._take(_ORDER)
        if sign is None:
            if field.kind is not Kind.FACT:
                self._missing(
                    _("“{field}” is compared with nothing.").format(field=token.text),
                    _("Go on with = and a value, for example."),
                )
            return lambda person, today: bool(read(person, today))
        compare = _ORDER[sign.text]
        if compare not in (eq, ne) and field.kind not in (Kind.NUMBER, Kind.DAY):
            self._wrong_sign(sign, field)
        value = self._value(field)
        if compare in (eq, ne):
            return lambda person, today: compare(read(person, today), value)
        return lambda person, today: (found := read(person, today)) is not None and compare(found, value)

    def _wrong_sign(self, token: _Token, field: Field) -> NoReturn:
        raise FilterError(
            token.position,
            _("“{field}” cannot be compared like that.").format(field=field.label),
            _("Use = or !=."),
        )

    def _values(self, field: Field) -> list[Any]:
        if not self._take({"("}):
            self._missing(_("A parenthesis is missing here."), _("Write the values as (one, another)."))
        values = [self._value(field)]
        while self._take({",", ";"}):
            values.append(self._value(field))
        if not self._take({")"}):
            self._missing(_("A parenthesis is never closed."), _("Close it here."))
        return values

    def _value(self, field: Field) -> Any:
        token = self._peek()
        if token is None or token.kind in ("sign", "mark"):
            self._missing(
                _("A value is missing here."), _("Write what “{field}” is compared with.").format(field=field.label)
            )
        self._next += 1
        return _converted(field, token)


def _converted(field: Field, token: _Token) -> Any:
    text = token.text[1:-1] if token.kind == "text" else token.text
    try:
        if field.kind is Kind.DAY:
            return parse_day(text)
        if field.kind is Kind.ROLE:
            return parse_role(text)
    except BadInput as error:
        raise FilterError(token.position, error.sentence, error.next_step) from error
    if field.kind is Kind.NUMBER:
        if token.kind != "number" or len(text) > 6:
            raise FilterError(
                token.position,
                _("“{text}” is not a number.").format(text=text),
                _("Write it in figures, such as 80."),
            )
        return int(text)
    if field.kind is Kind.FACT:
        if token.word not in _YES | _NO:
            raise FilterError(
                token.position,
                _("“{text}” is neither yes nor no.").format(text=text),
                _("Write the field alone, or = yes."),
            )
        return token.word in _YES
    return fold(text.strip())


def _field(token: _Token) -> Field:
    name = _plain(token.text)
    if name in _NAMES:
        return _NAMES[name]
    spoken = {_plain(name): name for field in FIELDS.values() for name in names_of(field)}
    if near := get_close_matches(name, spoken, 1, 0.7):
        step = _("Did you mean “{name}”?").format(name=spoken[near[0]])
    else:
        step = _("The fields are named in the help of this screen (F1).")
    raise FilterError(token.position, _("There is no field “{name}”.").format(name=token.text), step)


def _example() -> str:
    return _("age >= 80")
