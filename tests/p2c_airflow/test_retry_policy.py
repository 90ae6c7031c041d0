"""What Airflow does about each error of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowRescheduleException

from p2c import errors
from p2c.errors import IntegrationError, LeaseHeldError, ThrottledError
from p2c_airflow.retry_policy import LEASE_POLL, LONGEST_RESCHEDULING, StepRetryPolicy, rescheduling

RETRIED = {"TransientError", "ThrottledError", "ContentionError", "AmbiguousError", "NotTriedError"}


def tree(root: type[IntegrationError] = IntegrationError) -> Iterator[type[IntegrationError]]:
    for child in root.__subclasses__():
        yield child
        yield from tree(child)


def decision(error: Exception) -> RetryAction:
    return StepRetryPolicy().evaluate(error, try_number=1, max_tries=3).action


def context(rescheduled_since: datetime | None = None) -> dict:
    return {"ti": SimpleNamespace(get_first_reschedule_date=lambda _: rescheduled_since)}


@pytest.mark.parametrize("error", list(tree()), ids=lambda error: error.__name__)
def test_every_error_of_the_tree_is_decided(error: type[IntegrationError]) -> None:
    expected = RetryAction.RETRY if error.__name__ in RETRIED else RetryAction.FAIL
    assert decision(error("message")) == expected


@pytest.mark.parametrize("error", list(tree()), ids=lambda error: error.__name__)
def test_the_decision_is_that_of_the_table_in_errors(error: type[IntegrationError]) -> None:
    """The table names the nearest ancestor of each error; a row that says `retries` is one that retries."""
    rows = [re.split("  +", line) for line in (errors.__doc__ or "").splitlines()]
    table = {name.removeprefix("other "): text for name, text in (row for row in rows if len(row) == 2)}
    text = next(table[ancestor.__name__] for ancestor in error.__mro__ if ancestor.__name__ in table)
    assert ("retries" in text) == (decision(error("message")) == RetryAction.RETRY)


def test_an_error_of_nobodys_making_is_left_to_airflow() -> None:
    assert decision(ZeroDivisionError()) == RetryAction.DEFAULT


def test_a_retry_waits_as_long_as_the_system_asked() -> None:
    error = ThrottledError("wait", retry_after=45)
    assert StepRetryPolicy().evaluate(error, try_number=1, max_tries=3).retry_delay == timedelta(seconds=45)


def test_a_held_lease_frees_the_slot() -> None:
    with pytest.raises(AirflowRescheduleException) as raised, rescheduling(context(), print):
        raise LeaseHeldError("Another run loads accounts.")
    assert raised.value.reschedule_date <= datetime.now(UTC) + LEASE_POLL


def test_a_long_retry_after_frees_the_slot_until_then() -> None:
    began = datetime.now(UTC)
    with pytest.raises(AirflowRescheduleException) as raised, rescheduling(context(), print):
        raise ThrottledError("wait", retry_after=900)
    assert raised.value.reschedule_date >= began + timedelta(seconds=900)


def test_a_short_retry_after_is_left_to_the_retry_policy() -> None:
    with pytest.raises(ThrottledError), rescheduling(context(), print):
        raise ThrottledError("wait", retry_after=30)


def test_rescheduling_ends_some_time_with_the_error_itself() -> None:
    long_ago = datetime.now(UTC) - LONGEST_RESCHEDULING
    with pytest.raises(LeaseHeldError), rescheduling(context(long_ago), print):
        raise LeaseHeldError("Another run loads accounts.")
