"""Where the rows of a lazy table come from, and how `DataTable` is made to look there for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, NoReturn, Protocol, overload

from rich.style import Style
from textual.widgets.data_table import Row, RowKey


class Styled(NamedTuple):
    """A cell's text with a colour of its own."""

    text: str
    style: Style


Cell = str | Styled | None
"""None: the cell to its left reaches over this one."""


class TableModel(Protocol):
    """The rows of a table, in order. Keys are unique and stay with their row."""

    def __len__(self) -> int: ...
    def key(self, row: int) -> str: ...
    def locate(self, key: str) -> int | None: ...
    def cells(self, row: int) -> Mapping[str, Cell]:
        """What every column shows, by the column's key."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: `width` cells of text, of which the last `gap` stay empty; a flexible one takes what is left."""

    key: str
    label: str
    width: int
    justify: Literal["left", "right"] = "left"
    gap: int = 0
    flexible: bool = False


class NoRows:
    """The model of an empty table."""

    def __len__(self) -> int:
        return 0

    def key(self, row: int) -> NoReturn:
        raise IndexError(row)

    def locate(self, _key: str) -> None:
        return None

    def cells(self, row: int) -> NoReturn:
        raise IndexError(row)


class LazyRows(Mapping[RowKey, Any]):
    """DataTable's `rows`, read from the model at each question."""

    def __init__(self, model: TableModel) -> None:
        self._model = model

    def __len__(self) -> int:
        return len(self._model)

    def __iter__(self) -> Iterator[RowKey]:
        return (RowKey(self._model.key(row)) for row in range(len(self._model)))

    def __contains__(self, key: object) -> bool:
        return self.find(key) is not None

    def __getitem__(self, key: RowKey | str) -> Any:
        if self.find(key) is None:
            raise KeyError(key)
        return Row(key if isinstance(key, RowKey) else RowKey(key), 1)

    def find(self, key: object) -> int | None:
        value = key.value if isinstance(key, RowKey) else key
        return self._model.locate(value) if isinstance(value, str) else None

    def clear(self) -> None:
        """Nothing is kept here."""


class LazyCells(LazyRows):
    """The cells of a row, by its key."""

    def __getitem__(self, key: RowKey | str) -> Mapping[str, Cell]:
        if (row := self.find(key)) is None:
            raise KeyError(key)
        return self._model.cells(row)


class LazyLocations(LazyRows):
    """Row keys to positions and back, as DataTable's two-way dictionary."""

    def get(self, key: RowKey | str, _default: object = None) -> int | None:
        return self.find(key)

    def get_key(self, row: int) -> RowKey | None:
        return RowKey(self._model.key(row)) if 0 <= row < len(self._model) else None


class OrderedRows(Sequence[Row]):
    """The rows of a model, or a slice of them, in order."""

    def __init__(self, model: TableModel, span: range) -> None:
        self._model, self._span = model, span

    def __len__(self) -> int:
        return len(self._span)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> OrderedRows: ...
    def __getitem__(self, index: int | slice) -> Row | OrderedRows:
        if isinstance(index, slice):
            return OrderedRows(self._model, self._span[index])
        return Row(RowKey(self._model.key(self._span[index])), 1)
