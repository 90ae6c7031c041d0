"""Load: compare with the destination, write what differs, and account for every row."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from p2c.errors import ConfigurationError, TransientError
from p2c.ledger import Run
from p2c.mapping.prepare import destination_contracts
from p2c.planning import Planner
from p2c.staging.manifest import digest
from p2c.steps.breaker import check_rejected
from p2c.steps.context import Reference, StepContext
from p2c.steps.finish import finish
from p2c.steps.loading import Destination, Loading
from p2c.steps.report import LoadReport
from p2c.steps.schema import check_schema
from p2c.steps.staged_parts import judged_parts
from p2c.steps.validate import NEWLY


def load(context: StepContext, destination: Destination, reference: Mapping[str, object]) -> Reference:
    """Bring the destination in step with the staged rows; a dry run only plans and reports.

    A load of all keys finishes its run, one of a key range leaves that to the run's last step. Raises LeaseHeldError,
    CircuitBreakerError, FlowStoppedError where the destination replaced our key, TransientError for rows that got no
    answer, and what writing and finishing raise.
    """
    flow, run, settings = context.applied_flow, context.run, context.site.runs
    contracts = destination_contracts(flow)
    planner = Planner(flow, contracts, context.key, adopt=run.adopt, settle_runs=settings.settle_runs)
    _require_shadow(context, run)
    check_schema(context, flow.destination.system, destination)
    validated = context.handed_on(reference, "validate")
    judged = _judged(context)
    report = LoadReport(context, validated.rows["verdicts"])
    holder = f"{context.dag_id}/{context.run_id}"
    with context.ledger.lease(
        flow.name, context.organization, holder, timedelta(minutes=settings.lease_minutes), context.key_range.number
    ) as lease:
        if not run.dry_run:
            context.ledger.open_outcomes(context.key, judged)
        loading = Loading(context, destination, planner, lease, report)
        with _settled_memory():
            for part in judged_parts(context, validated):
                loading.load(part)
        _require_confirmed(context, loading.unconfirmed)
        loaded = report.reference(loading.found())
        return finish(context, [loaded]) if context.key_range.whole else loaded


def _judged(context: StepContext) -> str:
    """Digest of the rows that the run loads: in all its key ranges, for none is loaded before all are judged."""
    if context.key_range.whole:
        return context.staged("validate").read().checksum
    verdicts = [context.staged("validate", each).read() for each in context.key_range.all]
    newly: Counter[str] = Counter()
    for each in verdicts:
        newly.update(each.metadata[NEWLY])
    check_rejected(context, newly)
    return digest("".join(each.checksum for each in verdicts).encode())


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


def _require_confirmed(context: StepContext, rows: int) -> None:
    """Rows without an answer are tried again by this step; only when its retries end do they wait for another run."""
    if rows:
        raise TransientError(
            f"{context.flow.name} for {context.organization}: {rows} rows got no answer and are not there when read "
            "back; the step tries them again."
        )
