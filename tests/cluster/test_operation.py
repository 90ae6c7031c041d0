"""What an installation goes through: an initial load in which a worker is lost, a rolling restart, a backfill."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cluster.operator import Operator
from cluster.services import WORKERS

from p2c.flows import FLOWS
from p2c_airflow.documentation.privileges import privileges_page
from p2c_airflow.local.organizations import CHANGED
from p2c_airflow.local.systems import Row

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1500)]

#: The API server while a step runs, which needs it; then the workers, one of which has that step to end.
SERVICES = ("api-server", *WORKERS, "scheduler", "dag-processor", "triggerer")
HELD_SECONDS = 75
#: The company stands in the body of a row that is created, alone or in a batch.
CREATES_CUSTOMERS = {
    "system": "finance_operations",
    "method": "POST",
    "path": "batch|CustomersV3",
    "mentions": ['"dataAreaId"'],
}
KILLED = "accounts_to_customers.load"
#: Functions of Dataverse about the caller and the tables' columns, which are no tables.
FUNCTIONS = {"RetrieveMetadataChanges", "WhoAmI"}
RIGHT = {"GET": "read", "POST": "create", "PATCH": "update", "DELETE": "delete"}
#: A day of the demo's data on which sellers worked.
DAY = datetime(2026, 3, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    """How a run ended, its task instances, and what was written to and asked of either system meanwhile."""

    state: str
    tasks: list[Row]
    writes: Counter[tuple[str, str, str]]
    requests: list[Row]

    def tries(self, task: str) -> list[int]:
        return [each["try_number"] for each in self.tasks if each["task_id"].endswith(task)]


def happened(operator: Operator, dag_id: str, run_id: str, since: int = 0) -> Happened:
    """Wait for the end of a run; ``since`` is the last effect before it."""
    state = operator.finish(dag_id, run_id)
    requests = operator.control("GET", "journal/requests")
    return Happened(state, operator.tasks(dag_id, run_id), operator.writes(since), requests)


@pytest.fixture(scope="module")
def initial_load(operator: Operator) -> Happened:
    """An initial load whose worker dies once F&O has carried out the first customers, before it says so."""
    operator.hold_answer(CREATES_CUSTOMERS)
    run_id = operator.trigger("initial_load", dry_run=False)
    operator.wait_for("write of customers", operator.held)
    loads = [task for task in operator.tasks("initial_load", run_id) if task["task_id"].endswith(KILLED)]
    [running] = [task for task in loads if task["state"] == "running"]
    worker = operator.cluster.worker_of(running["pid"])
    operator.cluster.kill(worker)
    operator.control("DELETE", "faults")
    operator.cluster.launch(worker)  # as Docker does: restart is unless-stopped
    return happened(operator, "initial_load", run_id)


@pytest.fixture(scope="module")
def rolling_restart(operator: Operator, initial_load: Happened) -> Happened:
    """A scheduled run during which every service is restarted in turn, while F&O takes its time over a customer."""
    operator.seller().enter_account("ROLL-00001", "Harbor Traders")
    since = operator.last_effect()
    operator.hold_answer(CREATES_CUSTOMERS, HELD_SECONDS)
    run_id = operator.unpause("accounts")
    operator.wait_for("write of customers", operator.held)
    for name in SERVICES:
        operator.cluster.restart(name)
    return happened(operator, "accounts", run_id, since)


@pytest.fixture(scope="module")
def backfill(operator: Operator, rolling_restart: Happened) -> Happened:
    """A day gone by, run again from the command line of a worker."""
    since = operator.last_effect()
    day = DAY.date().isoformat()
    dates = ("--from-date", day, "--to-date", day, "--dag-run-conf", json.dumps({"organizations": [CHANGED]}))
    operator.cluster.command("airflow", "backfill", "create", "--dag-id", "accounts", *dates)

    def created() -> str:
        runs = operator.cluster.api.runs("accounts")
        return next((run["dag_run_id"] for run in runs if run["run_type"] == "backfill"), "")

    run_id = operator.wait_for("run of the backfill", created)
    return happened(operator, "accounts", run_id, since)


def test_the_initial_load_ends_well_although_a_worker_died_in_it(initial_load: Happened) -> None:
    assert initial_load.state == "success"
    assert max(initial_load.tries(KILLED)) > 1


def test_both_systems_hold_what_they_have_to_after_the_initial_load(operator: Operator, initial_load: Happened) -> None:
    assert any(kind == "created" and entity_set == "CustomersV3" for kind, entity_set, _ in initial_load.writes)
    assert operator.problems() == []


def test_no_more_is_asked_of_the_systems_than_the_page_of_privileges_says(initial_load: Happened) -> None:
    page = privileges_page(FLOWS.values())
    rights = dict(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|", page, re.MULTILINE))
    requests = [each for each in initial_load.requests if each["entity_set"]]
    asked = {(each["entity_set"], RIGHT[each["method"]]) for each in requests}
    assert asked
    beyond = {(name, right) for name, right in asked if right not in rights.get(name, "")}
    assert beyond <= {(name, "read") for name in FUNCTIONS}


def test_no_row_came_into_being_twice(initial_load: Happened) -> None:
    assert [row for row, times in initial_load.writes.items() if row[0] == "created" and times > 1] == []


def test_a_rolling_restart_costs_a_run_no_try(rolling_restart: Happened) -> None:
    assert rolling_restart.state == "success"
    assert {task["try_number"] for task in rolling_restart.tasks if task["state"] == "success"} == {1}


def test_a_run_during_a_rolling_restart_writes_each_row_once(operator: Operator, rolling_restart: Happened) -> None:
    assert [(kind, key) for kind, entity_set, key in rolling_restart.writes if entity_set == "CustomersV3"] != []
    assert set(rolling_restart.writes.values()) == {1}
    assert operator.problems() == []


def test_a_backfill_reads_its_day_and_finds_nothing_to_write(operator: Operator, backfill: Happened) -> None:
    assert backfill.state == "success"
    [run] = operator.ledger.runs(flow="accounts", organization=CHANGED, limit=1)
    assert run.window.start == DAY
    assert operator.ledger.counts(run.key)["unchanged"]
    assert backfill.writes == Counter()
