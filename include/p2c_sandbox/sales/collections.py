"""Rows behind collection-valued navigation properties, for `$expand`: the lines of a quote.

All rows are given at once; the real one pages them beyond 5,000.
Source: Microsoft docs: Join tables (Web API), "Expand collection-valued navigation properties".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from p2c_metadata import EntityType, Model
from p2c_sandbox.query import (
    Expand,
    Filter,
    OrderBy,
    QueryError,
    Scope,
    ordered,
    parse_filter,
    parse_number,
    parse_orderby,
)
from p2c_sandbox.sales.call import SYSTEM
from p2c_sandbox.sales.rows import LinkedRow, Lookups, wire_values
from p2c_sandbox.store import Page, Row

_OPTIONS = frozenset({"$select", "$filter", "$orderby", "$top", "$expand"})


@dataclass(frozen=True)
class Collection:
    """What a query asks of a collection; `column` of its rows holds the id of the row they belong to."""

    scope: Scope
    column: str
    filter: Filter | None
    order: tuple[OrderBy, ...]
    top: int | None

    @classmethod
    def of(cls, scope: Scope, expand: Expand) -> Collection:
        """The collection an `$expand` names. QueryError on an option it does not take."""
        unfit = sorted(set(expand.options) - _OPTIONS)
        if unfit:
            raise QueryError(f"The option {unfit[0]} is not supported within $expand of '{expand.navigation}'.")
        link, options = scope.entity.collections[expand.navigation], expand.options
        target = scope.model.entity(link.target)
        inner = Scope(scope.dialect, target, scope.model, scope.now, scope.aliases)
        return cls(
            scope=inner,
            column=target.navigation[link.partner].property,
            filter=_filter(options, inner),
            order=parse_orderby(options["$orderby"], inner) if "$orderby" in options else (),
            top=parse_number("$top", options["$top"]) if "$top" in options else None,
        )

    def rows(self, owner: Row, lookups: Lookups) -> list[Row]:
        """The rows that belong to `owner`, by id where no order is asked for."""
        page = Page("key", equal=(self.column, owner.key))
        found = lookups.transaction.find(SYSTEM, self.scope.entity.entity_set, page=page)
        accepted = (row for row in found if self.filter is None or self.filter(self._view(row, lookups)))
        in_order = ordered(accepted, self.order, lambda row: self._view(row, lookups)) if self.order else accepted
        return list(islice(in_order, self.top))

    def _view(self, row: Row, lookups: Lookups) -> LinkedRow:
        return LinkedRow(wire_values(row), self.scope.entity, lookups)


def collecting_columns(model: Model, entity: EntityType) -> Iterator[str]:
    """Columns by which rows of a table are collected behind others, worth an index."""
    for owner in model.entity_sets.values():
        for link in owner.collections.values():
            if link.target == entity.name:
                yield entity.navigation[link.partner].property


def _filter(options: Mapping[str, str], scope: Scope) -> Filter | None:
    return parse_filter(options["$filter"], scope) if "$filter" in options else None
