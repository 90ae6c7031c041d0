"""Which row an operation means: by its id, by an alternate key, or by a search where neither can stand in an address.

Sources: Microsoft docs, "Use an alternate key to reference a record"; "Use Upsert to create or update a record".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import compress

from p2c.errors import RecordNotFoundError, RequestRefusedError
from p2c.keys import normalised
from p2c.systems.dataverse_tables import Tables
from p2c.systems.odata.keyed_rows import KeyedRows
from p2c.systems.odata.operations import Operation, Result, refused

RowsByKey = Callable[[str, str, Sequence[str], Sequence[str]], KeyedRows]
Found = Mapping[tuple[str, str], KeyedRows]


class Addressing:
    """Turns keys that cannot be addressed into ids. Only reads."""

    def __init__(self, tables: Tables, rows_by_key: RowsByKey) -> None:
        self._tables = tables
        self._rows_by_key = rows_by_key

    def addressed(self, operations: Sequence[Operation]) -> list[Operation | Result]:
        """Each operation with a key that can be addressed, an upsert perhaps as create or update; or its refusal."""
        searched = [self._is_searched(operation) for operation in operations]
        if not any(searched):
            return list(operations)
        found = self._found(compress(operations, searched))
        return [
            self._addressed(operation, found) if is_searched else operation
            for operation, is_searched in zip(operations, searched, strict=True)
        ]

    def _is_searched(self, operation: Operation) -> bool:
        table = self._tables.of(operation.entity_set)
        return operation.kind != "create" and not table.has_address(operation.key)

    def _found(self, searched: Iterable[Operation]) -> Found:
        wanted: dict[tuple[str, str], list[str]] = {}
        for operation in searched:
            if len(operation.key) == 1:
                ((column, value),) = operation.key.items()
                wanted.setdefault((operation.entity_set, column), []).append(value)
        return {
            (entity_set, column): self._rows_by_key(entity_set, column, values, ())
            for (entity_set, column), values in wanted.items()
        }

    def _addressed(self, operation: Operation, found: Found) -> Operation | Result:
        if len(operation.key) != 1:
            return refused(operation, _not_addressable(operation))
        ((column, value),) = operation.key.items()
        rows, key = found[operation.entity_set, column], normalised(value)
        if key in rows.ambiguous:
            return refused(operation, _several(operation, rows.ambiguous[key]))
        if key in rows:
            id_field = self._tables.of(operation.entity_set).id_field
            return replace(operation, kind="update", key={id_field: rows[key][id_field] or ""})
        if operation.kind == "upsert":
            return replace(operation, kind="create")
        return refused(operation, RecordNotFoundError(f"{operation}: the record does not exist."))


def _not_addressable(operation: Operation) -> RequestRefusedError:
    return RequestRefusedError(
        f"{operation}: these columns are no alternate key, or a value cannot stand in an address; name the row by its "
        "id."
    )


def _several(operation: Operation, ids: Sequence[str]) -> RequestRefusedError:
    return RequestRefusedError(
        f"{operation}: {len(ids)} rows have this key ({', '.join(ids[:5])}{', ...' if len(ids) > 5 else ''}). Merge or "
        "deactivate all but one, or give them keys of their own."
    )
