"""B1 to B3: pauses that a system asks for, kept by all processes that speak to it, as the sandbox's journal has it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from faults.processes import Ended
from faults.scenario import RANDOM, scenario
from faults.scenarios.network import destination
from faults.world import STEPS, World

from p2c.systems.odata.throttle import LONGEST_PAUSE

Entry = Mapping[str, Any]
SYSTEMS = ("sales", "finance_operations")
#: What a request may have been under way for, or a refusal on its way to the others, in seconds.
ON_ITS_WAY = 1.0
#: How much later than it was given an answer may stand in the journal, in seconds.
JOURNALLED = 0.25
#: Waits in excess of those that were asked for, at most.
OVERHEAD = 1.15
TRIES = 20
SERVICE_LIMITS = ("0x80072322", "0x80072321", "0x80072326")


def patiently(world: World) -> list[Ended]:
    """Run all organizations at once, starting a throttled step again after the pause, as Airflow does."""
    ended: list[Ended] = []
    steps = dict.fromkeys(world.organizations, STEPS)
    for _ in range(TRIES):
        started = {name: world.start("run", name, steps=left) for name, left in steps.items()}
        outcomes = {name: world.end(child) for name, child in started.items()}
        ended += outcomes.values()
        steps = {
            name: STEPS[len(world.returned("run", name)) :] for name, outcome in outcomes.items() if not outcome.well
        }
        for name in steps:
            assert outcomes[name].error_type == "ThrottledError", f"throttling ended a step with {outcomes[name]}"
        if not steps:
            return ended
        world.clock.wait(LONGEST_PAUSE)
    raise AssertionError(f"a step was throttled {TRIES} times")


def throttle(match: Mapping[str, Any], seconds: int | None, form: str = "seconds", **action: Any) -> dict[str, Any]:
    """A plan to answer 429, with `Retry-After` where `seconds` are given."""
    if seconds is not None:
        action["retry_after"] = {"seconds": seconds, "form": form}
    return {"match": match, "action": {"status": 429, **action}}


@scenario(
    "B1",
    "429 to 30 % of the requests of two runs at once, for 1 to 20 s, in seconds or as a date",
    seeds=RANDOM,
    organizations=2,
)
def a_storm_of_pauses(world: World, random: Random) -> None:
    world.jump_between_requests()
    world.sandbox.plan_faults(
        *(
            throttle(
                {"system": system, "probability": 0.06, "seed": random.randrange(2**31)},
                seconds,
                random.choice(("seconds", "http-date")),
            )
            for system in SYSTEMS
            for seconds in random.sample(range(1, 21), 6)
        )
    )
    before = world.clock.waited
    ended = patiently(world)
    world.sandbox.clear_faults()
    assert len(ended) == len(world.organizations), f"pauses of seconds ended a step: {', '.join(map(str, ended))}"
    asked, waited = keep_to_the_pauses(world), world.clock.waited - before
    assert waited <= OVERHEAD * asked + ON_ITS_WAY, f"waited for {waited} seconds, asked for {asked}"


@scenario("B2", "429 without Retry-After, with 0 and with a day")
def pauses_that_make_no_sense(world: World, random: Random) -> None:
    system = destination(world)
    world.sandbox.plan_faults(
        throttle({"system": system, "count": 3}, None),
        throttle({"system": system, "after": 3, "count": 3}, 0),
        throttle({"system": system, "method": "POST", "nth": random.randint(1, world.expected.posts)}, 86_400),
    )
    before = world.clock.waited
    ended = patiently(world)
    assert [each.error_type for each in ended] == ["ThrottledError", ""], f"it took {', '.join(map(str, ended))}"
    senseless = world.clock.waited - before - LONGEST_PAUSE
    assert 6 <= senseless <= 120, f"six pauses without a length took {senseless} seconds"


@scenario("B3", "429 for requests, for execution time and for concurrency")
def limits_of_each_kind(world: World, random: Random) -> None:
    world.jump_between_requests()
    numbers = random.sample(range(1, world.expected.posts + 1), min(world.expected.posts, len(SERVICE_LIMITS)))
    world.sandbox.plan_faults(
        *(
            throttle(
                {"system": destination(world), "method": "POST", "nth": number},
                2,
                body={"error": {"code": code, "message": "Exceeded."}},
            )
            for number, code in zip(numbers, SERVICE_LIMITS, strict=False)
        )
    )
    ended = patiently(world)
    assert len(ended) == 1, f"a pause of two seconds ended a step: {', '.join(map(str, ended))}"
    keep_to_the_pauses(world)


def keep_to_the_pauses(world: World) -> float:
    """No request begins within a pause; returns the seconds of all pauses, those that overlap counted once."""
    assert world.clock.between_requests, "the journal tells of times only where they jump between requests"
    return sum(_asked(system, [each for each in world.requests() if each["system"] == system]) for system in SYSTEMS)


def _asked(system: str, entries: Sequence[Entry]) -> float:
    asked, free = 0.0, datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        if entry["status"] != 429:
            continue
        answered, named = _answered(entry), json.loads(entry["fault"])["retry_after"]
        ends = answered + timedelta(seconds=named["seconds"])
        # a date is told in whole seconds
        kept = ends - timedelta(seconds=JOURNALLED + (named["form"] == "http-date"))
        early = [each for each in entries if answered + timedelta(seconds=ON_ITS_WAY) < _began(each) < kept]
        assert not early, f"{system} was asked within the pause from {answered} to {kept}: {early[0]}"
        asked += max(0.0, (ends - max(answered, free)).total_seconds())
        free = max(free, ends)
    return asked


def _answered(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["clock"])


def _began(entry: Entry) -> datetime:
    return _answered(entry) - timedelta(milliseconds=entry["milliseconds"])
