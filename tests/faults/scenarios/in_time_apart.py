"""E9, E10: flows and companies that run at the same time, and have nothing to do with one another."""

from __future__ import annotations

from random import Random
from typing import Any

from faults.reckoning import newest_everywhere, systems_of
from faults.scenario import scenario
from faults.world import World
from fixtures.trial import SITE

from p2c.flows import FLOWS
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.verdict import Verdict

BACKWARDS = "products"
BOTH_WAYS = (BACKWARDS, "accounts")
BROKEN = "glco"
#: The flows into F&O, where that company lacks what every row of it needs.
INTO_FINANCE = tuple(name for name, flow in FLOWS.items() if flow.destination.system == "finance_operations")


@scenario("E9", "products go one way while accounts go the other, twice", flows=("products",), judged="at_rest")
def both_ways_at_once(world: World, random: Random) -> None:
    (organization,) = world.organizations
    at_once(world, "one", organization, random)
    written = world.sandbox.effects()
    theirs = {FLOWS[flow].destination.entity_set for flow in BOTH_WAYS}
    assert {effect["entity_set"] for effect in written} >= theirs, "one of the flows wrote nothing"
    newest_everywhere(world)
    snapshot = Snapshot(systems_of(world.sandbox), SITE)
    problems = world.looked_at(lambda trial: Verdict(snapshot, trial.ledger).compare("accounts", organization).problems)
    assert not problems, "; ".join(problems[:5])
    world.let_pass(random.choice((1, 60, 86_400)))
    at_once(world, "two", organization, random)
    echo = world.sandbox.effects()[len(written) :]
    assert not echo, f"what one flow wrote came back as a change: {echo[:3]}"


def at_once(world: World, run_id: str, organization: str, random: Random) -> None:
    """Run both flows at the same time."""
    flows = random.sample(BOTH_WAYS, 2)
    world.must(*map(world.end, [world.start(run_id, organization, flow=flow) for flow in flows]))


@scenario(
    "E10",
    "three companies at once, one with bad rows only and throttled, and products of two: five writers of one ledger",
    flows=INTO_FINANCE,
    organizations=2,
)
def one_company_in_trouble(world: World, random: Random) -> None:
    throttled = {"status": 429, "retry_after": {"seconds": random.randint(1, 20)}}
    match = {"system": "finance_operations", "query": BROKEN, "count": random.randint(1, 3)}
    world.sandbox.plan_faults({"match": match, "action": throttled})
    names = [*world.organizations, BROKEN]
    random.shuffle(names)
    children = {name: world.start("run", name) for name in names}
    others = [world.start("run", name, flow=BACKWARDS) for name in world.organizations]
    ended = {name: world.end(child) for name, child in children.items()}
    world.must(*(ended[name] for name in world.organizations), *map(world.end, others))
    failed = [told(request) for request in world.requests() if (request["status"] or 599) >= 400]
    assert any(request.startswith("429") for request in failed), f"{BROKEN} was not throttled"
    failed = [request for request in failed if BROKEN not in request]
    assert not failed, f"requests of the others failed: {failed[:3]}"
    keys = {effect["key"] for effect in world.effects()}
    assert not (bad := [key for key in keys if key.startswith(f"{BROKEN},")]), f"rows of {BROKEN} were written: {bad}"


def told(request: dict[str, Any]) -> str:
    return f"{request['status']} {request['method']} {request['path']}?{request['query']}"
