"""What the four operators have in common."""

from __future__ import annotations

import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from p2c.database.engine import open_engine
from p2c.errors import ConfigurationError, LeaseHeldError, SchemaOutdatedError, TransientError
from p2c.steps.context import Reference, StepContext
from p2c_airflow.operators.step import StepOperator, StepStopped


class EchoOperator(StepOperator):
    """A step that returns what it was given."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        return {"organization": step.organization, **(self.reference or {})}


class LeaseOperator(StepOperator):
    """A step that finds its lease held."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        raise LeaseHeldError("Another run loads accounts for usmf.")


class StoppedOperator(StepOperator):
    """A step that gets SIGTERM while it holds the lease, as Airflow's own handler passes it on."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        before = signal.signal(signal.SIGTERM, lambda *_: self.on_kill())
        try:
            with step.ledger.lease("accounts", "usmf", "this run", timedelta(minutes=5)), suppress(Exception):
                signal.raise_signal(signal.SIGTERM)
        finally:
            signal.signal(signal.SIGTERM, before)
        return {}


class TidyingOperator(StepOperator):
    """A step in which whatever tidies up after the stop fails."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        try:
            self.on_kill()
        finally:
            raise OSError("can't change 'autocommit' now")


class ContextOperator(StepOperator):
    """A step that keeps the context it was given."""

    def run_step(self, step: StepContext, context: Context) -> Reference:
        self.seen = step
        return {}


def echo(reference: dict[str, Any] | None = None, organization: str = "usmf") -> EchoOperator:
    return EchoOperator(task_id="echo", flow="accounts", organization=organization, reference=reference)


def test_a_step_returns_a_reference(installation: Path, context: Any) -> None:
    assert echo({"rows": 1}).execute(context) == {"organization": "usmf", "rows": 1}


def test_a_reference_of_1_kb_is_refused(installation: Path, context: Any) -> None:
    with pytest.raises(ValueError, match="XCom takes references, never rows"):
        echo({"rows": "x" * 1000}).execute(context)


def test_a_step_is_skipped_by_name_where_the_run_is_restricted_to_others(installation: Path, context: Any) -> None:
    context["params"]["organizations"] = ["demf"]
    with pytest.raises(AirflowSkipException, match="restricted to the organizations demf"):
        echo().execute(context)


def test_a_step_of_a_flow_that_the_site_switches_off_is_skipped_with_that_reason(
    installation: Path, context: Any
) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text().replace("[flows.accounts]", "[flows.accounts]\nenabled = false"))
    with pytest.raises(AirflowSkipException, match=r"\[flows.accounts\] enabled = false"):
        echo().execute(context)


def test_a_step_of_an_organization_that_the_flow_leaves_out_is_skipped_with_that_reason(
    installation: Path, context: Any
) -> None:
    site = installation / "site.toml"
    site.write_text(site.read_text().replace("[flows.accounts]", '[flows.accounts]\norganizations = ["demf"]'))
    with pytest.raises(AirflowSkipException, match=r"leaves usmf out .* \[flows.accounts\] organizations"):
        echo().execute(context)


def test_a_misspelt_organization_in_the_form_is_an_error(installation: Path, context: Any) -> None:
    context["params"]["organizations"] = ["demv"]
    with pytest.raises(ConfigurationError, match="'demv'; did you mean 'demf'"):
        echo().execute(context)


def test_a_rerun_whose_index_means_another_organization_fails_by_name(installation: Path, context: Any) -> None:
    echo(organization="usmf").execute(context)
    with pytest.raises(ConfigurationError, match=r"organization 'usmf' .* means 'demf' now"):
        echo(organization="demf").execute(context)


def test_the_reference_of_another_organization_is_refused(installation: Path, context: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"site\.toml has changed"):
        echo({"organization": "demf"}).execute(context)


def test_a_held_lease_frees_the_slot(installation: Path, context: Any) -> None:
    with pytest.raises(AirflowRescheduleException):
        LeaseOperator(task_id="lease", flow="accounts", organization="usmf").execute(context)


def test_an_older_schema_is_refused_naming_the_command(installation: Path, context: Any) -> None:
    (installation / "cds.sqlite").unlink()
    with pytest.raises(SchemaOutdatedError, match="p2c init"):
        echo().execute(context)


def test_a_step_that_airflow_stops_gives_its_lease_back_and_is_tried_again(installation: Path, context: Any) -> None:
    stopped = StoppedOperator(task_id="stopped", flow="accounts", organization="usmf")
    with pytest.raises(TransientError, match="Airflow stopped the step"):
        stopped.execute(context)
    kept = ContextOperator(task_id="keep", flow="accounts", organization="usmf")
    kept.execute(context)
    with kept.seen.ledger.lease("accounts", "usmf", "another run", timedelta(minutes=5)) as lease:
        lease.renew()


def test_an_error_that_the_stop_leads_to_is_told_as_the_stop(installation: Path, context: Any) -> None:
    with pytest.raises(TransientError, match="Airflow stopped the step") as stopped:
        TidyingOperator(task_id="tidying", flow="accounts", organization="usmf").execute(context)
    assert isinstance(stopped.value.__cause__, OSError)


def test_a_query_that_the_stop_interrupts_is_cancelled_and_its_connection_goes_on(postgres_url: str) -> None:
    connection = open_engine(postgres_url).raw_connection()
    before = signal.signal(signal.SIGALRM, lambda *_: echo().on_kill())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(StepStopped):
            connection.cursor().execute("SELECT pg_sleep(60)")
    finally:
        signal.signal(signal.SIGALRM, before)
    connection.rollback()
    assert connection.cursor().execute("SELECT 1").fetchone() == (1,)
    connection.close()


def test_a_step_knows_its_run_and_works_below_the_staging_folder(installation: Path, context: Any) -> None:
    operator = ContextOperator(task_id="keep", flow="accounts", organization="usmf")
    operator.execute(context)
    step = operator.seen
    assert (step.flow.name, step.organization, step.dag_id, step.run_id) == (
        "accounts",
        "usmf",
        "accounts",
        "manual__1",
    )
    assert str(step.staging.base).endswith("/staging")


def test_every_try_has_a_name_of_its_own(installation: Path, context: Any) -> None:
    operator = ContextOperator(task_id="keep", flow="accounts", organization="usmf")
    attempts = set()
    for _ in range(2):
        operator.execute(context)
        attempts.add(operator.seen.attempt)
    assert len(attempts) == 2


def test_an_organization_that_site_toml_lost_is_named(installation: Path, context: Any) -> None:
    with pytest.raises(ConfigurationError, match="Unknown organization 'gone'"):
        echo(organization="gone").execute(context)
