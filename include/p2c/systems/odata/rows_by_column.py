"""Rows held a column at a time, for what works on columns; read one by one they are plain rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from p2c.systems.odata.query import ETAG, Row


class RowsByColumn(Sequence[Row]):
    """The rows of one page: ``columns`` of equal length by field, and the rows' ETags, None for a row without."""

    def __init__(self, columns: Mapping[str, Sequence[str | None]], etags: Sequence[str | None]) -> None:
        self.columns = columns
        self._etags = etags

    def __len__(self) -> int:
        return len(self._etags)

    def __iter__(self) -> Iterator[Row]:
        names = tuple(self.columns)
        for etag, *values in zip(self._etags, *self.columns.values(), strict=True):
            row = dict(zip(names, values, strict=True))
            if etag is not None:
                row[ETAG] = etag
            yield row

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> RowsByColumn: ...
    def __getitem__(self, place: int | slice) -> Row | RowsByColumn:
        if isinstance(place, slice):
            return RowsByColumn({name: values[place] for name, values in self.columns.items()}, self._etags[place])
        etag = self._etags[place]
        row = {name: values[place] for name, values in self.columns.items()}
        return row if etag is None else {**row, ETAG: etag}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal to a list of the same rows, which has none


def column_of(rows: Sequence[Mapping[str, str | None]], name: str) -> Sequence[str | None]:
    """One field of all rows, null where a row lacks it; of rows held by column without a look at any row."""
    if isinstance(rows, RowsByColumn):
        return rows.columns.get(name) or [None] * len(rows)
    return [row.get(name) for row in rows]
