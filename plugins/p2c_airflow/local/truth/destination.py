"""The destinations as they stand: rows found by key, and which of them this installation created."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from p2c_airflow.local.systems import Row
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted, text
from p2c_metadata import load

#: The destinations in Sales, with what is read of the rows they look up.
SALES = {
    "products": "defaultuomid($select=name),defaultuomscheduleid($select=name),transactioncurrencyid"
    "($select=isocurrencycode)",
    "productpricelevels": "productid($select=productnumber),pricelevelid($select=name),uomid($select=name)",
}


class Destination:
    """Rows of the destinations and the sandbox's journal of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._indexes: dict[tuple[str, ...], dict[tuple[str, ...], list[Row]]] = {}

    def find(self, wanted: Wanted, organization: str) -> Row | None:
        """The row with the key of the wanted one, in the organization's company."""
        found = self.rows(wanted.entity_set, wanted.key, organization)
        return found[0] if found else None

    def rows(self, entity_set: str, key: Mapping[str, object], organization: str) -> list[Row]:
        """All rows with these values in an entity set, in the organization's company."""
        company = self._snapshot.company(organization)
        place = (entity_set, company, *key)
        if place not in self._indexes:
            index = self._indexes[place] = {}
            for row in self._read(entity_set, company):
                index.setdefault(_key(row, key), []).append(row)
        return self._indexes[place].get(_key(key, key), [])

    def was_created(self, entity_set: str, row: Row) -> bool:
        """Whether the row was created through the system's API, and so by us, not with the demo data."""
        return journal_key(entity_set, row) in self.created

    @cached_property
    def created(self) -> set[tuple[str, str]]:
        """Entity set and key of every row that was created through an API and not deleted since."""
        found: set[tuple[str, str]] = set()
        for effect in self._snapshot.systems.effects():
            place = (str(effect["entity_set"]), str(effect["key"]))
            if effect["kind"] == "created":
                found.add(place)
            elif effect["kind"] == "deleted":
                found.discard(place)
        return found

    def _read(self, entity_set: str, company: str) -> Iterator[Row]:
        if entity_set not in SALES:
            return iter(self._snapshot.finance(entity_set, company))
        return map(_flattened, self._snapshot.sales(f"{entity_set}?$expand={SALES[entity_set]}"))


def journal_key(entity_set: str, row: Row) -> tuple[str, str]:
    """Entity set and key of a row, as the sandbox's journal has them."""
    metadata = load("sales" if entity_set in SALES else "finance_operations").entity_set(entity_set)
    return entity_set, ",".join(str(row[name]) for name in metadata.key)


def _flattened(row: Row) -> Row:
    """A row of Sales with the columns of the rows that it looks up, as `lookup.column`."""
    looked_up = {
        f"{name}.{column}": value
        for name, other in row.items()
        if isinstance(other, dict)
        for column, value in other.items()
    }
    return {**row, **looked_up}


def _key(row: Mapping[str, object], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(text(row[name]).strip().casefold() for name in names)
