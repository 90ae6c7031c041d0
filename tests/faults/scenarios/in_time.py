"""E1 to E4: when rows change, by which clock, and which run reads them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from faults.people import MARKS, People
from faults.reckoning import never_backwards, newest_everywhere
from faults.scenario import scenario
from faults.world import World
from fixtures.trial import SITE, Trial

from p2c.flows import FLOWS

#: Of which most stand at one boundary: more than two pages.
ROWS = 15
#: The flows whose runs read windows of time.
IN_WINDOWS = tuple(name for name, flow in FLOWS.items() if not flow.source.read_whole)


@scenario("E1", "rows are committed with a time before the watermark", flows=IN_WINDOWS, judged="at_rest")
def committed_late(world: World, random: Random) -> None:
    (organization,) = world.organizations
    people = People(world, random)
    world.must(*world.run("before"))
    world.let_pass(60)
    watermark = world.looked_at(lambda trial: trial.steps.watermark(organization))
    late = watermark - timedelta(seconds=random.randrange(1, int(SITE.runs.overlap.total_seconds())))
    people.modified = late
    people.edit(sorted(people.rows)[0])
    people.enter(sorted(people.rows)[0])
    people.modified = None
    world.must(*world.run("after"))
    newest_everywhere(world)
    never_backwards(world)


@scenario(
    "E2",
    "rows of one time fill pages at the boundary of two windows",
    flows=IN_WINDOWS,
    judged="at_rest",
)
def at_the_boundary(world: World, random: Random) -> None:
    world.settings["page_size"] = 50 if FLOWS[world.flow].lines else 5
    people = People(world, random, rows=ROWS)
    while len(people.rows) < ROWS:
        people.enter(sorted(people.rows)[0])
    world.let_pass(1)
    world.must(*world.run("before"))
    world.let_pass(86_400)
    start = people.now().replace(microsecond=0)
    middle, end = start + timedelta(hours=1), start + timedelta(hours=2)
    world.let_pass(3 * 3600)
    at = [start, middle - timedelta(seconds=1), *[middle] * (len(people.rows) - 4), end - timedelta(seconds=1), end]
    times = dict(zip(random.sample(sorted(people.rows), len(people.rows)), at, strict=True))
    for source_id, moment in times.items():
        people.modified = moment
        people.edit(source_id)
    for run_id, first, last in (("first half", start, middle), ("second half", middle, end)):
        since = len(world.effects())
        world.must(*world.run(run_id, start=first, end=last))
        wanted = {source_id for source_id, moment in times.items() if first <= moment < last}
        read = world.looked_at(lambda trial, run_id=run_id: set(trial.outcomes(run_id, world.organizations[0])))
        assert read == wanted, f"the {run_id} has read {sorted(read ^ wanted)} too many or too few"
        written = marks_of(world, since)
        expected = sorted(people.marked[source_id] for source_id in wanted)
        assert sorted(written) == expected, f"the {run_id} has written {written} and not {expected}"
    world.must(*world.run("all the rest", full=True))
    newest_everywhere(world)


def marks_of(world: World, since: int) -> list[Any]:
    """The numbers that writes took to the destination, each as often as it was written."""
    mark, entity_set = MARKS[world.flow], FLOWS[world.flow].destination.entity_set
    changes = [effect["changes"] for effect in world.effects()[since:] if effect["entity_set"] == entity_set]
    return [int(mark.read(changed[mark.target]["new"])) for changed in changes if mark.target in changed]


@scenario("E3", "rows change twice in one window, and again between extract and load", judged="at_rest")
def changed_again_and_again(world: World, random: Random) -> None:
    (organization,) = world.organizations
    people = People(world, random)
    world.must(*world.run("before"))
    since = len(world.effects())
    for _ in range(2):
        world.let_pass(1)
        for source_id in list(people.rows):
            people.edit(source_id)
    world.let_pass(1)
    world.must(world.end(world.start("between", organization, steps=("extract",))))
    world.let_pass(1)
    again = random.sample(sorted(people.rows), min(2, len(people.rows)))
    for source_id in again:
        people.edit(source_id)
    world.let_pass(1)
    world.must(world.rerun("between", organization, "map"))
    written = marks_of(world, since)
    assert len(written) == len(people.rows), f"{len(people.rows)} rows changed, but {written} were written"
    world.must(*world.run("after"))
    newest_everywhere(world)
    world.must(world.rerun("between", organization, random.choice(("map", "validate", "load"))))
    newest_everywhere(world)
    never_backwards(world)


@scenario("E4", "the systems' clock is five minutes ahead of ours, or behind", judged="at_rest")
def clocks_apart(world: World, random: Random) -> None:
    world.let_pass(random.choice((-300, 300)))
    people = People(world, random)
    for run_id in ("before", "after"):
        before = people.now().replace(microsecond=0)
        world.must(*world.run(run_id))
        found = world.looked_at(lambda trial, run_id=run_id: end_of(trial, run_id))
        assert before <= found <= people.now(), f"the window ends at {found}, but by the systems' clock it was {before}"
        newest_everywhere(world)
        if run_id == "before":
            world.let_pass(1)
            for source_id in list(people.rows):
                people.edit(source_id)
            people.change()
            world.let_pass(1)
    never_backwards(world)


def end_of(trial: Trial, run_id: str) -> datetime:
    """The end of the window of a run."""
    (run,) = trial.ledger.runs(flow=trial.flow.name, run_id=run_id)
    assert run.window.end is not None
    return run.window.end
