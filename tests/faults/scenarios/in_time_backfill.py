"""E6: a year is backfilled by runs in parallel, while a system asks for pauses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from faults.processes import forked
from faults.scenario import scenario
from faults.scenarios.throttling import keep_to_the_pauses, throttle
from faults.world import Printed, World

from p2c.errors import LeaseHeldError

YEAR = timedelta(days=365)
BRIEF_RUNS = 24
PARALLEL = 8
BACKFILL_SECONDS = 280
#: A run that finds the lease taken waits, as it does in Airflow; so many times in all.
MOST_WAITS = 10_000


@scenario("E6", "365 days are backfilled, eight runs at once, under 429s with pauses of seconds", flows=("accounts",))
def a_year_backfilled(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.jump_between_requests()
    now = datetime.fromisoformat(world.sandbox.control("GET", "clock")["now"]).replace(microsecond=0)
    length = YEAR / (BRIEF_RUNS if world.brief else YEAR.days)
    ends_of_runs = [now - number * length for number in range(YEAR // length)]
    random.shuffle(ends_of_runs)
    for system in ("sales", "finance_operations"):
        match = {"system": system, "probability": 0.02, "seed": random.randrange(2**31)}
        world.sandbox.plan_faults(throttle(match, random.randint(2, 10)))
    together = []
    for number in range(PARALLEL):
        child = forked(_backfill(world, organization, ends_of_runs[number::PARALLEL], length), world.log)
        child.go()
        together.append(child)
    ends = [world.end(child, BACKFILL_SECONDS) for child in together]
    world.sandbox.clear_faults()
    world.must(*ends)
    done = sum(said for ended in ends for said in ended.told if isinstance(said, int))
    assert done == len(ends_of_runs), f"{done} of {len(ends_of_runs)} runs ended"
    throttled = sum(request["status"] == 429 for request in world.requests())
    assert throttled, "no request met a pause"
    keep_to_the_pauses(world)
    watermark = world.looked_at(lambda trial: trial.steps.watermark(organization))
    assert watermark is None, f"a backfill moved the watermark to {watermark}"


def _backfill(
    world: World, organization: str, ends: Sequence[datetime], length: timedelta
) -> Callable[[Callable[[Any], None]], None]:
    """What one worker does: its runs one after the other, one that finds the lease taken later again."""

    def work(tell: Callable[[Any], None]) -> None:
        world.sandbox.forget_sessions()
        trial, waiting = world.trial(), deque(ends)
        trial.steps.lines = Printed()
        trial.steps.transport = world.clock.heeded(trial.steps.transport)
        for _ in range(MOST_WAITS):
            if not waiting:
                break
            end = waiting.popleft()
            try:
                trial.steps.run(f"backfill {end}", organization, interval=(end - length, end))
            except LeaseHeldError:
                waiting.append(end)
        tell(len(ends) - len(waiting))
        trial.steps.engine.dispose()

    return work
