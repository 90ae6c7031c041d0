"""The map operator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fixtures.sandbox import Sandbox

from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.map import MapOperator


def test_it_maps_the_rows_it_is_pointed_to(demo_sandbox: Sandbox, installation: Path, context: Any) -> None:
    step = {"flow": "accounts", "organization": "usmf"}
    extracted = ExtractOperator(task_id="extract", **step).execute(context)
    demo_sandbox.reset("empty")
    assert MapOperator(task_id="map", reference=extracted, **step).execute(context)["rows"] == extracted["rows"]


def test_it_uses_no_system_and_stands_in_no_pool_of_ours() -> None:
    assert MapOperator(task_id="map", flow="accounts", organization="usmf").pool == "default_pool"
