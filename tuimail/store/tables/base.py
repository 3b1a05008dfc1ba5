"""What the tables are made of: conversions between Python's values and what is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime

from peewee import (
    DatabaseProxy,
    Model,
    TextField,
)

from tuimail.domain.periods import Period

proxy = DatabaseProxy()


def to_text(moment: datetime | None) -> str | None:
    """An aware datetime as the UTC text that is stored and sorts."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str | None) -> datetime | None:
    """The stored text as an aware datetime."""
    return datetime.fromisoformat(text) if text else None


def day_from_text(text: str | None) -> date | None:
    """The stored ISO text as a date."""
    return date.fromisoformat(text) if text else None


class MomentField(TextField):
    """An aware datetime as UTC text."""

    def db_value(self, value: datetime | str | None) -> str | None:
        return to_text(value) if isinstance(value, datetime) else value

    def python_value(self, value: str | None) -> datetime | None:
        return from_text(value)


class DayField(TextField):
    """A date as ISO text."""

    def db_value(self, value: date | str | None) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        return day_from_text(value)


class PeriodField(TextField):
    """A month as `2026-10`."""

    def db_value(self, value: Period | str | None) -> str | None:
        return None if value is None else str(value)

    def python_value(self, value: str | None) -> Period | None:
        return Period(int(value[:4]), int(value[5:7])) if value else None


class Table(Model):
    """Base of all tables."""

    class Meta:
        database = proxy
        legacy_table_names = False
