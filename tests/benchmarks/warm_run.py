"""How much longer a warm run of the accounts DAG takes than one of empty tasks, in the same Airflow.

Both organizations, demo data, every row read and found unchanged. The runs of the two DAGs alternate, and so does which
of them comes first, so that a busy machine slows both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.result import Bar, Result
from benchmarks.rounds import pin_clients
from fixtures.installation import sound_settings
from fixtures.stacks import wait_for

from p2c_airflow.local.dag_runs import ENDED, DagRun
from p2c_airflow.local.home import REPOSITORY, Home
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems

WARM_UPS = 2
LIMIT_SECONDS = 3.0
WAIT_SECONDS = 180
#: Airflow's supervisor at times keeps a slot for seconds after its task has ended. With these many no run waits for the
#: slots of the one before it, which is of the other DAG.
SLOTS = "32"
STEPS = ("extract", "map", "validate", "load")
FORMS: dict[str, dict[str, Any]] = {"accounts": {"full": True}, "empty_steps": {}}

#: Seconds of a run, and of its steps by name.
Durations = defaultdict[str, list[float]]


def warm_run(runs: int) -> Result:
    """Start the stack in a temporary home, and measure ``runs`` of each DAG."""
    # Airflow's processes take all cores, not the clients' alone
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    folder = Path(tempfile.mkdtemp(prefix="p2c-benchmark-"))
    stack = Stack(Home(folder / "home", dags_in(folder), settings_in(folder)))
    stack.environment["AIRFLOW__CORE__PARALLELISM"] = SLOTS
    try:
        stack.start()
        return measure(stack, runs)
    finally:
        stack.stop()
        shutil.rmtree(folder)
        pin_clients()


def dags_in(folder: Path) -> Path:
    """A DAGs folder with the accounts DAG and the empty one."""
    dags = folder / "dags"
    dags.mkdir()
    for source in (REPOSITORY / "dags" / "accounts.py", Path(__file__).parent / "dags" / "empty_steps.py"):
        shutil.copy(source, dags)
    return dags


def settings_in(folder: Path) -> Path:
    """The demo's settings without the organization that is broken on purpose."""
    site_file = folder / "site.toml"
    site_file.write_text(sound_settings(), encoding="utf-8")
    return site_file


def measure(stack: Stack, runs: int) -> Result:
    for dag_id in FORMS:
        wait_for(stack, f"DAG {dag_id}", lambda dag_id=dag_id: stack.api.dag(dag_id), WAIT_SECONDS)
    finish(stack, "accounts", DagRun.start(stack, "accounts").run_id)
    stack.api.unpause("empty_steps")
    durations: dict[str, Durations] = {dag_id: defaultdict(list) for dag_id in FORMS}
    effects = 0
    for number in range(-WARM_UPS, runs):
        if number == 0:
            effects = len(Systems(stack).effects())
        for dag_id in FORMS if number % 2 else reversed(FORMS):
            run_id = stack.api.trigger(dag_id, FORMS[dag_id])
            run = finish(stack, dag_id, run_id)
            print(f"  run {number + 1}/{runs}  {dag_id:12} {seconds(run):6.2f} s", flush=True)
            if number >= 0:
                note(durations[dag_id], run, stack.api.task_instances(dag_id, run_id))
    return result_of(durations, writes=len(Systems(stack).effects()) - effects)


def finish(stack: Stack, dag_id: str, run_id: str) -> dict[str, Any]:
    """Wait for a run's success and return it."""

    def ended() -> dict[str, Any] | None:
        run = stack.api.run(dag_id, run_id)
        return run if run["state"] in ENDED else None

    run: dict[str, Any] = wait_for(stack, f"end of {run_id}", ended, WAIT_SECONDS)
    if run["state"] != "success":
        raise SystemExit(f"{dag_id} {run_id} ended as {run['state']}: see {stack.home.airflow / 'logs'}")
    return run


def note(durations: Durations, run: Mapping[str, Any], tasks: Sequence[Mapping[str, Any]]) -> None:
    durations["run"].append(seconds(run))
    for task in tasks:
        durations[task["task_id"].rpartition(".")[2]].append(task["duration"])
    longest = max(
        sum(task["duration"] for task in tasks if task["map_index"] == index)
        for index in {task["map_index"] for task in tasks}
    )
    durations["between"].append(seconds(run) - longest)


def seconds(run: Mapping[str, Any]) -> float:
    return (datetime.fromisoformat(run["end_date"]) - datetime.fromisoformat(run["start_date"])).total_seconds()


def result_of(durations: Mapping[str, Durations], *, writes: int) -> Result:
    accounts, empty = durations["accounts"], durations["empty_steps"]
    more = [ours - theirs for ours, theirs in zip(accounts["run"], empty["run"], strict=True)]
    bars = [
        Bar("seconds of a warm run, more than empty tasks of the same shape", more, LIMIT_SECONDS, "most", " s"),
        Bar("writes of the warm runs", [float(writes)], 0, "most"),
    ]
    lines = [f"| {name} | {spread(accounts[name])} | {spread(empty[name])} |" for name in ("run", *STEPS, "between")]
    table = "\n".join(["| seconds | accounts | empty tasks |", "|---|---|---|", *lines])
    what = (
        "A run of demo size in a real Airflow, two organizations, every row read and found unchanged; runs of empty "
        "tasks take turns with it. *Between* is a run without the steps of its slower organization: Airflow's own."
    )
    return Result("warm-run", "A warm run in Airflow", what, {}, bars, notes=[table])


def spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
