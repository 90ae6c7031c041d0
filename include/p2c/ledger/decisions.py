"""What a person decides about rows due, the same from the command line and from the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from p2c.ledger.due import RowsDue
from p2c.ledger.records import Outcome, RowState

#: Source ids by flow and organization.
Places = Mapping[tuple[str, str], Sequence[str]]
#: Rows of one transaction: no longer than that takes does a run wait that records outcomes meanwhile.
ROWS_AT_ONCE = 5_000


def retry(ledger: RowsDue, places: Places) -> int:
    """Have rows tried again by the next run; returns how many the ledger knows."""
    return sum(ledger.retry(*place, source_ids) for place, source_ids in _batches(places))


def dismiss(ledger: RowsDue, places: Places, *, by: str, why: str) -> int:
    """Set rows aside until their source changes; returns how many the ledger knows."""
    text = why.strip()
    sentence = text if text[-1:] in (".", "!", "?") else f"{text}."
    return sum(ledger.dismiss(*place, source_ids, by=by, why=sentence) for place, source_ids in _batches(places))


def next_try(row: RowState) -> str:
    """When the row is taken up again if its source stays as it is."""
    if row.retry_requested:
        return "next run"
    if row.due_at is None:
        return "" if row.dismissed else "when its source, the flow, the settings or reference data change"
    parked = ", or when its parent lands" if row.outcome is Outcome.PARKED else ""
    return shown(row.due_at) + parked


def shown(moment: datetime) -> str:
    """A time in UTC, as programs and people read it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _batches(places: Places) -> Iterator[tuple[tuple[str, str], Sequence[str]]]:
    for place, source_ids in places.items():
        for start in range(0, len(source_ids), ROWS_AT_ONCE):
            yield place, source_ids[start : start + ROWS_AT_ONCE]
