"""What dry runs find: the rows and fields in which a destination is not as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select

from p2c.database.engine import writing
from p2c.database.lists import among
from p2c.database.upsert import upsert
from p2c.ledger import tables
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import Outcome, Run, RunKey
from p2c.ledger.runs import is_run, run_number, run_of

_TABLE = tables.differences
#: The windows of a dry run that has compared every row of the source.
WHOLE = ("initial", "full")


@dataclass(frozen=True)
class Difference:
    """What a dry run found of one row: a destination field that differs, or without a ``field`` a row that is missing.

    With a ``reason`` the row could not land or could not be compared: *rejected* or *parked*.
    """

    source_id: str
    integration_key: str
    outcome: Outcome
    field: str = ""
    wanted: str = ""
    found: str = ""
    reason: str = ""
    line: str = ""


class Differences(LedgerPart):
    """The differences of each dry run; they go when their run goes."""

    def open_differences(self, key: RunKey) -> None:
        """Begin a dry run, also once more: what it found before is forgotten."""
        with writing(self._engine) as connection:
            connection.execute(delete(_TABLE).where(_TABLE.c.run == run_number(connection, key)))

    def record_differences(self, key: RunKey, source_ids: Sequence[str], found: Sequence[Difference]) -> None:
        """Keep what a dry run ``found`` of some rows, in place of what an earlier try found of them.

        Raises LookupError for a run that never started.
        """
        with writing(self._engine) as connection:
            number = run_number(connection, key)
            for of_rows in among(connection, _TABLE.c.source_id, source_ids):
                connection.execute(delete(_TABLE).where(_TABLE.c.run == number, of_rows))
            rows = [{**vars(difference), "outcome": str(difference.outcome), "run": number} for difference in found]
            upsert(connection, _TABLE, rows)

    def differences(self, key: RunKey, field: str, limit: int) -> list[Difference]:
        """Rows in which a dry run found ``field`` to differ, or which are missing (""), by integration key."""
        return self._found(key, (_TABLE.c.field == field) & (_TABLE.c.reason == ""), limit)

    def rows_barred(self, key: RunKey, limit: int) -> list[Difference]:
        """Rows that could not land, each reason by itself, by integration key."""
        return self._found(key, _TABLE.c.reason != "", limit)

    def _found(self, key: RunKey, condition: ColumnElement[bool], limit: int) -> list[Difference]:
        order = (_TABLE.c.integration_key, _TABLE.c.source_id, _TABLE.c.line, _TABLE.c.field)
        statement = select(_TABLE).join(tables.runs).where(is_run(key), condition).order_by(*order).limit(limit)
        with self._engine.connect() as connection:
            return [_difference_of(row) for row in connection.execute(statement)]

    def comparisons(
        self, flow: str | None = None, organization: str | None = None, since: datetime | None = None
    ) -> list[Run]:
        """The dry runs that compared every row and ended well, the oldest first."""
        runs = tables.runs
        conditions = [runs.c.dry_run, runs.c.state == "success", runs.c.window_kind.in_(WHOLE)]
        wanted = {"flow": flow, "organization": organization}
        conditions += [runs.c[name] == value for name, value in wanted.items() if value]
        conditions += [runs.c.started_at >= since] if since else []
        with self._engine.connect() as connection:
            found = connection.execute(select(runs).where(*conditions).order_by(runs.c.started_at, runs.c.id))
            return [run_of(row) for row in found]


def _difference_of(row: Row[Any]) -> Difference:
    values = {name: row._mapping[name] for name in Difference.__dataclass_fields__}
    return Difference(**values | {"outcome": Outcome(row.outcome)})
