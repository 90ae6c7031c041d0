"""Windows of a flow whose source carries no modification time: every run reads it whole, no dates choose rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from p2c.errors import ConfigurationError, NothingToReadError
from p2c.ledger import Run, Window
from p2c.steps.context import StepContext
from p2c.window import RunOptions

#: For so long a whole read by one run of a backfill serves its other runs.
_SERVES = timedelta(days=1)
#: Runs of a flow and organization among which that one is looked for.
_LATEST = 500


def window_without_dates(context: StepContext, options: RunOptions, server_time: datetime) -> Window | None:
    """The window of a backfill's run, None where the run is no backfill's.

    Raises ConfigurationError for a window of dates, and NothingToReadError in a backfill that has read everything.
    """
    name = context.flow.source.entity_set
    if (options.start or options.end) and not options.keys:
        raise ConfigurationError(
            f"{name} carries no modification time, so no dates can be asked for: every run reads all rows. Trigger "
            "without start and end, or with keys."
        )
    if options.interval is None or options.keys or options.full:
        return None
    if before := _read_before(context):
        raise NothingToReadError(
            f"{name} carries no modification time, so a backfill's dates choose no rows of it. "
            f"{before.key.run_id} has read all of them at {before.started_at.isoformat(timespec='seconds')}."
        )
    return Window(None, server_time, "interval")


def _read_before(context: StepContext) -> Run | None:
    """The backfill's run that has read everything, or is about to."""
    since = datetime.now(UTC) - _SERVES
    runs = context.ledger.runs(limit=_LATEST, flow=context.flow.name, organization=context.organization)
    return next(
        (
            run
            for run in runs
            if run.key.dag_id == context.dag_id
            and run.window.kind == "interval"
            and run.state != "failed"
            and run.started_at >= since
        ),
        None,
    )
