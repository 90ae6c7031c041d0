"""The load operator. That it writes and updates its asset is shown by running the whole DAG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fixtures.sandbox import Sandbox

from p2c_airflow.assets import flow_alias
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator

STEP = {"flow": "accounts", "organization": "usmf"}


def test_its_outlet_is_the_alias_of_the_flow() -> None:
    assert LoadOperator(task_id="load", **STEP).outlets == [flow_alias("accounts")]


def test_a_flow_in_shadow_mode_writes_and_announces_nothing_whatever_the_form_says(
    demo_sandbox: Sandbox, installation: Path, context: Any
) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text().replace("[flows.accounts]", "[flows.accounts]\ndry_run = true"))
    context["params"] |= {"dry_run": False}
    reference = ExtractOperator(task_id="extract", **STEP).execute(context)
    for operator in (MapOperator, ValidateOperator, LoadOperator):
        reference = operator(task_id="step", reference=reference, **STEP).execute(context)
    assert reference["counts"]["created"]
    assert demo_sandbox.effects() == []
    assert "outlet_events" not in context
