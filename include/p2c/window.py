"""Which rows a run reads: the options of a run, and the window they come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError
from p2c.ledger import Window

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What a person or the scheduler asks of a run.

    ``initial`` reads everything and has the watermark set, whatever was read before. ``interval`` is a backfill's data
    interval. ``adopt`` takes over destination rows that were there before us.
    ``dry_run`` plans and writes nothing. Times are aware.
    """

    full: bool = False
    initial: bool = False
    start: datetime | None = None
    end: datetime | None = None
    keys: tuple[str, ...] = ()
    adopt: bool = False
    dry_run: bool = False
    interval: tuple[datetime, datetime] | None = None


def in_shadow(options: RunOptions) -> RunOptions:
    """What a run of a flow in shadow mode does: it writes nothing, and compares every row unless asked for a window.

    A watermark moves with writes only, and what another integration does at the destination shows in no window.
    """
    own = options.keys or options.start or options.end or options.interval or options.initial
    return replace(options, dry_run=True, full=options.full or not own)


def resolve_window(
    options: RunOptions, watermark: datetime | None, server_time: datetime, overlap: timedelta
) -> Window:
    """Choose the window: parameters first, then a backfill's interval, then the watermark.

    Half open, by the source's clock. Raises ConfigurationError for parameters that contradict one another.
    """
    if options.keys:
        return Window(None, server_time, "keys", options.keys)
    if options.full:
        return Window(None, server_time, "full")
    if options.start or options.end:
        return _from_parameters(options, server_time)
    if options.interval:
        return Window(*options.interval, "interval")
    if options.initial or watermark is None:
        return Window(None, server_time, "initial")
    return Window(watermark - overlap, server_time, "watermark")


def _from_parameters(options: RunOptions, server_time: datetime) -> Window:
    end = options.end or server_time
    if options.start and options.start >= end:
        raise ConfigurationError(f"The window is empty: start {options.start} is not before end {end}.")
    return Window(options.start, end, "params")
