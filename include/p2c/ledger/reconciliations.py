"""What the latest look at the keys of both sides found, and the identity map it is held against."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import select

from p2c.database.engine import writing
from p2c.database.upsert import upsert
from p2c.discrepancy import Discrepancy
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import LANDED, Outcome
from p2c.ledger.rows import of_rows

_TABLE, _STATES = tables.reconciliations, tables.row_states


class Finding(NamedTuple):
    """How many rows disagree in one way, with a few of their keys."""

    rows: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Reconciliation:
    """What was found of one flow and organization; NOT_OURS is no mistake."""

    flow: str
    organization: str
    at: datetime
    findings: Mapping[Discrepancy, Finding]


class Identity(NamedTuple):
    """A source row as the identity map has it; ``landed`` means that it was at the destination when last seen."""

    source_id: str
    integration_key: str
    destination_key: str | None
    landed: bool


class Reconciliations(LedgerPart):
    """One for each flow and organization: the latest."""

    def identities(self, flow: str, organization: str) -> Iterator[Identity]:
        """Every row that a run has judged, read as it is consumed."""
        columns = (_STATES.c.source_id, _STATES.c.integration_key, _STATES.c.destination_key_normalised)
        statement = select(*columns, _STATES.c.ours, _STATES.c.outcome).where(of_rows(flow, organization))
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=5000).execute(statement):
                key = row[2] if row.ours else None
                yield Identity(row[0], row[1], key, bool(key) and Outcome(row.outcome) in LANDED)

    def record_reconciliation(self, found: Reconciliation) -> None:
        """Keep what was found in place of what was found before."""
        findings = {str(kind): list(finding) for kind, finding in found.findings.items()}
        row = {"flow": found.flow, "organization": found.organization, "at": found.at, "findings": findings}
        with writing(self._engine) as connection:
            upsert(connection, _TABLE, [row])

    def reconciliations(self, flows: Collection[str]) -> list[Reconciliation]:
        """What was found last, by flow and organization."""
        statement = select(_TABLE).where(_TABLE.c.flow.in_(sorted(flows)))
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(_TABLE.c.flow, _TABLE.c.organization)).all()
        return [
            Reconciliation(
                row.flow, row.organization, row.at, msgspec.convert(row.findings, dict[Discrepancy, Finding])
            )
            for row in rows
        ]
