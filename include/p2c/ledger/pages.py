"""A page of a long list, cut by the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func

T = TypeVar("T")
U = TypeVar("U")

#: A search goes no further: nobody reads that many rows, and to count the rest would take as long again.
FOUND_AT_MOST = 10_000


@dataclass(frozen=True)
class Cut:
    """Which page is wanted: ``number`` counts from 1."""

    number: int = 1
    size: int = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of ``total`` rows; with ``more`` the database has others beyond them."""

    rows: Sequence[T]
    total: int
    cut: Cut
    more: bool = False

    @property
    def last(self) -> int:
        """The number of the last page, 1 where there is no row."""
        return max(1, -(-self.total // self.cut.size))

    def of(self, convert: Callable[[T], U]) -> Page[U]:
        """The same page of other values."""
        return Page([convert(row) for row in self.rows], self.total, self.cut, self.more)


def cut_page(
    connection: Connection, statement: Select[Any], order: Sequence[ColumnElement[Any]], cut: Cut
) -> Page[Row[Any]]:
    """The page of a statement's rows in a total ``order``; a number beyond the last page is the last page's."""
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
    total: int = connection.execute(counted).scalar_one()
    cut = _within(cut, total)
    limited = statement.order_by(*order).limit(cut.size).offset((cut.number - 1) * cut.size)
    return Page(connection.execute(limited).all(), total, cut)


def search_page(
    connection: Connection, statement: Select[Any], order: Sequence[ColumnElement[Any]], cut: Cut
) -> Page[Row[Any]]:
    """As `cut_page`, of the first rows that a statement finds by looking at many: they are looked at once.

    They are held in memory, FOUND_AT_MOST of them, so the statement selects keys only.
    """
    found = connection.execute(statement.order_by(*order).limit(FOUND_AT_MOST + 1)).all()
    kept = found[:FOUND_AT_MOST]
    cut = _within(cut, len(kept))
    start = (cut.number - 1) * cut.size
    return Page(kept[start : start + cut.size], len(kept), cut, more=len(found) > len(kept))


def _within(cut: Cut, total: int) -> Cut:
    """The page of ``total`` rows that is nearest to the one wanted."""
    return Cut(min(max(1, cut.number), max(1, -(-total // cut.size))), cut.size)


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether ``column`` holds ``text``, in any case; no character of ``text`` has a meaning of its own."""
    return column.icontains(text, autoescape=True)
