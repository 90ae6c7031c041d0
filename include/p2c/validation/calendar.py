"""The organization's calendar, by the clock of a system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from p2c.flow import Validity
from p2c.mapping.dates import local_date


@dataclass(frozen=True)
class Calendar:
    """Which day it is: by the system's clock, in the organization's time zone."""

    clock: Callable[[], datetime]
    zone: ZoneInfo

    @cached_property
    def today(self) -> str:
        """The day, in ISO 8601; the same as long as the calendar is used."""
        return self.clock().astimezone(self.zone).date().isoformat()

    def is_valid(self, valid: Validity, row: Mapping[str, str | None]) -> bool:
        """Whether a reference row may be used today."""
        first, last = (local_date(row[name] or "0001-01-01", self.zone) for name in (valid.begin, valid.end))
        ended = bool(row[valid.end]) and last < self.today
        return row[valid.field] == valid.value and first <= self.today and not ended
