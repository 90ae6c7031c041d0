from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2c.contract import UnfitValueError
from p2c.mapping.dates import default_date, local_date

VILNIUS, LOS_ANGELES = ZoneInfo("Europe/Vilnius"), ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        (VILNIUS, "2026-03-04T22:00:00Z", "2026-03-05"),
        (VILNIUS, "2026-03-28T22:00:00Z", "2026-03-29"),  # the night the clocks go forward
        (VILNIUS, "2026-03-29T21:00:00Z", "2026-03-30"),
        (VILNIUS, "2026-10-24T21:00:00Z", "2026-10-25"),  # the night they go back
        (VILNIUS, "2026-10-25T22:00:00Z", "2026-10-26"),
        (LOS_ANGELES, "2026-03-08T08:00:00Z", "2026-03-08"),
        (LOS_ANGELES, "2026-03-09T07:00:00Z", "2026-03-09"),
        (LOS_ANGELES, "2026-11-01T07:00:00Z", "2026-11-01"),
        (LOS_ANGELES, "2026-11-02T08:00:00Z", "2026-11-02"),
        (LOS_ANGELES, "2026-01-01T07:59:59Z", "2025-12-31"),
    ],
)
def test_an_instant_of_local_midnight_is_the_day_that_was_picked(zone: ZoneInfo, instant: str, expected: str) -> None:
    assert local_date(instant, zone) == expected


@given(st.dates(date(1900, 1, 2), date(2100, 12, 31)), st.sampled_from((VILNIUS, LOS_ANGELES, ZoneInfo("UTC"))))
def test_the_midnight_of_any_day_is_that_day(day: date, zone: ZoneInfo) -> None:
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    assert local_date(midnight.isoformat(), zone) == day.isoformat()


def test_a_date_without_a_time_stays_as_it_is() -> None:
    assert local_date("2026-03-05", LOS_ANGELES) == "2026-03-05"


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-02-30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError, match="is not a time in ISO 8601"):
        local_date(text, LOS_ANGELES)


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        ("14", date(2026, 3, 19)),
        (" +14 ", date(2026, 3, 19)),
        ("-5", date(2026, 2, 28)),
        ("2020-01-01", date(2020, 1, 1)),
    ],
)
def test_a_default_is_a_date_or_counts_days_from_another(default: str, expected: date) -> None:
    assert default_date(default, date(2026, 3, 5)) == expected


def test_a_default_that_counts_from_no_date_is_none() -> None:
    assert default_date("14", None) is None


@pytest.mark.parametrize("default", ["soon", "2020-13-01", "1.5", "", "999999999999"])
def test_a_default_that_is_neither_is_refused(default: str) -> None:
    with pytest.raises(UnfitValueError, match="neither a date such as 2026-03-05 nor a number of days"):
        default_date(default, date(2026, 3, 5))
