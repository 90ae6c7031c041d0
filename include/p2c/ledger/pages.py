"""A page of a long list, cut by the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Cut:
    """Which page is wanted: ``number`` counts from 1."""

    number: int = 1
    size: int = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of ``total`` rows."""

    rows: Sequence[T]
    total: int
    cut: Cut

    @property
    def last(self) -> int:
        """The number of the last page, 1 where there is no row."""
        return max(1, -(-self.total // self.cut.size))

    def of(self, convert: Callable[[T], U]) -> Page[U]:
        """The same page of other values."""
        return Page([convert(row) for row in self.rows], self.total, self.cut)


def cut_page(
    connection: Connection, statement: Select[Any], order: Sequence[ColumnElement[Any]], cut: Cut
) -> Page[Row[Any]]:
    """The page of a statement's rows in a total ``order``; a number beyond the last page is the last page's."""
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
    total: int = connection.execute(counted).scalar_one()
    number = min(max(1, cut.number), max(1, -(-total // cut.size)))
    limited = statement.order_by(*order).limit(cut.size).offset((number - 1) * cut.size)
    return Page(connection.execute(limited).all(), total, Cut(number, cut.size))


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether ``column`` holds ``text``, in any case; no character of ``text`` has a meaning of its own."""
    return column.icontains(text, autoescape=True)
