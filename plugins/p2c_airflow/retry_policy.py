"""What Airflow does about each error: the decision table of `p2c.errors`, as a retry policy and as rescheduling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.retry_policy import RetryDecision
from airflow.sdk.exceptions import AirflowRescheduleException

from p2c.errors import (
    ConfigurationError,
    FlowStoppedError,
    IntegrationError,
    LeaseHeldError,
    NothingToReadError,
    RequestRefusedError,
    StagingError,
    ThrottledError,
    TransientError,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

#: A wait up to this is spent in the task; a longer one frees its slot.
LONGEST_WAIT_IN_SLOT = timedelta(seconds=60)
#: How often a step looks whether the lease is free.
LEASE_POLL = timedelta(minutes=1)
#: A step that has been rescheduled for this long fails.
LONGEST_RESCHEDULING = timedelta(hours=12)

#: Most special first: the first rule that fits decides.
RULES = [
    RetryRule(ConfigurationError, RetryAction.FAIL, reason="A person has to mend this; a retry cannot help."),
    RetryRule(NothingToReadError, RetryAction.FAIL, reason="There is nothing to read, however often it is tried."),
    RetryRule(StagingError, RetryAction.FAIL, reason="Clear the step that wrote the staged set."),
    RetryRule(FlowStoppedError, RetryAction.FAIL, reason="The flow stopped for a person to look."),
    RetryRule(LeaseHeldError, RetryAction.FAIL, reason="The lease was not free for too long."),
    RetryRule(TransientError, RetryAction.RETRY, reason="The same request may succeed later."),
    RetryRule(RequestRefusedError, RetryAction.FAIL, reason="The system refuses the request for good."),
]


class StepRetryPolicy(ExceptionRetryPolicy):
    """Retries what may pass, no sooner than the system asked for."""

    def __init__(self) -> None:
        super().__init__(rules=RULES)

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide by the rules; after throttling, wait for as long as the system asked."""
        if isinstance(exception, ThrottledError):
            delay = timedelta(seconds=exception.retry_after)
            return RetryDecision.retry(delay, reason=f"The system asked for a pause of {delay}.")
        return super().evaluate(exception, try_number, max_tries, context)


@contextmanager
def rescheduling(context: Context, progress: Callable[[str], None]) -> Iterator[None]:
    """Free the task's slot where an error asks for a long wait, up to LONGEST_RESCHEDULING in all."""
    try:
        yield
    except (LeaseHeldError, ThrottledError) as error:
        wait = _wait_asked_by(error)
        if wait is None or _rescheduled_for(context) + wait > LONGEST_RESCHEDULING:
            raise
        progress(f"{error.message} Trying again in {wait}.")
        raise AirflowRescheduleException(datetime.now(UTC) + wait) from error


def _wait_asked_by(error: IntegrationError) -> timedelta | None:
    if not isinstance(error, ThrottledError):
        return LEASE_POLL
    wait = timedelta(seconds=error.retry_after)
    return wait if wait > LONGEST_WAIT_IN_SLOT else None


def _rescheduled_for(context: Context) -> timedelta:
    first = context["ti"].get_first_reschedule_date(context)
    return datetime.now(UTC) - first if first else timedelta(0)
