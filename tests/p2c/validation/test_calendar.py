from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from p2c.flow import Validity
from p2c.validation.calendar import Calendar

VALID = Validity("statecode", "0", begin="begindate", end="enddate")
#: Nine in the evening of 5 March in New York, three in the morning of the 6th in Berlin.
NOW = datetime(2026, 3, 6, 2, tzinfo=UTC)


def is_valid(zone: str, begin: str | None = None, end: str | None = None, state: str = "0") -> bool:
    calendar = Calendar(lambda: NOW, ZoneInfo(zone))
    return calendar.is_valid(VALID, {"statecode": state, "begindate": begin, "enddate": end})


def test_today_is_that_of_the_organization() -> None:
    assert Calendar(lambda: NOW, ZoneInfo("America/New_York")).today == "2026-03-05"
    assert Calendar(lambda: NOW, ZoneInfo("Europe/Berlin")).today == "2026-03-06"


def test_a_row_without_dates_is_valid_while_its_state_is_right() -> None:
    assert is_valid("Europe/Berlin")
    assert not is_valid("Europe/Berlin", state="1")


@pytest.mark.parametrize(
    ("zone", "begin", "valid"),
    [
        ("Europe/Berlin", "2026-03-05T23:00:00Z", True),  # midnight of the 6th there
        ("Europe/Berlin", "2026-03-06T23:00:00Z", False),
        ("America/New_York", "2026-03-05T05:00:00Z", True),
        ("America/New_York", "2026-03-06T05:00:00Z", False),
    ],
)
def test_a_row_is_valid_from_its_first_day(zone: str, begin: str, *, valid: bool) -> None:
    assert is_valid(zone, begin=begin) is valid


@pytest.mark.parametrize(
    ("zone", "end", "valid"),
    [
        ("Europe/Berlin", "2026-03-05T23:00:00Z", True),  # the 6th is its last day
        ("Europe/Berlin", "2026-03-04T23:00:00Z", False),
        ("America/New_York", "2026-03-05T05:00:00Z", True),
        ("America/New_York", "2026-03-04T05:00:00Z", False),
    ],
)
def test_the_last_day_belongs_to_it(zone: str, end: str, *, valid: bool) -> None:
    assert is_valid(zone, end=end) is valid
