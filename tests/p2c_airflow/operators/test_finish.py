from __future__ import annotations

from airflow.sdk import AssetAlias, TriggerRule

from p2c_airflow.operators.finish import FinishOperator


def finish() -> FinishOperator:
    return FinishOperator(task_id="finish", flow="accounts", organization="usmf", loaded=[{"rows": 1}, None, None])


def test_it_finishes_as_many_key_ranges_as_were_loaded() -> None:
    assert finish().key_ranges == 3


def test_it_runs_after_a_load_that_failed_and_not_after_one_that_was_skipped() -> None:
    assert finish().trigger_rule == TriggerRule.NONE_SKIPPED


def test_it_updates_the_asset_in_place_of_the_loads() -> None:
    assert finish().outlets == [AssetAlias(name="p2c/accounts")]
