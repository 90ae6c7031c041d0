"""Alerts that stand, and what they are drawn from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, select, update

from p2c.database.engine import writing
from p2c.database.upsert import insert_into
from p2c.ledger import tables
from p2c.ledger.outcomes import outcome_of
from p2c.ledger.part import LedgerPart
from p2c.ledger.records import RunKey
from p2c.ledger.row_lists import AmountsApart

_TABLE, _STATES, _OUTCOMES, _RUNS = tables.alerts, tables.row_states, tables.row_outcomes, tables.runs


@dataclass(frozen=True)
class StandingAlert:
    """A cause as people were told of it; ``told_at`` is None while nobody was."""

    cause: str
    title: str
    text: str
    remedy: str
    since: datetime
    told_at: datetime | None


@dataclass(frozen=True)
class Overdue:
    """Rows of one place that have waited too long, the longest ``since``."""

    flow: str
    organization: str
    rows: int
    since: datetime


class StandingAlerts(LedgerPart):
    """Causes that stand, each told once and then at long intervals."""

    def now(self) -> datetime:
        """The time that alerts begin at."""
        return self._clock()

    def note_alerts(self, found: Iterable[StandingAlert], *, keep: Collection[str] = ()) -> None:
        """Keep the causes ``found``, those known with the time they began, and forget all others but ``keep``."""
        rows = {alert.cause: {**vars(alert)} for alert in found}
        with writing(self._engine) as connection:
            for row in rows.values():
                statement = insert_into(connection, _TABLE).values(row)
                texts = {name: row[name] for name in ("title", "text", "remedy")}
                connection.execute(statement.on_conflict_do_update(index_elements=["cause"], set_=texts))
            connection.execute(delete(_TABLE).where(_TABLE.c.cause.not_in([*rows, *keep])))

    def note_alert(self, alert: StandingAlert) -> None:
        """Keep one cause beside the others."""
        self.note_alerts([alert], keep=[kept.cause for kept in self.standing_alerts()])

    def standing_alerts(self) -> list[StandingAlert]:
        """The causes that stand, the oldest first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_TABLE).order_by(_TABLE.c.since, _TABLE.c.cause))
            return [StandingAlert(**row._mapping) for row in found]

    def alerts_to_tell(self, repeat: timedelta) -> list[StandingAlert]:
        """The causes that nobody was told of for ``repeat``."""
        before = self._clock() - repeat
        return [alert for alert in self.standing_alerts() if alert.told_at is None or alert.told_at <= before]

    def alert_told(self, cause: str) -> None:
        """Note that people were told of a cause."""
        with writing(self._engine) as connection:
            connection.execute(update(_TABLE).where(_TABLE.c.cause == cause).values(told_at=self._clock()))

    def waiting_since(self, before: datetime) -> list[Overdue]:
        """The places whose rows wait since ``before`` or longer."""
        place = (_STATES.c.flow, _STATES.c.organization)
        since = tables.WAITING_SINCE
        statement = select(*place, func.count(), func.min(since)).where(_STATES.c.waiting, since <= before)
        with self._engine.connect() as connection:
            return [Overdue(*row) for row in connection.execute(statement.group_by(*place).order_by(*place))]

    def amounts_apart_now(self) -> list[AmountsApart]:
        """The rows whose lines came to different sums when they were last written, by place and key."""
        last = and_(
            *(_STATES.c[name] == _RUNS.c[name] for name in RunKey.__dataclass_fields__),
            _STATES.c.source_id == _OUTCOMES.c.source_id,
        )
        names = [_RUNS.c[name] for name in RunKey.__dataclass_fields__]
        statement = select(_OUTCOMES, *names).join(_RUNS, _RUNS.c.id == _OUTCOMES.c.run).join(_STATES, last)
        statement = statement.where(tables.AMOUNTS_DIFFER).order_by(*names, _OUTCOMES.c.integration_key)
        with self._engine.connect() as connection:
            return [
                AmountsApart(RunKey(row.dag_id, row.run_id, row.flow, row.organization), outcome_of(row))
                for row in connection.execute(statement)
            ]
