"""A, in a real Airflow: scheduler, executor, supervisor and task processes as in production."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from faults.real_airflow import RealAirflow, real_airflow
from faults.scenario import scenario

MOMENTS = ("arrival", "carried_out", "half_sent", "sent")
#: How often each step is killed; of load at every moment.
KILLS = {"extract": 3, "validate": 3, "load": 4}


@scenario(
    "A10",
    "ten kills -9 of a task's process in a real Airflow, which then retries the task or is told to",
    flows=("accounts",),
    alone=True,
)
def killed_in_a_real_airflow(folder: Path, random: Random) -> None:
    with real_airflow(folder) as airflow:
        assert airflow.finish(airflow.first_run()), "the initial load did not end"
        steps, writes = _undisturbed(airflow)
        kills = list(_kills(steps, random))
        for number, moment in kills:
            _killed(airflow, number, moment, writes, wait=(number, moment) == kills[-1])


def _kills(steps: list[str], random: Random) -> Iterator[tuple[int, str]]:
    """Of each step some of its requests, counted from 1 over the whole run, with the moment of each."""
    for step, times in KILLS.items():
        numbers = [number for number, sender in enumerate(steps, 1) if sender == step]
        assert numbers, f"{step} has sent nothing in a run without faults: {steps}"
        yield from ((random.choice(numbers), moment) for moment in random.sample(MOMENTS, times))


def _undisturbed(airflow: RealAirflow) -> tuple[list[str], Counter[str]]:
    """The step behind each request of a run without faults for the same changes, and the writes it comes to."""
    airflow.change()
    request, effect = max(each["id"] for each in airflow.requests()), airflow.last_effect()
    run_id = airflow.trigger()
    assert airflow.finish(run_id) == "success", "the undisturbed run failed"
    return airflow.senders(run_id, request), _kinds(airflow.writes(effect))


def _killed(airflow: RealAirflow, number: int, moment: str, wanted: Counter[str], *, wait: bool) -> None:
    """Kill at one request; Airflow retries by itself where there is time to wait for it, else a person clears."""
    place = f"killed at request {number}, {moment}"
    airflow.change()
    watermark, effect = airflow.watermark(), airflow.last_effect()
    airflow.plan_kill(number, moment)
    run_id = airflow.trigger()
    dead = airflow.wait_for_dead(run_id)
    print(f"A10: {dead['task_id']} {place}", flush=True)
    assert airflow.fired() == 1, f"{place}: {dead['task_id']} is {dead['state']}, but not by the kill"
    if not wait or dead["state"] == "failed":
        airflow.clear(dead)
    assert airflow.finish(run_id) == "success", f"{place}: the run failed after {dead['task_id']} ran again"
    found = airflow.writes(effect)
    twice = [key for (kind, key), times in found.items() if kind == "created" and times > 1]
    assert not twice, f"{place}: created twice: {twice}"
    assert _kinds(found) == wanted, f"{place}: the writes are {dict(found)}, without a kill {dict(wanted)}"
    assert not (wrong := airflow.problems()), f"{place}: {'; '.join(wrong[:5])}"
    after = airflow.watermark()
    moved = after is not None and watermark is not None and after > watermark
    assert moved, f"{place}: the watermark went from {watermark} to {after}"


def _kinds(writes: Counter[tuple[str, str]]) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for (kind, _), times in writes.items():
        kinds[kind] += times
    return kinds
