"""Dates that are worked out: of an instant, and of another date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from p2c.contract import UnfitValueError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def local_date(text: str, zone: ZoneInfo) -> str:
    """The date that an instant has in ``zone``, in ISO 8601; a date without a time is returned as it is.

    Raises UnfitValueError.
    """
    text = text.strip()
    try:
        if len(text) <= len("2026-03-05"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(zone).date().isoformat()
    except (ValueError, OverflowError):
        raise UnfitValueError("is not a time in ISO 8601") from None


def default_date(default: str, base: date | None) -> date | None:
    """The date a default states: itself, or so many days after ``base``, None without one.

    Raises UnfitValueError where it is neither a date in ISO 8601 nor a number of days.
    """
    try:
        if "-" in default.strip().lstrip("-"):
            return date.fromisoformat(default.strip())
        days = timedelta(days=int(default))
        return None if base is None else base + days
    except (ValueError, OverflowError):
        raise UnfitValueError(f"{default!r} is neither a date such as 2026-03-05 nor a number of days") from None
