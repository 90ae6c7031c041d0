"""A real Airflow on the demo's data whose tasks are killed, and what it is told to do by hand afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests
from fixtures.stacks import wait_for

from p2c.database.engine import open_engine
from p2c.ledger import Ledger
from p2c.site import load_site
from p2c_airflow.local.changes import BUSINESS_UNIT, CHANGED_ACCOUNT
from p2c_airflow.local.dag_runs import DagRun, wait_for_dags
from p2c_airflow.local.home import Home
from p2c_airflow.local.organizations import CHANGED
from p2c_airflow.local.seller import Seller
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Row, Systems
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.verdict import Verdict

DAG_ID = FLOW = "accounts"
CONF = {"organizations": [CHANGED]}
DATA_REQUEST = "^/(api/data|data|metadata)/"
WAIT_SECONDS = 150
NOTHING: Mapping[str, str] = MappingProxyType({})
ENDED = ("success", "failed")
DEAD = ("up_for_retry", "failed")


@contextmanager
def real_airflow(folder: Path, environment: Mapping[str, str] = NOTHING) -> Iterator[RealAirflow]:
    """The stack in a home of its own, with these settings besides, stopped as a whole at the end."""
    stack = Stack(Home(folder / "home"))
    stack.environment.update(environment)
    engine = None
    try:
        stack.start()
        wait_for_dags(stack, [DAG_ID])
        engine = open_engine(f"sqlite:///{stack.home.common_data_service}")
        yield RealAirflow(stack, Systems(stack), Ledger(engine))
    finally:
        if engine:
            engine.dispose()
        stack.stop()


@dataclass
class RealAirflow:
    """The DAG of accounts, run for one organization."""

    stack: Stack
    systems: Systems
    ledger: Ledger
    entered: int = 0

    @cached_property
    def seller(self) -> Seller:
        return Seller(self.systems, BUSINESS_UNIT)

    def change(self) -> str:
        """Enter an account and change another one; returns the number of the new one."""
        self.entered += 1
        number = f"KILL-{self.entered:05}"
        self.seller.enter_account(number, f"Harbor Traders {self.entered}")
        [changed] = self.systems.sales_rows(f"accounts?$filter=accountnumber eq '{CHANGED_ACCOUNT}'")
        self.seller.change_account(changed, telephone1=f"206-555-{1000 + self.entered}")
        return number

    def first_run(self) -> str:
        """The scheduled run that unpausing brings: the initial load of all organizations."""
        return DagRun.start(self.stack, DAG_ID).run_id

    def trigger(self) -> str:
        return self.stack.api.trigger(DAG_ID, CONF)

    def finish(self, run_id: str) -> str:
        """Wait for the run's end; returns its state."""
        return str(self.wait_for(f"end of {run_id}", lambda: self._state(run_id, ENDED)))

    def wait_for_dead(self, run_id: str) -> Row:
        """Wait until Airflow has seen that a task died; returns its instance."""

        def found() -> Row | None:
            assert self._state(run_id, ENDED) != "success", f"{run_id} ended well: nothing was killed"
            return next((task for task in self.tasks(run_id) if task["state"] in DEAD), None)

        found_task: Row = self.wait_for(f"dead task of {run_id}", found)
        return found_task

    def clear(self, task: Row) -> None:
        """Clear a task and what follows it, as a person does in the UI."""
        body = {
            "dry_run": False,
            "dag_run_id": task["dag_run_id"],
            "task_ids": [[task["task_id"], task["map_index"]]],
            "include_downstream": True,
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self.stack.api._send("POST", f"/dags/{DAG_ID}/clearTaskInstances", json=body)

    def tasks(self, run_id: str) -> list[Row]:
        """The task instances of a run."""
        return self.stack.api.task_instances(DAG_ID, run_id)

    def wait_for(self, what: str, found: Callable[[], Any]) -> Any:
        return wait_for(self.stack, what, found, WAIT_SECONDS)

    def plan_kill(self, number: int, moment: str) -> None:
        """Kill the process that sends the request of this number to either system, counted from now."""
        self.plan({"kill": {"pid": "client", "moment": moment}}, number)

    def plan(self, action: Row, number: int) -> None:
        """Let the sandbox do this at the request of this number to either system, counted from now."""
        self.control("DELETE", "faults")
        self.control("POST", "faults", {"match": {"path": DATA_REQUEST, "nth": number}, "action": action})

    def fired(self) -> int:
        return sum(int(plan["fired"]) for plan in self.control("GET", "faults"))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.stack.secrets.sandbox_admin_token}"}
        url = f"{self.stack.ports.sandbox_url}/sandbox/{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def requests(self, since: int = 0) -> list[Row]:
        """The requests to either system after the one of that id, in order, without the parts of batches."""
        found = self.control("GET", f"journal/requests?since={since}")
        return [each for each in found if each["system"] != "entra" and each.get("operation") is None]

    def senders(self, run_id: str, since: int) -> list[str]:
        """The step that sent each request after the one of that id: the latest to start before it."""
        ran = [task for task in self.tasks(run_id) if task["state"] == "success"]
        starts = sorted((datetime.fromisoformat(task["start_date"]), task["task_id"].split(".")[-1]) for task in ran)
        sent = (datetime.fromisoformat(each["clock"]) for each in self.requests(since))
        return [[step for start, step in starts if start <= moment][-1] for moment in sent]

    def last_effect(self) -> int:
        return max((int(each["id"]) for each in self.systems.effects()), default=0)

    def writes(self, since: int) -> Counter[tuple[str, str]]:
        """The kinds of writes to customers after the effect of that id, with the customer."""
        found = self.systems.effects(since)
        return Counter((each["kind"], each["key"]) for each in found if each["system"] == "finance_operations")

    def watermark(self) -> datetime | None:
        return self.ledger.watermark(FLOW, CHANGED)

    def problems(self) -> list[str]:
        """What differs between both systems from what has to be."""
        snapshot = Snapshot(self.systems, load_site(self.stack.home.site_file))
        return Verdict(snapshot, self.ledger).compare(FLOW, CHANGED).problems

    def _state(self, run_id: str, wanted: tuple[str, ...]) -> str:
        state = str(self.stack.api.run(DAG_ID, run_id)["state"])
        return state if state in wanted else ""
