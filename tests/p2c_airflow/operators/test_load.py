"""The load operator. That it writes and updates its asset is shown by running the whole DAG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException
from fixtures.sandbox import Sandbox
from sqlalchemy import Engine, delete, select

from p2c.database.engine import open_engine, writing
from p2c.ledger import tables
from p2c.systems.odata.throttle import LONGEST_PAUSE
from p2c_airflow.assets import flow_alias
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator

STEP = {"flow": "accounts", "organization": "usmf"}


class Installed:
    """The accounts of one organization up to load, in batches of two, with the ledger to look into."""

    def __init__(self, sandbox: Sandbox, folder: Path, context: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.engine: Engine = open_engine(f"sqlite:///{folder / 'cds.sqlite'}")
        self.context = context | {"outlet_events": defaultdict(lambda: SimpleNamespace(add=lambda *_, **__: None))}
        site = folder / "site.toml"
        site.write_text(site.read_text() + "\n[runs]\nbatch_size = 2\n")
        self.reference = ExtractOperator(task_id="extract", **STEP).execute(context)
        for operator in (MapOperator, ValidateOperator):
            self.reference = operator(task_id="step", reference=self.reference, **STEP).execute(context)

    def load(self) -> Any:
        return LoadOperator(task_id="load", reference=self.reference, **STEP).execute(self.context)

    def rescheduled(self) -> datetime:
        """When load wants to be started again."""
        with pytest.raises(AirflowRescheduleException) as raised:
            self.load()
        return raised.value.reschedule_date

    def requests(self) -> int:
        return len(self.sandbox.requests_seen(system="finance_operations"))

    def written(self) -> list[str]:
        """The customers written so far, in order."""
        return [str(effect["key"]) for effect in self.sandbox.effects(entity_set="CustomersV3")]

    def state(self) -> str:
        """What the ledger says of the run."""
        with self.engine.connect() as connection:
            return str(connection.execute(select(tables.runs.c.state)).scalar_one())

    def let_the_pause_pass(self) -> None:
        with writing(self.engine) as connection:
            connection.execute(delete(tables.pauses))


@pytest.fixture
def installed(demo_sandbox: Sandbox, installation: Path, context: dict[str, Any]) -> Iterator[Installed]:
    made = Installed(demo_sandbox, installation, context)
    yield made
    made.engine.dispose()


def refuse_batch(sandbox: Sandbox, number: int, seconds: int) -> None:
    """Refuse a batch of F&O, counted from 1, and ask for a pause."""
    match = {"system": "finance_operations", "path": r"\$batch$", "nth": number}
    sandbox.plan_faults({"match": match, "action": {"status": 429, "retry_after": {"seconds": seconds}}})


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


def test_a_long_pause_frees_the_slot_for_an_hour_at_most(installed: Installed) -> None:
    refuse_batch(installed.sandbox, 3, 86_400)
    latest = datetime.now(UTC) + timedelta(minutes=1, seconds=LONGEST_PAUSE)
    assert latest - timedelta(minutes=2) < installed.rescheduled() < latest
    assert installed.state() == "running"


def test_a_step_that_wakes_within_the_pause_sends_nothing(installed: Installed) -> None:
    refuse_batch(installed.sandbox, 3, 86_400)
    installed.rescheduled()
    sent = installed.requests()
    installed.rescheduled()
    assert installed.requests() == sent


def test_a_step_that_wakes_after_the_pause_goes_on_where_it_was(installed: Installed) -> None:
    refuse_batch(installed.sandbox, 3, 86_400)
    installed.rescheduled()
    before = installed.written()
    installed.let_the_pause_pass()
    counts = installed.load()["counts"]
    written = installed.written()
    assert 0 < len(before) < len(written) == counts["created"] + counts["updated"]
    assert (written[: len(before)], len(set(written))) == (before, len(written))
    assert installed.state() == "success"
