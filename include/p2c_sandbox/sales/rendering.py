"""Rows as JSON objects: selected columns, annotations, expanded rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from p2c_metadata import EntityType, Property
from p2c_sandbox.query import Expand, QueryError, Scope, parse_expand, parse_select
from p2c_sandbox.sales.collections import Collection
from p2c_sandbox.sales.formatting import formatted_value
from p2c_sandbox.sales.preferences import Preferences
from p2c_sandbox.sales.rows import LOOKUP_TABLE, Lookups, etag, table_named, wire_values
from p2c_sandbox.store import Row

FORMATTED = "OData.Community.Display.V1.FormattedValue"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
MAXIMUM_EXPAND_DEPTH = 5
_SINGLE_VALUED_OPTIONS = frozenset({"$select", "$expand"})


@dataclass(frozen=True)
class Shape:
    """What of a row is shown: columns in order, and rows behind navigation properties with shapes of their own.

    `collected` are the collections among them, with what is asked of each.
    """

    entity: EntityType
    columns: tuple[Property, ...]
    expanded: Mapping[str, Mapping[str, Shape]]
    selected: tuple[str, ...]
    collected: Mapping[str, tuple[Collection, Shape]] = field(default_factory=dict)

    @property
    def context(self) -> str:
        """The part of `@odata.context` after the entity set's name."""
        names = [*self.selected, *(f"{name}()" for name in (*self.expanded, *self.collected))]
        return f"({','.join(names)})" if names else ""


def shape_of(scope: Scope, options: Mapping[str, str], depth: int = 0) -> Shape:
    """The shape that `$select` and `$expand` ask for. QueryError on a name the table does not have."""
    if depth > MAXIMUM_EXPAND_DEPTH:
        raise QueryError(f"$expand nests deeper than {MAXIMUM_EXPAND_DEPTH} levels.")
    entity = scope.entity
    select = options.get("$select")
    names = parse_select(select, scope) if select else tuple(entity.properties)
    columns = dict.fromkeys((*names, *entity.key))
    expands = parse_expand(options["$expand"]) if options.get("$expand") else ()
    return Shape(
        entity=entity,
        columns=tuple(entity.properties[name] for name in columns),
        expanded={
            expand.navigation: _shapes_behind(expand, scope, depth)
            for expand in expands
            if expand.navigation not in entity.collections
        },
        selected=names if select and select != "*" else (),
        collected={
            expand.navigation: _collection(expand, scope, depth)
            for expand in expands
            if expand.navigation in entity.collections
        },
    )


def _collection(expand: Expand, scope: Scope, depth: int) -> tuple[Collection, Shape]:
    collection = Collection.of(scope, expand)
    return collection, shape_of(collection.scope, expand.options, depth + 1)


def _shapes_behind(expand: Expand, scope: Scope, depth: int) -> dict[str, Shape]:
    """The shape of the expanded row for each table it may be of."""
    link = scope.entity.navigation.get(expand.navigation)
    if link is None:
        raise QueryError(scope.unknown(expand.navigation))
    unfit = sorted(set(expand.options) - _SINGLE_VALUED_OPTIONS)
    if unfit:
        raise QueryError(f"The option {unfit[0]} has no meaning on the single-valued '{expand.navigation}'.")
    targets = scope.entity.properties[link.property].lookup_targets if link.target == "principal" else (link.target,)
    tables = [table for table in map(table_named, targets) if table is not None]
    return {
        table.name: shape_of(Scope(scope.dialect, table, scope.model, scope.now), expand.options, depth + 1)
        for table in tables
    }


def row_object(row: Row, shape: Shape, preferences: Preferences, lookups: Lookups) -> dict[str, Any]:
    """A row as a JSON object."""
    values = wire_values(row)
    content: dict[str, Any] = {"@odata.etag": etag(row)}
    for column in shape.columns:
        if preferences.annotations:
            content |= _annotations(column, values, preferences, lookups)
        content[column.name] = values.get(column.name)
    for name, shapes in shape.expanded.items():
        content[name] = _expanded(name, shapes, shape.entity, values, preferences, lookups)
    for name, (collection, shape_of_each) in shape.collected.items():
        rows = collection.rows(row, lookups)
        content[name] = [row_object(each, shape_of_each, preferences, lookups) for each in rows]
    return content


def _annotations(
    column: Property, values: Mapping[str, Any], preferences: Preferences, lookups: Lookups
) -> dict[str, str]:
    found: dict[str, str | None] = {}
    if preferences.includes(FORMATTED):
        found[FORMATTED] = formatted_value(column, values, lookups)
    if column.lookup_targets and values.get(column.name) is not None:
        table = lookups.target(values, column)
        named = values.get(f"{column.name}@{LOOKUP_TABLE}") or (table.name if table else column.lookup_targets[0])
        found[NAVIGATION] = _navigation(column, str(named))
        found[LOOKUP_TABLE] = str(named)
    return {
        f"{column.name}@{annotation}": text
        for annotation, text in found.items()
        if text is not None and preferences.includes(annotation)
    }


def _navigation(column: Property, table: str) -> str:
    name = column.name.removeprefix("_").removesuffix("_value")
    polymorphic = len(column.lookup_targets) > 1 and name != "ownerid"
    return f"{name}_{table}" if polymorphic else name


def _expanded(
    name: str,
    shapes: Mapping[str, Shape],
    entity: EntityType,
    values: Mapping[str, Any],
    preferences: Preferences,
    lookups: Lookups,
) -> dict[str, Any] | None:
    column = entity.properties[entity.navigation[name].property]
    table = lookups.target(values, column)
    shape = shapes.get(table.name) if table else None
    row = lookups.row(shape.entity, str(values[column.name])) if shape else None
    return row_object(row, shape, preferences, lookups) if row and shape else None
