"""The reading of a run's form."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from p2c.errors import ConfigurationError
from p2c_airflow.run_options import initial_parameters, maintenance_parameters, parameters, run_options

NOVEMBER_1, NOVEMBER_2 = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


def context(run_type: str = "manual", **given: object) -> dict:
    form = {name: param.value for name, param in parameters(["usmf"]).items()}
    interval = {"data_interval_start": NOVEMBER_1, "data_interval_end": NOVEMBER_2}
    return {"params": form | given, "dag_run": SimpleNamespace(run_type=run_type), **interval}


def test_an_untouched_form_asks_for_nothing() -> None:
    options = run_options(context())
    assert (options.full, options.start, options.end, options.keys, options.interval) == (False, None, None, (), None)
    assert not options.adopt
    assert not options.dry_run


def test_a_scheduled_run_goes_by_the_watermark_not_by_its_interval() -> None:
    assert run_options(context("scheduled")).interval is None


def test_a_backfill_reads_its_own_interval() -> None:
    assert run_options(context("backfill")).interval == (NOVEMBER_1, NOVEMBER_2)


def test_a_time_keeps_its_zone() -> None:
    assert run_options(context(start="2026-11-01T02:00:00+02:00")).start == NOVEMBER_1


def test_a_time_without_a_zone_is_utc() -> None:
    assert run_options(context(end="2026-11-02T00:00")).end == NOVEMBER_2


def test_a_time_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="start is 'yesterday'"):
        run_options(context(start="yesterday"))


def test_keys_adopt_and_dry_run_are_passed_on() -> None:
    options = run_options(context(keys=["A1", "A2"], adopt=True, dry_run=True))
    assert (options.keys, options.adopt, options.dry_run) == (("A1", "A2"), True, True)


def test_an_initial_load_is_a_dry_run_unless_the_form_says_otherwise() -> None:
    form = {name: param.value for name, param in initial_parameters(["usmf"]).items()}
    context = {"params": form, "dag_run": SimpleNamespace(run_type="manual")}
    options = run_options(context, initial=True)
    assert (options.initial, options.adopt, options.dry_run) == (True, False, True)
    context["params"] = form | {"dry_run": False, "adopt": True}
    assert not run_options(context, initial=True).dry_run
    assert run_options(context, initial=True).adopt


@pytest.mark.parametrize(
    "given",
    [
        {"full": True, "keys": ["A1"]},
        {"full": True, "start": "2026-11-01"},
        {"keys": ["A1"], "end": "2026-11-01"},
    ],
    ids=str,
)
def test_parameters_that_exclude_one_another_are_refused(given: dict) -> None:
    with pytest.raises(ConfigurationError, match="exclude one another"):
        run_options(context(**given))


def test_maintenance_only_reports_unless_it_is_asked_to_repair() -> None:
    assert maintenance_parameters()["repair"].value is False
