"""The destinations as they stand: rows found by key, and which of them this installation created."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from p2c_airflow.local.systems import Row
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted, text
from p2c_metadata import load

COMPANY = "dataAreaId"


class Destination:
    """Rows of the destinations and the sandbox's journal of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._indexes: dict[tuple[str, ...], dict[tuple[str, ...], Row]] = {}

    def find(self, wanted: Wanted, organization: str) -> Row | None:
        """The row with the key of the wanted one, in the organization's company."""
        company = self._snapshot.company(organization)
        place = (wanted.entity_set, company, *wanted.key)
        if place not in self._indexes:
            rows = self._snapshot.finance(wanted.entity_set, company)
            self._indexes[place] = {_key(row, wanted.key): row for row in rows}
        return self._indexes[place].get(_key(wanted.key, wanted.key))

    def was_created(self, entity_set: str, row: Row) -> bool:
        """Whether the row was created through the system's API, and so by us, not with the demo data."""
        key = ",".join(str(row[name]) for name in load("finance_operations").entity_set(entity_set).key)
        return (entity_set, key) in self._created

    @cached_property
    def _created(self) -> set[tuple[str, str]]:
        effects = self._snapshot.systems.effects()
        return {(effect["entity_set"], effect["key"]) for effect in effects if effect["kind"] == "created"}


def _key(row: Mapping[str, object], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(text(row[name]).strip().casefold() for name in names)
