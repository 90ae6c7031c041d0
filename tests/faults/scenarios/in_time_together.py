"""E5, E7: runs that overlap, runs in parallel and runs out of order, while people go on changing rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from faults.people import People
from faults.reckoning import never_backwards, newest_everywhere
from faults.scenario import RANDOM, scenario
from faults.under_way import Going, UnderWay
from faults.world import STEPS, World
from fixtures.trial import Trial
from sqlalchemy import update

from p2c.flows import FLOWS
from p2c.ledger.tables import leases


def window(world: World, random: Random, people: People) -> dict[str, Any]:
    """What a person or a backfill asks of a run, at any place in the time of the changes."""
    whole = FLOWS[world.flow].source.read_whole
    kind = random.choice(
        ("interval", "interval", "keys", "full") if whole else ("interval", "interval", "params", "keys")
    )
    if kind == "keys":
        return {"keys": tuple(random.sample(people.keys, random.randint(1, len(people.keys))))}
    if kind == "full":
        return {"full": True}
    first, last = sorted((random.choice(people.changed), people.now()))
    start, end = (
        first - timedelta(minutes=random.choice((0, 1, 60))),
        last + timedelta(minutes=random.choice((0, 1, 60))),
    )
    if start == end:
        end += timedelta(minutes=1)
    return {"interval": (start, end)} if kind == "interval" else {"start": start, "end": end}


def pass_time(world: World, random: Random) -> None:
    """From a second to twice the overlap of windows."""
    world.let_pass(random.choice((1, 1, 30, 300, 1200)))


@scenario(
    "E5",
    "backfills and scheduled runs of a flow overlap, some are killed, while rows change",
    seeds=RANDOM,
    judged="at_rest",
)
def backfills_beside_the_schedule(world: World, random: Random) -> None:
    (organization,) = world.organizations
    people, runs = People(world, random), UnderWay(world, random, kills=2)
    runs.add(Going("scheduled first", organization))
    for number in (1, 2):
        for _ in range(random.randint(1, 2)):
            people.change()
            pass_time(world, random)
        runs.turn()
        runs.add(Going(f"backfill {number}", organization, window(world, random, people)))
    people.change()
    world.let_pass(1)
    runs.add(Going("scheduled last", organization))
    runs.to_the_end()
    newest_everywhere(world, *people.closed)
    never_backwards(world)
    watermark_of_the_schedule(world, organization)


@scenario(
    "E7",
    "runs end or are cleared out of order, a week late too, beside a newer one that was killed, after rows changed",
    seeds=RANDOM,
    judged="at_rest",
)
def yesterday_after_today(world: World, random: Random) -> None:
    (organization,) = world.organizations
    people, runs = People(world, random), UnderWay(world, random, kills=1)
    late = [runs.add(Going("yesterday", organization))]
    if random.random() < 0.5:
        people.change()
        world.let_pass(1)
        late.append(runs.add(Going("yesterday's other", organization, window(world, random, people))))
    for run in late:
        for _ in range(random.randint(0, len(STEPS))):
            if not run.ended:
                runs.turn_of(run)
    world.looked_at(expire_leases)
    for _ in range(random.randint(1, 3)):
        people.change()
        pass_time(world, random)
    world.let_pass(random.choice((0, 1, 7)) * 86_400 + 1)
    today = ended_or_killed(world, random, runs, Going("today", organization))
    for run in random.sample(late, len(late)):
        if run.begun and random.random() < 0.5:
            run.clear(random.choice(STEPS[: run.done]))
        runs.end(run)
    runs.end(today)
    newest_everywhere(world, *people.closed)
    never_backwards(world)
    watermark_of_the_schedule(world, organization)


def ended_or_killed(world: World, random: Random, runs: UnderWay, run: Going) -> Going:
    """Do a whole run, or all of it until somewhere in its load, so long ago that its lease ran out."""
    if random.random() < 0.5:
        runs.killed_while_loading(runs.add(run))
        world.looked_at(expire_leases)
    else:
        runs.end(runs.add(run))
    return run


def expire_leases(trial: Trial) -> None:
    """As if so much time had passed since a load was killed."""
    with trial.steps.engine.begin() as connection:
        connection.execute(update(leases).values(expires_at=datetime(2000, 1, 1, tzinfo=UTC)))


def watermark_of_the_schedule(world: World, organization: str) -> None:
    """Assert that the watermark is where the last scheduled run put it: no other moves it, and none back."""

    def look(trial: Trial) -> tuple[datetime | None, list[datetime | None]]:
        ended = [run for run in trial.ledger.runs(flow=world.flow, organization=organization) if run.state == "success"]
        ends = [run.window.end for run in ended if run.window.kind in ("initial", "watermark")]
        return trial.steps.watermark(organization), ends

    watermark, ends = world.looked_at(look)
    wanted = max(end for end in ends if end)
    assert watermark == wanted, f"the watermark is {watermark}, but the last scheduled run read to {wanted}"
