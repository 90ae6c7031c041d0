"""Lookups of Sales: flows name the row behind one by a column of it, ``defaultuomid.name``; Sales takes its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from p2c.comparison import JsonValue
from p2c.contract import shortened
from p2c.flow import Flow, Pair
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.ledger.records import UNKNOWN_REFERENCE
from p2c.systems.dataverse_operations import lookup
from p2c.systems.odata.keyed_rows import KeyedRows
from p2c.validation.references import ReferenceData
from p2c_metadata import Model, NavigationProperty


class KeyedSystem(Protocol):
    """Where rows are found by a key."""

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str = ""
    ) -> KeyedRows: ...


class Lookups:
    """The lookups among a flow's destination fields.

    What a pair's reference names is found in the reference data; any other row, such as a parent, by its key.
    """

    def __init__(self, flow: Flow, model: Model, system: KeyedSystem, references: ReferenceData) -> None:
        self._entity = model.entity_set(flow.destination.entity_set)
        self._model = model
        self._system = system
        self._references = references
        self._pairs: Mapping[str, Pair] = {
            pair.target: pair for pair in flow.active(flow.cds_to_destination) if "." in pair.target
        }
        self._ids: dict[tuple[str, str], str] = {}
        self._several: dict[tuple[str, str], Sequence[str]] = {}

    def link(self, target: str) -> NavigationProperty:
        """The lookup that a field is read through."""
        return self._entity.navigation[target.partition(".")[0]]

    def find(self, target: str, values: Iterable[str]) -> list[str]:
        """Look up the rows behind a field by their key; returns the ids of those that are the only one of theirs."""
        entity = self._model.entity(self.link(target).target)
        wanted = list(dict.fromkeys(value for value in values if value))
        if not wanted:
            return []
        found = self._system.rows_by_key(entity.entity_set, target.partition(".")[2], wanted, (), "")
        self._several.update({(target, key): several for key, several in found.ambiguous.items()})
        ids = {key: row[entity.key[0]] or "" for key, row in found.items()}
        self._ids.update({(target, key): row_id for key, row_id in ids.items()})
        return list(ids.values())

    def unknown(self, values: Mapping[str, JsonValue], row: Mapping[str, object]) -> Reason | None:
        """Why one of the values to send names no row, or None."""
        for target, value in values.items():
            if target in self._pairs and value is not None and self._row_id(target, str(value), row) is None:
                text = f"{target}: {shortened(str(value))!r}{self._missing(target, str(value), row)}"
                return Reason(UNKNOWN_REFERENCE, text, target, shortened(str(value)))
        return None

    def payload(self, values: Mapping[str, JsonValue], row: Mapping[str, object]) -> dict[str, JsonValue]:
        """The values as Sales takes them; ``row`` holds what references are looked up along."""
        sent: dict[str, JsonValue] = {}
        for target, value in values.items():
            if target not in self._pairs:
                sent[target] = value
                continue
            link = self.link(target)
            row_id = None if value is None else self._row_id(target, str(value), row)
            sent |= lookup(link.name, self._model.entity(link.target).entity_set, row_id)
        return sent

    def _row_id(self, target: str, value: str, row: Mapping[str, object]) -> str | None:
        reference = self._pairs[target].reference
        if reference is None:
            return self._ids.get((target, normalised(value)))
        return self._references.row_id(reference, value, row)

    def _missing(self, target: str, value: str, row: Mapping[str, object]) -> str:
        if several := self._several.get((target, normalised(value))):
            return f" is the key of {len(several)} rows in Sales: {', '.join(sorted(several)[:5])}. Keep one of them."
        return f"{self._beside(target, row)} is not in Sales. Create it there, or map it."

    def _beside(self, target: str, row: Mapping[str, object]) -> str:
        reference = self._pairs[target].reference
        along = reference.along if reference else ()
        return "".join(f" with {part.target} {row[part.target] or ''!r}" for part in along)
