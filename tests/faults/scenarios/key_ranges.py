"""A flow split by key range, of which one range's process dies."""

from __future__ import annotations

from random import Random

from faults.scenario import scenario
from faults.scenarios.process_death import somewhere
from faults.world import World

from p2c.key_range import KeyRange

RANGES = 3


def split(world: World, ranges: int) -> list[KeyRange]:
    """Split the flow by key range from now on."""
    settings = world.site.flow_settings(world.flow).model_copy(update={"key_ranges": ranges})
    world.site = world.site.model_copy(update={"flows": {**world.site.flows, world.flow: settings}})
    return list(KeyRange(of=ranges).all)


@scenario(
    "A11",
    "three key ranges are loaded at once, and one of them is killed -9 at a random request or crash point; then it is "
    "loaded again, and the run finished",
    seeds=60,
)
def one_of_three_key_ranges_killed(world: World, random: Random) -> None:
    (organization,) = world.organizations
    ranges = split(world, RANGES)
    world.must(world.end(world.start("run", organization, steps=("extract",))))
    judged = [world.start("run", organization, steps=("map", "validate"), key_range=each) for each in ranges]
    world.must(*(world.end(child) for child in judged))
    victim, kill = random.choice(ranges), somewhere(world, random, organization, "load")
    loads = {
        each: world.start("run", organization, steps=("load",), key_range=each, kill=kill if each == victim else None)
        for each in ranges
    }
    ended = {each: world.end(child) for each, child in loads.items()}
    world.sandbox.clear_faults()
    world.must(*(each for key_range, each in ended.items() if key_range != victim))
    if not ended[victim].well:
        assert ended[victim].signal, f"a range that was to be killed ended with {ended[victim]}"
        early = world.end(world.start("run", organization, steps=("finish",), key_range=ranges[0]))
        assert f"{victim} did not end well" in early.error, f"a run with a range missing was finished: {early}"
        assert world.looked_at(lambda trial: trial.steps.watermark(organization)) is None, "the watermark moved"
        world.must(world.end(world.start("run", organization, steps=("load",), key_range=victim)))
    world.must(world.end(world.start("run", organization, steps=("finish",), key_range=ranges[0])))
    split(world, 1)
