"""The circuit breaker: what happens when too large a share of rows is bad."""

from __future__ import annotations

from collections.abc import Mapping

from p2c.errors import CircuitBreakerError
from p2c.steps.context import StepContext


def exceeded(context: StepContext, bad: int, judged: int) -> bool:
    """Whether ``bad`` of ``judged`` rows are too many by the site's settings."""
    settings = context.site.runs
    return bad >= settings.breaker_rows and bad >= settings.breaker_share * judged


def check_rejected(context: StepContext, newly: Mapping[str, int]) -> None:
    """Open the breaker where too many of a run's newly read rows are rejected, given how many have which verdict."""
    rejected = newly.get("rejected", 0)
    judged = rejected + newly.get("ready", 0)
    if exceeded(context, rejected, judged):
        open_breaker(
            context,
            f"{rejected} of {judged} rows in scope are rejected for {context.organization}; nothing was written. "
            "The log above names them: mend their cause, then clear extract.",
        )


def open_breaker(context: StepContext, text: str) -> None:
    """Stop the step, raising CircuitBreakerError; an initial load and a dry run, made to show such rows, go on."""
    if not context.run.dry_run and context.run.window.kind != "initial":
        raise CircuitBreakerError(text)
    context.progress(f"{'Dry run' if context.run.dry_run else 'Initial load'} goes on: {text}")
