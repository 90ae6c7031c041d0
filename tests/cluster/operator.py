"""The person who runs the cluster, and the judge of what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from cluster.services import Cluster
from fixtures.stacks import wait_for

from p2c.ledger import Ledger
from p2c.site import load_site
from p2c_airflow.local.changes import BUSINESS_UNIT
from p2c_airflow.local.dag_runs import DagRun
from p2c_airflow.local.organizations import CHANGED
from p2c_airflow.local.seller import Seller
from p2c_airflow.local.systems import Row, Systems
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.verdict import TRUTHS, Verdict

WAIT_SECONDS = 600
ENDED = ("success", "failed")
CONF = {"organizations": [CHANGED]}


@dataclass
class Operator:
    """What is asked of the running cluster, for one organization."""

    cluster: Cluster
    systems: Systems
    ledger: Ledger

    def trigger(self, dag_id: str, **conf: Any) -> str:
        self.cluster.api.unpause(dag_id)
        return self.cluster.api.trigger(dag_id, CONF | conf)

    def unpause(self, dag_id: str) -> str:
        """Let the schedule run a DAG; returns the run that begins at once."""
        return DagRun.start(self.cluster, dag_id).run_id

    def finish(self, dag_id: str, run_id: str) -> str:
        """Wait for the run's end; returns its state."""

        def ended() -> str:
            state = str(self.cluster.api.run(dag_id, run_id)["state"])
            return state if state in ENDED else ""

        return str(self.wait_for(f"end of {run_id}", ended))

    def wait_for(self, what: str, found: Callable[[], Any]) -> Any:
        return wait_for(self.cluster, what, found, WAIT_SECONDS)

    def tasks(self, dag_id: str, run_id: str) -> list[Row]:
        return self.cluster.api.task_instances(dag_id, run_id)

    def hold_answer(self, match: dict[str, Any], seconds: int = 300) -> None:
        """Let the sandbox carry out the first request that matches and keep its answer to itself for a while."""
        plan = {"name": "held", "match": {**match, "nth": 1}, "action": {"when": "after", "delay_seconds": seconds}}
        self.control("DELETE", "faults")
        self.control("POST", "faults", plan)

    def held(self) -> bool:
        return any(plan["fired"] for plan in self.control("GET", "faults"))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.cluster.secrets.sandbox_admin_token}"}
        url = f"{self.cluster.ports.sandbox_url}/sandbox/{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def seller(self) -> Seller:
        return Seller(self.systems, BUSINESS_UNIT)

    def last_effect(self) -> int:
        return max((int(each["id"]) for each in self.systems.effects()), default=0)

    def writes(self, since: int = 0) -> Counter[tuple[str, str, str]]:
        """The kinds of writes to destinations after an effect, by row."""
        found = self.systems.effects(since)
        return Counter((each["kind"], each["entity_set"], each["key"]) for each in found)

    def problems(self) -> list[str]:
        """What differs in both systems from what has to be, in every flow of the organization."""
        verdict = Verdict(Snapshot(self.systems, load_site(self.cluster.home.site_file)), self.ledger)
        return [problem for flow in TRUTHS for problem in verdict.compare(flow, CHANGED).problems]
