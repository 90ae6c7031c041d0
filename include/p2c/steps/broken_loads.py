"""What other runs were sending when their loads were broken off: nobody knows how far they came.

A process that is killed may have written what the ledger does not know. Until its load is done again, or a later run
has sent the rows, an older version that another run staged before must not be written over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from p2c.errors import StagingError
from p2c.ledger import Outcome, Reason, RunKey
from p2c.plan_reasons import OLDER_VERSION
from p2c.planning import MappedRow, Plan
from p2c.steps.context import StepContext

_COLUMNS = ("source_id", "version")


class BrokenLoads:
    """The loads of one flow and organization, this run's aside, that began and did not end."""

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._staged = [
            (key.run_id, rows) for key in context.ledger.broken_loads(context.key) for rows in self._of(key)
        ]
        self._sending: dict[str, tuple[int, str]] = {}

    def look_up(self, source_ids: Sequence[str]) -> None:
        """Find which versions of these rows were being sent."""
        wanted, self._sending = pa.array(source_ids, pa.string()), {}
        for run_id, rows in self._staged:
            found = rows.filter(pc.is_in(rows["source_id"], value_set=wanted))
            for source_id, version in zip(*(found[name].to_pylist() for name in _COLUMNS), strict=True):
                self._sending[source_id] = max(self._sending.get(source_id, (0, "")), (version, run_id))

    def outdated(self, row: MappedRow) -> Plan | None:
        """Skip a row of which a newer version was being sent; one that the source lacks has no version."""
        version, run_id = self._sending.get(row.source_id, (0, ""))
        if not 0 < row.version < version:
            return None
        text = (
            f"Version {row.version} is older than {version}, which {run_id} was loading when it was broken off. That "
            "run sends it when its load is cleared, and so does the next scheduled one."
        )
        return Plan(Outcome.SKIPPED, reasons=(Reason(OLDER_VERSION, text),))

    def _of(self, key: RunKey) -> list[pa.Table]:
        """What a run has staged for its load, without the rows themselves; nothing where it was discarded."""
        place = (key.dag_id, key.run_id, key.organization, key.flow, "validate")
        try:
            staged = (each.read().parts("verdicts", _COLUMNS) for each in self._context.staging.key_ranges(*place))
            return [pa.concat_tables(chain.from_iterable(staged))]
        except (StagingError, pa.ArrowInvalid):
            self._context.progress(f"The load of {key.run_id} was broken off, and what it was to send is discarded.")
            return []
