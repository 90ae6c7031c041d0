"""Reading and writing CDS rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, Table, delete, select

from p2c.cds.tables import cds_table
from p2c.database.engine import writing
from p2c.database.lists import among
from p2c.database.upsert import newer_stays, upsert
from p2c.flow import CdsEntity


def _now() -> datetime:
    return datetime.now(UTC)


class CdsRow(NamedTuple):
    """One canonical row, read from the entity set ``origin``; amounts are Decimal, times aware."""

    source_id: str
    version: int
    values: Mapping[str, Any]
    origin: str


class CdsStore:
    """The last accepted state of every row, by flow, organization and source id."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    def upsert(self, entity: CdsEntity, flow: str, organization: str, rows: Iterable[CdsRow]) -> None:
        """Store rows in one short transaction; an older version never overwrites a newer one.

        Rows that are stored as they are already are not written.
        """
        table, now = cds_table(entity), self._clock()
        place = {"flow": flow, "organization": organization, "accepted_at": now}
        latest = {row.source_id: row for row in sorted(rows, key=lambda row: row.version)}
        names = [field.name for field in entity.fields]
        digests = {row.source_id: _digest(names, row) for row in latest.values()}
        stored = self._digests(table, flow, organization, latest)
        changed = [
            {
                **place,
                "source_id": row.source_id,
                "version": row.version,
                "origin": row.origin,
                "digest": digests[row.source_id],
                **dict(zip(names, map(row.values.get, names), strict=True)),
            }
            for row in latest.values()
            if stored.get(row.source_id) != (row.version, digests[row.source_id])
        ]
        if changed:
            with writing(self._engine) as connection:
                upsert(connection, table, changed, unless=newer_stays(table))

    def keep_only(
        self, entity: CdsEntity, flow: str, organization: str, field: str, kept: Mapping[str, Collection[str]]
    ) -> None:
        """Remove rows whose ``field`` is one of the keys of ``kept`` but whose source id is not among those beside it.

        Lines of a header that it has no longer. Reads the whole flow: not for every row of a load.
        """
        if not kept:
            return
        table = cds_table(entity)
        place = (table.c.flow == flow) & (table.c.organization == organization)
        with writing(self._engine) as connection:
            found = [
                row.source_id
                for condition in among(connection, table.c[field], kept)
                for row in connection.execute(select(table.c.source_id, table.c[field]).where(place, condition))
                if row.source_id not in kept[row[1]]
            ]
            for condition in among(connection, table.c.source_id, found):
                connection.execute(delete(table).where(place, condition))

    def get(self, entity: CdsEntity, flow: str, organization: str, source_ids: Iterable[str]) -> dict[str, CdsRow]:
        """Rows by source id; one never accepted is absent."""
        table = cds_table(entity)
        place = (table.c.flow == flow) & (table.c.organization == organization)
        found: dict[str, CdsRow] = {}
        with self._engine.connect() as connection:
            for condition in among(connection, table.c.source_id, source_ids):
                rows = connection.execute(select(table).where(place, condition))
                found |= {row.source_id: _cds_row(entity, row) for row in rows}
        return found

    def _digests(
        self, table: Table, flow: str, organization: str, source_ids: Iterable[str]
    ) -> dict[str, tuple[int, str | None]]:
        """Version and digest of the rows stored, by source id."""
        place = (table.c.flow == flow) & (table.c.organization == organization)
        columns, found = (table.c.source_id, table.c.version, table.c.digest), dict[str, tuple[int, str | None]]()
        with self._engine.connect() as connection:
            for condition in among(connection, table.c.source_id, source_ids):
                rows = connection.execute(select(*columns).where(place, condition)).all()
                found |= {source_id: (version, digest) for source_id, version, digest in rows}
        return found


def _digest(names: Iterable[str], row: CdsRow) -> str:
    """By which two forms of a row are told apart."""
    form = (row.origin, *map(row.values.get, names))
    return hashlib.blake2b(repr(form).encode(), digest_size=16).hexdigest()


def _cds_row(entity: CdsEntity, row: Row[Any]) -> CdsRow:
    values = {field.name: row._mapping[field.name] for field in entity.fields}
    return CdsRow(row.source_id, row.version, values, row.origin)
