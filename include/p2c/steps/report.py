"""What a load did or, in a dry run, would do: a staged set for people and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from p2c.ledger import Outcome, RowOutcome, summary
from p2c.money_check import MONEY
from p2c.steps.context import Reference, StepContext

ROWS = pa.schema([(name, pa.string()) for name in ("source_id", "key", "outcome", "changed", "reasons")])

#: Beside the rows of a report: how many had which outcome in this try, and what a dry run found.
COUNTS, FOUND = "counts", "found"

#: Lines about single rows in a part of a step's log, at most; the ledger has all of them.
LOGGED_ROWS = 200
#: Rows of a part of the report: a part for every batch would cost a load more than the ledger does.
PART = 5000
#: Nothing to mend.
UNREMARKABLE = (Outcome.SKIPPED, Outcome.UNCHANGED)


class LoadReport:
    """Collects the outcomes of ``total`` rows as they come to pass."""

    def __init__(self, context: StepContext, total: int | None = None) -> None:
        self._context = context
        self._total = total
        self._step = context.staged("load")
        self._writer = self._step.writer({"rows": ROWS}, attempt=context.attempt)
        self._rows: list[dict[str, str]] = []
        self._logged = 0
        self.counts: Counter[Outcome] = Counter()

    @property
    def read(self) -> int:
        """Distinct source rows seen so far."""
        return sum(self.counts.values())

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        """Take the outcomes of distinct rows."""
        for outcome in outcomes:
            self.counts[outcome.outcome] += 1
            self._log(outcome)
            self._rows.append(
                {
                    "source_id": outcome.source_id,
                    "key": outcome.integration_key,
                    "outcome": outcome.outcome.value,
                    "changed": ", ".join(outcome.changed_fields),
                    "reasons": msgspec.json.encode(outcome.reasons).decode(),
                }
            )
        if len(self._rows) >= PART:
            self._write()
        self._context.progress(f"{self.read} rows done: {self.summary()}")
        self._context.advanced("load", self.read, self._total)

    def summary(self) -> str:
        """The counts on one line."""
        return ", ".join(f"{count} {outcome.value}" for outcome, count in self.counts.items())

    def reference(self, found: Mapping[str, Any]) -> Reference:
        """Publish the report with what a dry run ``found``; returns what the step hands on."""
        self._write()
        counts = {outcome.value: count for outcome, count in self.counts.items()}
        self._writer.commit({"dry_run": self._context.run.dry_run, COUNTS: counts, FOUND: found})
        return self._context.reference(self._step, self.read, counts)

    def _write(self) -> None:
        self._writer.write({"rows": pa.Table.from_pylist(self._rows, schema=ROWS)})
        self._rows = []

    def _log(self, outcome: RowOutcome) -> None:
        if not _remarkable(outcome) or self._logged >= LOGGED_ROWS:
            return
        self._logged += 1
        named = outcome.integration_key or outcome.source_id
        self._context.progress(f"{outcome.outcome.value} {named}: {summary(outcome.reasons)}")


def _remarkable(outcome: RowOutcome) -> bool:
    if outcome.outcome in UNREMARKABLE:
        return any(reason.code == MONEY for reason in outcome.reasons)
    return bool(outcome.reasons)
