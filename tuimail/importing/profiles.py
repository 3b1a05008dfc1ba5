"""Profiles: how an export was read once is how the next one of the same titles is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tuimail.domain.errors import BadInput, TuimailError
from tuimail.domain.i18n import _
from tuimail.domain.imports import ImportProfile
from tuimail.domain.text import fold
from tuimail.importing.content import NOTHING_KNOWN, Known
from tuimail.importing.fields import field_label, target_key
from tuimail.importing.mapping import Table, chosen_table
from tuimail.importing.matches import Match, best_matches, column_key, parse_overrides
from tuimail.importing.reader import read
from tuimail.importing.reading import ImportFile, ReadAs
from tuimail.importing.source import Source
from tuimail.importing.titles import title_key


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was read, and what its best sheet seems to hold."""

    file: ImportFile
    how: ReadAs
    """What is said about it, by the operator or the profile."""
    source: Source
    match: Match | None
    """None: there is no row in it."""
    matches: tuple[Match, ...]
    profile: str = ""
    """Name of the profile that is used."""

    def table(self) -> Table:
        """The table of the file; raises BadFile with what is missing."""
        return chosen_table(self.source, self.matches, self.how)

    @property
    def problem(self) -> TuimailError | None:
        """Why the file cannot be imported as it is understood now."""
        try:
            self.table()
        except TuimailError as error:
            return error
        return None


def examine(
    file: ImportFile,
    profiles: Sequence[ImportProfile],
    *,
    period_given: bool = False,
    known: Callable[[], Known] = lambda: NOTHING_KNOWN,
) -> Examined:
    """Read a file as it is said to be, by its profile, or by looking.

    Raises BadFile for what is no export, BadInput for a profile or field that does not exist.
    """
    profile = named(profiles, file.profile) if file.profile else None
    if profile is not None:
        return _examine(file, profile, period_given=period_given, known=known)
    plain = _examine(file, None, period_given=period_given, known=known)
    if file.profile is None:
        for candidate in profiles:
            if plain.match is not None and _titles(plain.match) == candidate.titles:
                return _examine(file, candidate, period_given=period_given, known=known)
        for candidate in profiles:
            # Its encoding or delimiter may be what makes the titles readable.
            if candidate.reading.keys() & {"encoding", "delimiter", "sheet", "header_line"}:
                try:
                    found = _examine(file, candidate, period_given=period_given, known=known)
                except TuimailError:
                    continue
                if found.match is not None and _titles(found.match) == candidate.titles:
                    return found
    return plain


def _examine(
    file: ImportFile, profile: ImportProfile | None, *, period_given: bool, known: Callable[[], Known]
) -> Examined:
    how = file.how.over(ReadAs.of(profile.reading)) if profile else file.how
    source = read(file.path, how)
    overrides = parse_overrides((dict(profile.columns) if profile else {}) | _keyed(file.overrides))
    matches = best_matches(source, overrides, how, period_given=period_given, known=known)
    return Examined(file, how, source, matches[0] if matches else None, tuple(matches), profile.name if profile else "")


def _keyed(overrides: Mapping[str, str]) -> dict[str, str]:
    return {column_key(title): field for title, field in overrides.items()}


def _titles(match: Match) -> tuple[str, ...]:
    return tuple(title_key(title) for title in match.headers)


def named(profiles: Sequence[ImportProfile], name: str) -> ImportProfile:
    """The profile of that name; raises BadInput with those there are."""
    found = next((profile for profile in profiles if fold(profile.name) == fold(name)), None)
    if found is None:
        names = ", ".join(profile.name for profile in profiles)
        raise BadInput(
            _("There is no import profile “{name}”.").format(name=name),
            _("The profiles are: {names}.").format(names=names)
            if names
            else _("None was saved yet: save one with --save-profile, or on the import screen."),
        )
    return found


def as_profile(examined: Examined, name: str) -> ImportProfile:
    """How that file is read now, to be saved: what each of its columns holds, and what was said about the reading."""
    match = examined.match
    if not name.strip() or match is None:
        raise BadInput(_("A profile needs a name."), _("Name it after the billing software, for example."))
    columns = {}
    fields = {column: target for target, column in match.columns.items()}
    twice = {key for key in _titles(match) if _titles(match).count(key) > 1}
    for column, title in enumerate(match.headers):
        key = title_key(title)
        place = f"#{column + 1}" if not key or key in twice else key
        if column in fields:
            columns[place] = target_key(fields[column])
        elif key:
            columns[place] = ""
    columns |= {f"#{n + 1}": target_key(target) for n, target in fields.items() if n >= len(match.headers)}
    return ImportProfile(name.strip(), _titles(match), examined.how.said(), columns)


def column_words(match: Match, column: int) -> str:
    """What a column holds, for people; empty if nothing of it is imported."""
    return next((field_label(target) for target, at in match.columns.items() if at == column), "")
