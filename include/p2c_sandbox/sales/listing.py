"""A query on one table: which rows it accepts, in which order, and where its next page begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from p2c_metadata import EntityType
from p2c_sandbox.clock import timestamp
from p2c_sandbox.query import Filter, OrderBy, ordered, parse_filter, parse_orderby
from p2c_sandbox.sales.call import SYSTEM, Call
from p2c_sandbox.sales.rows import LinkedRow, Lookups, wire_values
from p2c_sandbox.store import Page, Row
from p2c_sandbox.store_rows import Order

MAXIMUM_COUNT = 5_000


class _OrderedRow(LinkedRow):
    """A row as `$orderby` sees it: a lookup counts as the name it shows. Microsoft docs: Order rows using OData."""

    def __getitem__(self, name: str) -> Any:
        column = self.entity.properties.get(name)
        if column is not None and column.lookup_targets:
            return self.lookups.name(self.columns, column)
        return super().__getitem__(name)


@dataclass(frozen=True)
class Listing:
    """A query, read and checked."""

    call: Call
    entity: EntityType
    lookups: Lookups
    filter: Filter | None
    order: tuple[OrderBy, ...]

    @classmethod
    def of(cls, call: Call, entity: EntityType) -> Listing:
        """The query of a request. QueryError if it means nothing."""
        scope = call.scope(entity)
        text, order = call.parameters.get("$filter"), call.parameters.get("$orderby")
        return cls(
            call,
            entity,
            Lookups(call.transaction),
            parse_filter(text, scope) if text is not None else None,
            parse_orderby(order, scope) if order is not None else (),
        )

    def rows(self, after: Sequence[Any] = ()) -> Iterator[Row]:
        """Accepted rows in order, beginning after a place that `place` told."""
        order = self._indexed_order()
        if order is not None:
            yield from self._found(order, tuple(str(value) for value in after))
            return
        rows = self._sorted()
        yield from rows[_position(rows, after) :]

    def place(self, row: Row, number: int) -> list[Any]:
        """Where the listing goes on after this row, the `number`th of it."""
        order = self._indexed_order()
        if order == "modified":
            return [timestamp(row.modified), row.key]
        return [row.key] if order == "key" else [row.key, number]

    def count(self) -> int:
        """How many rows are accepted, counted to one beyond what Dataverse tells."""
        if self.filter is None:
            return self.call.transaction.count(SYSTEM, self.entity.entity_set)
        return sum(1 for _ in islice(self._found("key"), MAXIMUM_COUNT + 1))

    def _indexed_order(self) -> Order | None:
        """The order the database can find rows in by itself; None if they must all be sorted."""
        terms = [("/".join(term.path.names), term.descending) for term in self.order]
        if terms in ([], [(self.entity.key[0], False)]):
            return "key"
        return (
            "modified"
            if terms in ([("modifiedon", False)], [("modifiedon", False), (self.entity.key[0], False)])
            else None
        )

    def _found(self, order: Order, after: tuple[str, ...] = ()) -> Iterator[Row]:
        low, high = self.filter.span("modifiedon") if self.filter else (None, None)
        page = Page(order, after, self.filter.equality() if self.filter else None, low, high)
        return self.call.transaction.find(SYSTEM, self.entity.entity_set, self._accepts, page)

    def _accepts(self, row: Row) -> bool:
        return self.filter is None or self.filter(LinkedRow(wire_values(row), self.entity, self.lookups))

    def _sorted(self) -> list[Row]:
        def view(row: Row) -> _OrderedRow:
            return _OrderedRow(wire_values(row), self.entity, self.lookups)

        return ordered(self._found("key"), self.order, view)


def _position(rows: Sequence[Row], after: Sequence[Any]) -> int:
    """Index of the first row after the place; if its row is gone, as many rows on as were seen."""
    if len(after) != 2 or not isinstance(after[1], int):
        return 0
    key, number = after
    return next((index + 1 for index, row in enumerate(rows) if row.key == key), max(0, number))
