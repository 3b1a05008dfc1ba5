"""What an operator, a profile or nobody has said about how a file is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tuimail.domain.imports import Dates, Decimals


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What was said about how a file is read; whatever is empty is found by looking."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 0
    """Line of the titles, counted from 1."""
    dates: Dates | None = None
    decimals: Decimals | None = None

    def said(self) -> dict[str, str]:
        """What was said, for keeping; `of` reads it."""
        return {name: str(value) for name, value in asdict(self).items() if value}

    @classmethod
    def of(cls, said: Mapping[str, str]) -> ReadAs:
        """What `said` gave."""
        return cls(
            encoding=said.get("encoding", ""),
            delimiter=said.get("delimiter", ""),
            sheet=said.get("sheet", ""),
            header_line=int(said.get("header_line", 0)),
            dates=Dates(said["dates"]) if "dates" in said else None,
            decimals=Decimals(said["decimals"]) if "decimals" in said else None,
        )

    def over(self, other: ReadAs) -> ReadAs:
        """This, completed by what the other says."""
        return replace(other, **{name: getattr(self, name) for name in self.said()})


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import, with what is said about it."""

    path: Path
    how: ReadAs = field(default_factory=ReadAs)
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Title of a column, or `#3` -> field, as `--map` has them; an empty field leaves the column aside."""
    profile: str | None = None
    """Name of the profile to use; empty: none, not even one that is recognised; None: whichever is recognised."""
