"""The circuit breaker: what happens when too large a share of rows is bad."""

from __future__ import annotations

from p2c.errors import CircuitBreakerError
from p2c.steps.context import StepContext


def exceeded(context: StepContext, bad: int, judged: int) -> bool:
    """Whether ``bad`` of ``judged`` rows are too many by the site's settings."""
    settings = context.site.runs
    return bad >= settings.breaker_rows and bad >= settings.breaker_share * judged


def open_breaker(context: StepContext, text: str) -> None:
    """Stop the step, raising CircuitBreakerError; an initial load and a dry run, made to show such rows, go on."""
    if not context.run.dry_run and context.run.window.kind != "initial":
        raise CircuitBreakerError(text)
    context.progress(f"{'Dry run' if context.run.dry_run else 'Initial load'} goes on: {text}")
