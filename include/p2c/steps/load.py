"""Load: compare with the destination, write what differs, and account for every row."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from p2c.errors import ConfigurationError, FlowStoppedError, TransientError
from p2c.ledger import Outcome, Run
from p2c.mapping.prepare import destination_contracts
from p2c.planning import Planner
from p2c.steps.context import Reference, StepContext
from p2c.steps.loading import Destination, Loading
from p2c.steps.report import LoadReport
from p2c.steps.schema import check_schema
from p2c.steps.staged_parts import judged_parts


def load(context: StepContext, destination: Destination, reference: Mapping[str, object]) -> Reference:
    """Bring the destination in step with the staged rows; a dry run only plans and reports.

    The watermark moves last, and only for a run that read from it. Raises LeaseHeldError, CircuitBreakerError,
    FlowStoppedError where the destination replaced our key, TransientError for rows that got no answer, and what
    writing raises.
    """
    flow, run, settings = context.applied_flow, context.run, context.site.runs
    contracts = destination_contracts(flow)
    planner = Planner(flow, contracts, context.key, adopt=run.adopt, settle_runs=settings.settle_runs)
    _require_shadow(context, run)
    check_schema(context, flow.destination.system, destination)
    validated = context.handed_on(reference, "validate")
    report = LoadReport(context, validated.rows["verdicts"])
    holder = f"{context.dag_id}/{context.run_id}"
    with context.ledger.lease(
        flow.name, context.organization, holder, timedelta(minutes=settings.lease_minutes)
    ) as lease:
        if not run.dry_run:
            context.ledger.open_outcomes(context.key, validated.checksum)
        loading = Loading(context, destination, planner, lease, report)
        with _settled_memory():
            for part in judged_parts(context, validated):
                loading.load(part)
        counts = report.counts if run.dry_run else _recorded(context)
        _require_accounted(context, report.read, counts)
        _require_confirmed(context, loading.unconfirmed)
        _finish(context, run, counts, loading.statistics())
    return report.reference(counts)


@contextmanager
def _settled_memory() -> Iterator[None]:
    """What the process holds by now stays: the garbage collector need not walk through it anew with every part."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _require_shadow(context: StepContext, run: Run) -> None:
    """A run that began before its flow was put in shadow mode writes no more."""
    if context.site.flow_settings(context.flow.name).dry_run and not run.dry_run:
        raise ConfigurationError(
            f"site.toml has put {context.flow.name} in shadow mode ([flows.{context.flow.name}] dry_run) since this "
            "run began, so it writes nothing. Trigger a new run; this one keeps what it was asked to do."
        )


def _recorded(context: StepContext) -> Counter[Outcome]:
    return Counter(context.ledger.counts(context.key))


def _require_accounted(context: StepContext, read: int, counts: Mapping[Outcome, int]) -> None:
    """Every distinct source row has exactly one outcome, or the step is not green."""
    total = sum(counts.values())
    if total != read:
        raise FlowStoppedError(
            f"{context.flow.name} for {context.organization}: {read} rows were read but {total} have an outcome. "
            "The watermark stays; clear this step, and report this with the ledger."
        )


def _require_confirmed(context: StepContext, rows: int) -> None:
    """Rows without an answer are tried again by this step; only when its retries end do they wait for another run."""
    if rows:
        raise TransientError(
            f"{context.flow.name} for {context.organization}: {rows} rows got no answer and are not there when read "
            "back; the step tries them again."
        )


def _finish(context: StepContext, run: Run, counts: Mapping[Outcome, int], statistics: Mapping[str, Any]) -> None:
    context.ledger.finish_run(context.key, "success", counts, statistics)
    if run.window.kind in ("initial", "watermark") and run.window.end and not run.dry_run:
        context.ledger.advance_watermark(context.flow.name, context.organization, run.window.end, context.key)
