"""The rows of Sales that a flow writes: found by key or by the rows they refer to, and written by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from p2c.comparison import JsonValue
from p2c.destination_key import joined_key, split_key
from p2c.field_comparison import StoredRow
from p2c.flow import Flow, WritePolicy
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.steps.lookups import KeyedSystem, Lookups
from p2c.systems.odata.operations import Operation, Result
from p2c.systems.odata.query import Page
from p2c.validation.references import ReferenceData
from p2c_metadata import Model


class SalesSystem(KeyedSystem, Protocol):
    """Sales, as a destination."""

    def rows_by_lookup(
        self, entity_set: str, lookup_field: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Iterator[Page]: ...
    def write(
        self, operations: Iterable[Operation], *, lanes: int, before_batch: Callable[[], None]
    ) -> Iterator[Result]: ...


class SalesRows:
    """Reads and writes rows by their destination key, as the ledger holds it. A key may go through lookups."""

    def __init__(
        self, flow: Flow, system: SalesSystem, fields: Sequence[str], model: Model, references: ReferenceData
    ) -> None:
        self._destination = flow.destination
        self._system = system
        self._fields = tuple(fields)
        self._lookups = Lookups(flow, model, system, references)
        (self._id_field,) = model.entity_set(flow.destination.entity_set).key
        unchanging = (WritePolicy.ON_CREATE, WritePolicy.NEVER)
        pairs = flow.active(flow.cds_to_destination)
        self._kept = frozenset(pair.target for pair in pairs if pair.write in unchanging)
        self._stored: dict[str, StoredRow] = {}
        self._ids: dict[str, str] = {}
        self._written: dict[int, str] = {}
        self.ambiguous: dict[str, tuple[str, ...]] = {}

    def read(self, keys: Iterable[str]) -> dict[str, StoredRow]:
        """The rows with these keys, by normalised key; absent ones are left out, and so are ambiguous ones."""
        wanted = {normalised(key): key for key in keys}
        leading = [self._values(key)[0] for key in wanted.values()]
        field = self._destination.key
        columns = tuple(dict.fromkeys((self._id_field, *self._fields)))
        if "." in field:
            ids = self._lookups.find(field, leading)
            column = self._lookups.link(field).property
            pages = self._system.rows_by_lookup(self._destination.entity_set, column, ids, columns)
            matches = self._by_key(row for page in pages for row in page.rows)
            ambiguous = {key: tuple(row[self._id_field] or "" for row in rows) for key, rows in matches.items()}
            found = {key: rows[0] for key, rows in matches.items() if len(rows) == 1}
            self.ambiguous = {key: ids for key, ids in ambiguous.items() if len(ids) > 1}
        else:
            keyed = self._system.rows_by_key(self._destination.entity_set, field, leading, columns, "")
            found, self.ambiguous = dict(keyed), keyed.ambiguous
        self._stored = {key: row for key, row in found.items() if key in wanted}
        self._ids |= {key: row[self._id_field] or "" for key, row in self._stored.items()}
        return dict(self._stored)

    def unknown(self, key: str, values: Mapping[str, JsonValue], row: Mapping[str, object]) -> Reason | None:
        """Why the values cannot be sent, or None: one of them names a row that Sales lacks."""
        return self._lookups.unknown(values, self._beside(key, row))

    def operation(
        self,
        kind: Literal["create", "update", "delete"],
        key: str,
        values: Mapping[str, JsonValue],
        reference: int,
        etag: str | None,
        row: Mapping[str, object],
    ) -> Operation:
        """The write of one row; ``row`` is the whole mapped row, ``reference`` the caller's number for it."""
        own = {self._destination.key: self._values(key)[0]} if "." not in self._destination.key else {}
        key_fields = self._destination.key_fields
        changed = {name: value for name, value in values.items() if kind == "create" or name not in key_fields}
        self._written[reference] = normalised(key)
        return Operation(
            kind=kind,
            entity_set=self._destination.entity_set,
            company="",
            key=own if kind == "create" else {self._id_field: self._ids[normalised(key)]},
            values=self._lookups.payload(changed, self._beside(key, row)),
            reference=reference,
            etag=etag,
        )

    def write(self, operations: Iterable[Operation], before_batch: Callable[[], None]) -> Iterator[Result]:
        """Write with as many lanes as the flow has; ids of new rows are kept for what follows.

        What follows may be written before all results were taken, under numbers of its own.
        """
        waiting = list(operations)
        keys, self._written = self._written, {}
        results = self._system.write(waiting, lanes=self._destination.lanes, before_batch=before_batch)
        return self._with_ids_kept(results, keys)

    def _with_ids_kept(self, results: Iterator[Result], keys: Mapping[int, str]) -> Iterator[Result]:
        for result in results:
            if new_id := result.returned.get(self._id_field):
                self._ids[keys[result.operation.reference]] = new_id
            yield result

    def _beside(self, key: str, row: Mapping[str, object]) -> dict[str, object]:
        """The row with what its destination row keeps: a unit is one of the unit group the product has there."""
        stored = self._stored.get(normalised(key), {})
        return {**row, **{name: stored[name] for name in self._kept if name in stored and name in row}}

    def _by_key(self, rows: Iterable[StoredRow]) -> dict[str, list[StoredRow]]:
        found: dict[str, list[StoredRow]] = {}
        for row in rows:
            key = joined_key([row[name] or "" for name in self._destination.key_fields])
            found.setdefault(normalised(key), []).append(row)
        return found

    def _values(self, key: str) -> tuple[str, ...]:
        return split_key(key, len(self._destination.key_fields))
