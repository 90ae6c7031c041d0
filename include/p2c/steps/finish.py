"""Finish: account for every row of a run, and move the watermark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from p2c.errors import FlowStoppedError
from p2c.ledger.records import DELETED
from p2c.shadow import found_in_all
from p2c.staging import StagedSet
from p2c.steps.context import Reference, StepContext
from p2c.steps.report import COUNTS, FOUND


def finish(context: StepContext, loaded: Sequence[Mapping[str, object] | None]) -> Reference:
    """Close a run whose key ranges are ``loaded``: what the load of each handed on, None for one that failed.

    The watermark moves last, and only for a run that read from it. Raises FlowStoppedError where a range is not loaded,
    and where a row has no outcome.
    """
    _require_loaded(context, loaded)
    run = context.run
    reports = [context.staged("load", each).read() for each in context.key_range.all]
    counts = _planned(reports) if run.dry_run else dict(context.ledger.counts(context.key))
    _require_accounted(context, sum(report.rows["rows"] for report in reports), sum(counts.values()))
    context.ledger.finish_run(context.key, "success", counts, _statistics(context, reports))
    if run.window.kind in ("initial", "watermark") and run.window.end and not run.dry_run:
        context.ledger.advance_watermark(context.flow.name, context.organization, run.window.end, context.key)
    named = {str(outcome): count for outcome, count in counts.items()}
    return context.reference(context.staged("load"), sum(named.values()), named)


def _require_loaded(context: StepContext, loaded: Sequence[Mapping[str, object] | None]) -> None:
    missing = [str(each) for each, reference in zip(context.key_range.all, loaded, strict=True) if reference is None]
    if missing:
        raise FlowStoppedError(
            f"{context.flow.name} for {context.organization}: {' and '.join(missing)} did not end well. The watermark "
            "stays; mend what the steps of that range say and clear those, and this step with them."
        )


def _planned(reports: Sequence[StagedSet]) -> Mapping[Any, int]:
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update(report.metadata[COUNTS])
    return counts


def _require_accounted(context: StepContext, read: int, recorded: int) -> None:
    """Every distinct source row has exactly one outcome, or the step is not green."""
    if recorded != read:
        raise FlowStoppedError(
            f"{context.flow.name} for {context.organization}: {read} rows were read but {recorded} have an outcome. "
            "The watermark stays; clear this step, and report this with the ledger."
        )


def _statistics(context: StepContext, reports: Sequence[StagedSet]) -> Mapping[str, Any]:
    """What the ledger keeps with the run: of a dry run what it found, else the lines deleted at the destination."""
    if context.run.dry_run:
        return found_in_all(report.metadata[FOUND] for report in reports)
    if context.flow.lines is None:
        return {}
    deleted = context.ledger.deleted(context.key)
    context.progress(f"{deleted} lines deleted at the destination")
    return {DELETED: deleted}
