"""The validate operator, against the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fixtures.sandbox import Sandbox

from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator


def test_it_judges_every_row_it_is_pointed_to(demo_sandbox: Sandbox, installation: Path, context: Any) -> None:
    context["params"]["keys"] = ["US-008", "US-043"]
    step = {"flow": "accounts", "organization": "usmf"}
    extracted = ExtractOperator(task_id="extract", **step).execute(context)
    mapped = MapOperator(task_id="map", reference=extracted, **step).execute(context)
    judged = ValidateOperator(task_id="validate", reference=mapped, **step).execute(context)
    assert judged["rows"] == 2
    assert judged["counts"]["rejected"] == 1
