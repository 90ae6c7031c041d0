from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from fixtures.scripted_server import ManualTime

from p2c.errors import ThrottledError
from p2c.systems.odata.shared_pause import SharedPause
from p2c.systems.odata.statistics import Statistics
from p2c.systems.odata.throttle import LONGEST_PAUSE, ThrottleWindow, WaitLimits, http_date, retry_after

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def statistics() -> Statistics:
    return Statistics()


@pytest.fixture
def window(time: ManualTime, statistics: Statistics) -> ThrottleWindow:
    alone = SharedPause("https://sales.example/", None)
    return ThrottleWindow(WaitLimits(longest_wait=60), statistics, alone, wait=time.wait, clock=time.clock)


def http(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(("value", "seconds"), [("30", 30.0), ("0", 0.0), (" 7 ", 7.0), ("1.5", 1.5)])
def test_seconds_are_read(value: str, seconds: float) -> None:
    assert retry_after({"Retry-After": value}) == seconds


def test_a_date_counts_from_the_servers_clock() -> None:
    headers = {"Retry-After": http(NOON + timedelta(seconds=25)), "Date": http(NOON)}
    assert retry_after(headers) == 25


def test_a_date_without_server_clock_counts_from_now() -> None:
    seconds = retry_after({"Retry-After": http(datetime.now(UTC) + timedelta(seconds=100))})
    assert seconds is not None
    assert 90 < seconds <= 100


def test_a_date_in_the_past_means_no_wait() -> None:
    assert retry_after({"Retry-After": http(NOON), "Date": http(NOON + timedelta(hours=1))}) == 0


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "nan", "99999999999999999999"])
def test_what_is_neither_is_none(value: str) -> None:
    assert retry_after({"Retry-After": value}) is None


def test_an_http_date_is_aware_utc() -> None:
    assert http_date("Thu, 05 Mar 2026 12:00:00 GMT") == NOON


def test_an_open_window_is_waited_for(window: ThrottleWindow, time: ManualTime, statistics: Statistics) -> None:
    window.close(20)
    window.wait_for_turn()
    assert (time.waits, statistics.seconds_waited, statistics.throttled) == ([20], 20, 1)


def test_without_window_nothing_is_waited_for(window: ThrottleWindow, time: ManualTime) -> None:
    window.wait_for_turn()
    assert time.waits == []


def test_a_shorter_pause_does_not_shorten_the_window(window: ThrottleWindow, time: ManualTime) -> None:
    window.close(20)
    window.close(5)
    window.wait_for_turn()
    assert time.now == 1020


def test_a_window_longer_than_the_limit_is_an_error(window: ThrottleWindow, time: ManualTime) -> None:
    window.close(3000)
    with pytest.raises(
        ThrottledError, match=r"https://sales\.example/ has asked for a pause of 3000 more seconds"
    ) as raised:
        window.wait_for_turn()
    assert (raised.value.retry_after, time.waits) == (3000, [])


def test_an_absurd_pause_is_one_of_an_hour(window: ThrottleWindow) -> None:
    assert window.close(999_999_999) == LONGEST_PAUSE == 3600


@pytest.mark.parametrize("named", [None, 0.0])
def test_pauses_without_length_grow_up_to_the_limit(window: ThrottleWindow, named: float | None) -> None:
    pauses = []
    for _ in range(12):
        pauses.append(window.close(named))
        window.wait_for_turn()
    assert 1 <= pauses[0] <= 2
    assert 30 <= pauses[-1] <= 60


def test_threads_that_are_refused_at_once_wait_no_longer_than_one(window: ThrottleWindow, time: ManualTime) -> None:
    for _ in range(12):
        window.close(None)
    window.wait_for_turn()
    assert sum(time.waits) <= 2


def test_jitter_keeps_processes_from_coming_back_together(window: ThrottleWindow) -> None:
    for _ in range(5):
        window.close(None)
        window.wait_for_turn()
    assert len({window.close(None) for _ in range(12)}) > 1


def test_a_success_makes_the_next_such_pause_short_again(window: ThrottleWindow) -> None:
    for _ in range(10):
        window.close(None)
        window.wait_for_turn()
    window.relax()
    assert window.close(None) <= 2


def test_every_thread_waits(window: ThrottleWindow, time: ManualTime) -> None:
    window.close(20)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: window.wait_for_turn(), range(8)))
    assert time.now >= 1020
