"""Writes rows of Dataverse tables: in one bulk action where that can be, else in a batch with a change set for each.

Sources: Microsoft docs, "Execute batch operations using the Web API"; "Perform conditional operations using the Web
API"; "Use bulk operation messages".
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from p2c.errors import AmbiguousError, ContentionError, IntegrationError, RecordExistsError, ThrottledError
from p2c.keys import normalised
from p2c.systems.dataverse_addressing import Addressing, RowsByKey
from p2c.systems.dataverse_bulk import BulkActions, says_rolled_back
from p2c.systems.dataverse_operations import STATE
from p2c.systems.dataverse_tables import Table, Tables
from p2c.systems.odata.addresses import joined
from p2c.systems.odata.batch import Batch, json_body
from p2c.systems.odata.multipart import PartRequest
from p2c.systems.odata.operations import Operation, Result, ambiguous
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.writer import MOST_TRIES


class DataverseSender:
    """Sends some operations so that each has a result of its own.

    A call changes data by one request at most: what it raises had no effect. A bulk action that is refused wrote
    nothing; its rows then go in a batch, in which one bad row costs only itself.
    """

    def __init__(self, session: ODataSession, tables: Tables, rows_by_key: RowsByKey) -> None:
        self._session = session
        self._tables = tables
        self._rows_by_key = rows_by_key
        self._addressing = Addressing(tables, rows_by_key)
        self._bulk = BulkActions(session)
        self._batch = Batch(session, self._part)

    def group(self, operation: Operation) -> Hashable:
        """Plain rows of one table, kind and key may share a bulk action, all others a batch."""
        return (operation.entity_set, operation.kind, *operation.key) if _is_plain(operation) else None

    def again(self, result: Result, tries: int) -> bool:
        """Deadlocks and pauses pass; an upsert that another one overtook finds the row the second time."""
        if result.outcome != "refused":
            return False
        if isinstance(result.error, ContentionError | ThrottledError):
            return tries < MOST_TRIES
        if self._batch.again(result, tries):
            return True
        return result.operation.kind == "upsert" and isinstance(result.error, RecordExistsError) and tries < 2

    def send(self, operations: Sequence[Operation]) -> list[Result]:
        """One result for each operation, in order; raises as ``Batch.send`` and ContentionError."""
        addressed = self._addressing.addressed(operations)
        ready = [each for each in addressed if isinstance(each, Operation)]
        written = iter(self._written(ready) if ready else [])
        return [
            each if isinstance(each, Result) else _of_caller(operation, each, next(written))
            for operation, each in zip(operations, addressed, strict=True)
        ]

    def _written(self, operations: Sequence[Operation]) -> list[Result]:
        if self._fits_bulk(operations):
            table = self._tables.of(operations[0].entity_set)
            results = self._bulk.send(table, operations)
            if results is not None and not self._left_nothing(table, results):
                return self._with_ids(table, results)
        return self._batch.send(operations)

    def _fits_bulk(self, operations: Sequence[Operation]) -> bool:
        first = operations[0]
        if len(operations) < 2 or not _is_plain(first) or len({self.group(each) for each in operations}) > 1:
            return False
        if first.kind == "create":
            return True
        table = self._tables.of(first.entity_set)
        rows = {tuple(map(normalised, each.key.values())) for each in operations}
        return len(rows) == len(operations) and all(table.has_reference(each.key) for each in operations)

    def _left_nothing(self, table: Table, results: list[Result]) -> bool:
        """Whether creates that met a fault of the server can be repeated: all land or none, and none is there."""
        first = results[0]
        if not says_rolled_back(first.error) or len(first.operation.key) != 1:
            return False
        (column,) = first.operation.key
        try:
            rows = self._rows_by_key(table.entity_set, column, [each.operation.key[column] for each in results], ())
        except IntegrationError:
            return False
        return not rows and not rows.ambiguous

    def _with_ids(self, table: Table, results: list[Result]) -> list[Result]:
        """UpsertMultiple answers without a body: the ids are read by key."""
        operations = [result.operation for result in results if result.outcome == "done"]
        if not operations or operations[0].kind != "upsert":
            return results
        if table.is_id(operations[0].key):
            return [replace(result, returned=result.operation.key) for result in results]
        (column,) = operations[0].key
        try:
            rows = self._rows_by_key(table.entity_set, column, [each.key[column] for each in operations], ())
        except IntegrationError as error:
            lost = AmbiguousError(f"The rows were written, their ids could not be read. {error.message}")
            return [ambiguous(operation, lost) for operation in operations]
        return [_identified(result, rows.get(normalised(result.operation.key[column]))) for result in results]

    def _part(self, operation: Operation, content_id: str) -> PartRequest:
        table, key = self._tables.of(operation.entity_set), operation.key
        values = {name: value for name, value in operation.values.items() if name not in key}
        shown = f"?$select={','.join(dict.fromkeys((table.id_field, *key)))}"
        headers = {"Prefer": "return=representation"}
        if operation.kind == "create":
            method, path, values = "POST", operation.entity_set + shown, {**key, **values}
        elif operation.kind == "upsert":
            method, path = "PATCH", table.address(key) + shown
        else:
            # without a condition Dataverse creates what it does not find
            method, path, headers = "PATCH", table.address(key), {"If-Match": operation.etag or "*"}
        return PartRequest(method, joined(self._session.base_url, path), headers, json_body(values), content_id)


def _is_plain(operation: Operation) -> bool:
    """Whether a bulk action can carry the operation: they know no conditions, and states have rules of their own."""
    return operation.etag is None and not operation.also and STATE not in operation.values


def _identified(result: Result, row: dict[str, str | None] | None) -> Result:
    if row is None:
        return ambiguous(result.operation, AmbiguousError(f"{result.operation}: written, but not found by its key."))
    return replace(result, returned=row)


def _of_caller(operation: Operation, sent: Operation, result: Result) -> Result:
    """The result of ``sent`` as that of the caller's own ``operation``."""
    result = result if sent is operation else replace(result, operation=operation)
    if operation.kind == "upsert" and sent.kind != "upsert" and result.outcome == "done":
        return replace(result, created=sent.kind == "create", returned=result.returned or sent.key)
    return result
