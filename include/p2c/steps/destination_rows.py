"""The destination's rows of one flow and organization: read by key, and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from p2c.comparison import JsonValue
from p2c.destination_key import joined_key, split_key
from p2c.field_comparison import StoredRow
from p2c.flow import Flow
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.mapping.prepare import key_types
from p2c.steps.lookups import KeyedSystem
from p2c.systems.odata.operations import Operation, Result


class DestinationSystem(KeyedSystem, Protocol):
    """The system a flow writes."""

    def rows_by_keys(
        self,
        entity_set: str,
        keys: Sequence[Mapping[str, str]],
        fields: Sequence[str],
        company: str,
        types: Mapping[str, str],
    ) -> Mapping[tuple[str, ...], StoredRow]: ...

    def write(
        self, operations: Iterable[Operation], *, lanes: int, before_batch: Callable[[], None]
    ) -> Iterator[Result]: ...


class DestinationRows:
    """Reads and writes rows by their destination key, as the ledger holds it."""

    def __init__(self, flow: Flow, system: DestinationSystem, fields: Sequence[str], company: str) -> None:
        self._destination = flow.destination
        self._system = system
        self._fields = fields
        self._company = company
        self._types = key_types(flow)
        #: Keys that several rows have, with the ids of these; F&O's keys name one row.
        self.ambiguous: Mapping[str, tuple[str, ...]] = {}

    def read(self, keys: Iterable[str]) -> dict[str, StoredRow]:
        """The rows with these keys, by normalised key; absent ones are left out."""
        wanted, destination = list(dict.fromkeys(keys)), self._destination
        if not wanted:
            return {}
        if not destination.key_with:
            rows = self._system.rows_by_key(
                destination.entity_set, destination.key, wanted, self._fields, self._company
            )
            return {normalised(key): row for key, row in rows.items()}
        whole = [self._values(key) for key in wanted]
        found = self._system.rows_by_keys(destination.entity_set, whole, self._fields, self._company, types=self._types)
        return {normalised(joined_key(values)): row for values, row in found.items()}

    def unknown(self, key: str, values: Mapping[str, JsonValue], row: Mapping[str, object]) -> Reason | None:
        """Why the values cannot be sent: F&O takes them as they are."""
        del key, values, row
        return None

    def operation(
        self,
        kind: Literal["create", "update", "delete"],
        key: str,
        values: Mapping[str, JsonValue],
        reference: int,
        etag: str | None,
        row: Mapping[str, object],
    ) -> Operation:
        """The write of one row; ``reference`` is the caller's number for it."""
        del row
        return Operation(
            kind=kind,
            entity_set=self._destination.entity_set,
            company=self._company,
            key=self._values(key),
            values={name: value for name, value in values.items() if name not in self._destination.key_fields},
            reference=reference,
            etag=etag,
            key_types=self._types,
        )

    def write(self, operations: Iterable[Operation], before_batch: Callable[[], None]) -> Iterator[Result]:
        """Write with as many lanes as the flow has."""
        return self._system.write(operations, lanes=self._destination.lanes, before_batch=before_batch)

    def _values(self, key: str) -> dict[str, str]:
        names = self._destination.key_fields
        return dict(zip(names, split_key(key, len(names)), strict=True))
