"""What a dry run finds: kept in the ledger, and told in the step's log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from p2c.contract import shortened
from p2c.ledger import Difference, Outcome
from p2c.plan_reasons import ADOPTED, NOT_OURS
from p2c.shadow import CANNOT_LAND, FIELDS, PRESENT_BEFORE
from p2c.steps.context import StepContext
from p2c.steps.planned import Planned

#: Rows kept in the ledger for each field, and for each reason why a row cannot land, at most; figures count them all.
KEPT_ROWS = 500
#: Examples in the log for each field.
TOLD_ROWS = 5
CANNOT = (Outcome.REJECTED, Outcome.PARKED)


class DryRun:
    """Collects the differences between what is planned and what the destination holds."""

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._outcomes: Counter[Outcome] = Counter()
        self._fields: Counter[str] = Counter()
        self._present_before = 0
        self._cannot_land = 0
        self._kept: Counter[tuple[str, str]] = Counter()
        self._examples: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, planned: Iterable[Planned]) -> None:
        """Take rows with what would become of them."""
        found: list[Difference] = []
        rows = list(planned)
        for item in rows:
            self._outcomes[item.plan.outcome] += 1
            present_before = any(reason.code in (ADOPTED, NOT_OURS) for reason in item.plan.reasons)
            self._present_before += present_before
            self._cannot_land += not present_before and item.plan.outcome in CANNOT
            of_row = list(_differences(item))
            self._fields.update(
                {difference.field for difference in of_row if difference.field and not difference.reason}
            )
            found += (difference for difference in of_row if self._keeps(difference))
        self._context.ledger.record_differences(self._context.key, [item.row.source_id for item in rows], found)

    def close(self) -> Mapping[str, Any]:
        """Tell what was found, and return the figures that the ledger keeps with the run."""
        tell = self._context.progress
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self._outcomes.items())
        tell(f"Dry run, nothing was written. What would become of the rows: {counts or 'none was read'}.")
        if self._present_before:
            tell(f"{self._present_before} rows were at the destination before us: adopt takes them over.")
        if created := self._outcomes[Outcome.CREATED]:
            tell(f"{created} rows are missing at the destination: {self._some('', created)}")
        for field, rows in self._fields.most_common():
            tell(f"{field} differs in {rows} rows: {self._some(field, rows)}")
        return {
            FIELDS: dict(self._fields),
            PRESENT_BEFORE: self._present_before,
            CANNOT_LAND: self._cannot_land,
        }

    def _keeps(self, difference: Difference) -> bool:
        if not difference.reason and len(self._examples[difference.field]) < TOLD_ROWS:
            self._examples[difference.field].append(_told(difference))
        kind = (difference.field, str(difference.outcome) if difference.reason else "")
        self._kept[kind] += 1
        return self._kept[kind] <= KEPT_ROWS

    def _some(self, field: str, rows: int) -> str:
        shown = self._examples[field]
        return "; ".join(shown) + (f"; and {rows - len(shown)} more." if rows > len(shown) else ".")


def _differences(item: Planned) -> Iterator[Difference]:
    plan = item.plan
    identity = (item.row.source_id, item.row.key, plan.outcome)
    if plan.outcome is Outcome.CREATED:
        yield Difference(*identity, wanted=item.key)
    for field in plan.differing:
        found = shortened(field.wanted), shortened(field.found)
        yield Difference(*identity, field.field, *found, line=field.line)
    if plan.outcome in CANNOT:
        for reason in plan.reasons:
            text = str(reason)
            yield Difference(*identity, reason.field, found=reason.value, reason=text, line=reason.line)


def _told(difference: Difference) -> str:
    if not difference.field:
        return difference.integration_key
    return f"{difference.integration_key} has {difference.found!r} for {difference.wanted!r}"
