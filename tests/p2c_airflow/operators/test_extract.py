"""The extract operator, against the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from fixtures.installation import Connect, sandbox_connection
from fixtures.sandbox import Sandbox

from p2c.errors import ConfigurationError
from p2c.ledger import Ledger, RunKey, Window
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
from p2c_airflow.operators.extract import ExtractOperator


def extract(**arguments: Any) -> ExtractOperator:
    return ExtractOperator(task_id="extract", flow="accounts", organization="usmf", **arguments)


def test_it_reads_the_source_and_returns_where_the_rows_are(
    demo_sandbox: Sandbox, installation: Path, context: Any
) -> None:
    reference = extract().execute(context)
    assert reference["rows"] == len(demo_sandbox.rows("sales", "accounts"))
    assert reference["uri"].startswith("file:")


def test_it_reads_what_the_form_asks_for(demo_sandbox: Sandbox, installation: Path, context: Any) -> None:
    context["params"]["keys"] = ["US-008"]
    assert extract().execute(context)["rows"] == 1


def test_an_initial_load_reads_everything_whatever_was_read_before(
    demo_sandbox: Sandbox, installation: Path, context: Any
) -> None:
    step = extract(initial=True)
    reference = step.execute(context)
    assert reference["window"][0] is None
    assert reference["window"][2] == "initial"


def test_it_stands_in_the_pool_of_its_source() -> None:
    assert extract().pool == "p2c_sales"
    assert extract(pool="ours").pool == "ours"


def test_a_flow_that_is_not_declared_is_a_parse_error() -> None:
    with pytest.raises(ConfigurationError, match="'acounts'; did you mean 'accounts'"):
        ExtractOperator(task_id="extract", flow="acounts", organization="usmf")


def test_it_uses_the_connection_it_is_given(
    demo_sandbox: Sandbox, installation: Path, context: Any, connect: Connect
) -> None:
    connect("dynamics_sales", host="https://nowhere.invalid")
    connect("other_sales", **sandbox_connection(demo_sandbox))
    assert extract(source_conn_id="other_sales").execute(context)["rows"]


def test_it_is_skipped_with_the_reason_where_a_run_has_nothing_to_read(
    demo_sandbox: Sandbox, installation: Path, context: Any
) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    context |= {"data_interval_start": start, "data_interval_end": start}
    context["dag_run"].run_type = "backfill"
    key = RunKey("accounts", "earlier", "products", "usmf")
    Ledger(CommonDataServiceHook().current_engine()).begin_run(key, Window(None, start, "interval"))
    step = ExtractOperator(task_id="extract", flow="products", organization="usmf")
    with pytest.raises(AirflowSkipException, match="carries no modification time"):
        step.execute(context)
