"""Rows put into the state past all rules: demo data at the first start, test data through the control interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

import p2c_metadata
from p2c_metadata import EntityType, UnknownName
from p2c_sandbox.finance_operations import values as finance_operations_values
from p2c_sandbox.sales import defaults as sales_defaults
from p2c_sandbox.sales.collections import collecting_columns
from p2c_sandbox.service import Data, Service
from p2c_sandbox.settings import Settings, System
from p2c_sandbox.store import Transaction, key_text

_KEPT_BY_THE_STORE = {"versionnumber"}
DEMO = Path(__file__).parent / "demo"
SYSTEMS: tuple[System, ...] = ("sales", "finance_operations")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class SeedError(ValueError):
    """Data that cannot be put into the state; the message names the file or entity set and what is wrong."""


def read_data(path: Path) -> Data:
    """Rows by system and entity set from one JSON file, or from `<system>/<entity set>.json` in a directory."""
    if path.is_dir():
        return {system: {file.stem: _decoded(file) for file in _files(path / system)} for system in SYSTEMS}
    content = _decoded(path)
    if not isinstance(content, dict) or not set(content) <= set(SYSTEMS):
        raise SeedError(f"{path}: expected an object with the members {' and '.join(SYSTEMS)}.")
    return content


def data_of(service: Service, name: str) -> Data:
    """The rows of `demo`, of `empty`, or of `initial`, what the sandbox was started with."""
    if name == "demo":
        return read_data(DEMO)
    return service.initial_data if name == "initial" else {}


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.json"))


def reset(service: Service, data: Data) -> None:
    """Back to the beginning: only the rows of `data`; no journal, no faults, settings, schema and time as at first."""
    service.resets += 1
    service.faults.clear()
    service.settings = Settings()
    service.schema.reset()
    service.clock.reset()
    service.protection.clear()
    service.protection.clear()
    with service.store.transaction() as transaction:
        transaction.connection.execute("delete from rows")
        transaction.connection.execute("delete from deletions")
        for system, entity_sets in data.items():
            for entity_set, rows in entity_sets.items():
                put_rows(transaction, system, entity_set, rows)
        service.journal.clear()


def put_rows(
    transaction: Transaction, system: System, entity_set: str, rows: Iterable[Any], modified: datetime | None = None
) -> int:
    """Write rows, replacing those of the same key, and return how many. SeedError if a name or key is wrong."""
    entity = entity_type(system, entity_set)
    for column in collecting_columns(p2c_metadata.load(system), entity):
        transaction.index(system, entity_set, column)
    put = list(rows)
    for row in put:
        _put(transaction, system, entity, row, modified)
    return len(put)


def delete_rows(transaction: Transaction, system: System, entity_set: str, keys: Iterable[Iterable[Any]]) -> None:
    """Remove rows by their key values. RowMissing if one is not there."""
    entity_type(system, entity_set)
    for key in keys:
        transaction.delete(system, entity_set, key_text(key))


def list_rows(transaction: Transaction, system: System, entity_set: str) -> Iterator[dict[str, Any]]:
    """Every row as stored, with its version and times."""
    entity_type(system, entity_set)
    for row in transaction.find(system, entity_set):
        yield {"key": row.key, "version": row.version, "created": row.created, "modified": row.modified, **row.values}


def entity_type(system: System, entity_set: str) -> EntityType:
    """The entity type behind an entity set. SeedError if the system has none of that name."""
    try:
        return p2c_metadata.load(system).entity_set(entity_set)
    except UnknownName as error:
        raise SeedError(f"{system}: {error}") from None


def _put(transaction: Transaction, system: System, entity: EntityType, values: Any, modified: datetime | None) -> None:
    row = _checked(system, entity, values)
    stated = row.pop("modifiedon", None) if system == "sales" else None
    moment = modified or (datetime.fromisoformat(stated) if stated else None)
    key = key_text(row[name] for name in entity.key)
    if transaction.get(system, entity.entity_set, key) is not None:
        transaction.update(system, entity.entity_set, key, row, at=moment)
    else:
        transaction.insert(system, entity.entity_set, key, _completed(transaction, system, entity, row), at=moment)


def _completed(
    transaction: Transaction, system: System, entity: EntityType, values: Mapping[str, Any]
) -> Mapping[str, Any]:
    if system == "sales":
        return sales_defaults.completed(transaction, entity, values)
    return finance_operations_values.completed(entity, values)


def _checked(system: System, entity: EntityType, values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise SeedError(f"{system} {entity.entity_set}: a row must be an object, not {type(values).__name__}.")
    try:
        for name in values:
            entity.property(name.partition("@")[0])
    except UnknownName as error:
        raise SeedError(f"{system} {entity.entity_set}: {error}") from None
    missing = [name for name in entity.key if values.get(name) in (None, "")]
    if missing:
        raise SeedError(f"{system} {entity.entity_set}: a row has no {', '.join(missing)}, which is its key.")
    return {name: value for name, value in values.items() if name not in _KEPT_BY_THE_STORE}


def _decoded(path: Path) -> Any:
    try:
        return _decode(path.read_bytes())
    except FileNotFoundError:
        raise SeedError(f"{path}: no such file or directory.") from None
    except (OSError, msgspec.DecodeError) as error:
        raise SeedError(f"{path}: {error}") from None
