from __future__ import annotations

import pytest

from p2c_sandbox.service_protection import CONCURRENCY, EXECUTION_TIME, REQUESTS, LimitReached, ServiceProtection
from p2c_sandbox.settings import SalesSettings


class Time:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def take(protection: ServiceProtection, settings: SalesSettings, time: Time, seconds: float = 0) -> dict[str, str]:
    with protection.admitted(settings) as headers:
        time.seconds += seconds
    return headers


def test_without_settings_nothing_is_limited() -> None:
    time = Time()
    protection = ServiceProtection(time)
    assert [take(protection, SalesSettings(), time, 1_000) for _ in range(3)] == [{}, {}, {}]


def test_requests_are_limited_within_a_sliding_window() -> None:
    time, settings = Time(), SalesSettings(requests_per_window=2)
    protection = ServiceProtection(time)
    take(protection, settings, time, 10)
    headers = take(protection, settings, time)
    assert headers["x-ms-ratelimit-burst-remaining-xrm-requests"] == "0"
    with pytest.raises(LimitReached, match="limit of 2 over time window of 300 seconds") as caught:
        take(protection, settings, time)
    assert (caught.value.code, caught.value.retry_after) == (REQUESTS, 290)
    time.seconds += 291
    take(protection, settings, time)


def test_execution_time_is_limited() -> None:
    time, settings = Time(), SalesSettings(execution_seconds_per_window=5)
    protection = ServiceProtection(time)
    take(protection, settings, time, 6)
    with pytest.raises(LimitReached) as caught:
        take(protection, settings, time)
    assert caught.value.code == EXECUTION_TIME


def test_concurrent_requests_are_limited() -> None:
    time, settings = Time(), SalesSettings(concurrent_requests=1)
    protection = ServiceProtection(time)
    with protection.admitted(settings), pytest.raises(LimitReached) as caught:
        take(protection, settings, time)
    assert caught.value.code == CONCURRENCY
    take(protection, settings, time)


def test_what_was_asked_can_be_forgotten() -> None:
    time, settings = Time(), SalesSettings(requests_per_window=1)
    protection = ServiceProtection(time)
    take(protection, settings, time)
    protection.clear()
    take(protection, settings, time)
