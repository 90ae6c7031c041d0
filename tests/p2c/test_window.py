from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from p2c.errors import ConfigurationError
from p2c.window import RunOptions, in_shadow, resolve_window

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, tzinfo=UTC)
NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)


def test_the_first_run_reads_all_up_to_the_servers_time() -> None:
    window = resolve_window(RunOptions(), None, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (None, NOW, "initial")


def test_an_initial_load_reads_all_whatever_was_read_before() -> None:
    window = resolve_window(RunOptions(initial=True), TUESDAY, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (None, NOW, "initial")


def test_a_scheduled_run_reads_from_the_watermark_less_the_overlap() -> None:
    window = resolve_window(RunOptions(), TUESDAY, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (TUESDAY - OVERLAP, NOW, "watermark")


def test_a_backfill_reads_exactly_its_interval() -> None:
    window = resolve_window(RunOptions(interval=(MONDAY, TUESDAY)), NOW, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (MONDAY, TUESDAY, "interval")


def test_parameters_stand_above_a_backfills_interval() -> None:
    window = resolve_window(RunOptions(start=TUESDAY, interval=(MONDAY, TUESDAY)), None, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (TUESDAY, NOW, "params")


def test_an_end_without_a_start_reads_all_before_it() -> None:
    window = resolve_window(RunOptions(end=TUESDAY), NOW, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (None, TUESDAY, "params")


def test_a_full_run_reads_all_whatever_the_watermark() -> None:
    window = resolve_window(RunOptions(full=True), TUESDAY, NOW, OVERLAP)
    assert (window.start, window.end, window.kind) == (None, NOW, "full")


def test_a_run_in_shadow_mode_writes_nothing_and_reads_all() -> None:
    options = in_shadow(RunOptions())
    assert options.dry_run
    assert resolve_window(options, TUESDAY, NOW, OVERLAP).kind == "full"


@pytest.mark.parametrize("own", [{"keys": ("US-001",)}, {"start": MONDAY}, {"interval": (MONDAY, TUESDAY)}], ids=str)
def test_a_run_in_shadow_mode_keeps_the_window_it_is_asked_for(own: dict[str, Any]) -> None:
    options = in_shadow(RunOptions(**own))
    assert options == RunOptions(dry_run=True, **own)


def test_keys_stand_above_everything() -> None:
    window = resolve_window(RunOptions(keys=("US-001",), full=True, start=MONDAY), TUESDAY, NOW, OVERLAP)
    assert (window.start, window.end, window.kind, window.keys) == (None, NOW, "keys", ("US-001",))


@pytest.mark.parametrize(("start", "end"), [(TUESDAY, MONDAY), (MONDAY, MONDAY), (NOW, None)])
def test_an_empty_window_is_refused_naming_both_ends(start: datetime, end: datetime | None) -> None:
    with pytest.raises(ConfigurationError, match=r"The window is empty: start 2026-03-0\d .* is not before end 2026-"):
        resolve_window(RunOptions(start=start, end=end), None, NOW, OVERLAP)
