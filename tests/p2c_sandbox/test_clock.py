from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from p2c_sandbox.clock import Clock, timestamp

CHRISTMAS = datetime(2030, 12, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_new_clock_tells_the_machines_time() -> None:
    assert abs(Clock().now() - datetime.now(UTC)) < MINUTE


def test_a_clock_that_is_set_runs_on_from_there() -> None:
    clock = Clock()
    clock.set(CHRISTMAS)
    first, second = clock.now(), clock.now()
    assert CHRISTMAS <= first <= second < CHRISTMAS + MINUTE


def test_a_shift_moves_the_clock_and_a_reset_undoes_it() -> None:
    clock = Clock()
    clock.shift(timedelta(days=-2))
    assert clock.now() < datetime.now(UTC) - timedelta(days=1)
    clock.reset()
    assert abs(clock.now() - datetime.now(UTC)) < MINUTE


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Clock().set(datetime(2030, 12, 25))


def test_timestamps_have_one_width_and_sort_as_the_moments_do() -> None:
    moments = [CHRISTMAS, CHRISTMAS + timedelta(microseconds=5), CHRISTMAS + MINUTE]
    texts = [timestamp(moment) for moment in moments]
    assert texts == sorted(texts)
    assert texts[0] == "2030-12-25T12:00:00.000000Z"
