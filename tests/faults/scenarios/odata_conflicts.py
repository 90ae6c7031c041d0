"""C10: rows of the destination that others change or delete under a running load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from faults.scenario import scenario
from faults.scenarios.odata import mended, without_store
from faults.world import STEPS, World
from fixtures.random_rows import FREE, differences, randomized
from fixtures.trial import Row, Trial

import p2c_metadata
from p2c.destination import Destination
from p2c.flow import WritePolicy
from p2c.flows import FLOWS
from p2c.systems.odata.literals import key_predicate
from p2c_metadata.model import EntityType


@scenario(
    "C10",
    "updates are refused with 412, 404 or 409, or the destination's rows change or go after they were read",
    flows=[flow.name for flow in FREE],
    judged="at_rest",
)
def rows_changed_under_our_hands(world: World, random: Random) -> None:
    world.must(*world.run("first"))
    statuses = random.sample((412, 404, 409), 3)
    for number, status in enumerate(statuses, start=1):
        refuse(world, number, status)
    while_loading(world, random, "written", put_back)
    while_loading(world, random, "deleted", delete)


def refuse(world: World, number: int, status: int) -> None:
    """The destination refuses the update of that number."""
    error = {"error": {"code": "0x80060882" if status == 412 else "", "message": "Another was first."}}
    operation = {"system": FLOWS[world.flow].destination.system, "method": "PATCH", "operation": "any", "nth": number}
    world.sandbox.plan_faults({"match": operation, "action": {"status": status, "body": error}})


def while_loading(world: World, random: Random, run_id: str, deed: Callable[[World, Sequence[Row]], None]) -> None:
    """Change rows of the source, and do something to the destination's while a run loads them."""
    (organization,) = world.organizations

    def change(trial: Trial) -> tuple[list[Row], list[Row]]:
        rows, _ = randomized(random, trial, map(without_store, trial.donors("first", organization)[:8]))
        return rows, made(world, trial)

    rows, ours = world.looked_at(change)
    world.must(world.end(world.start(run_id, organization, steps=STEPS[:-1])))
    number = random.randrange(1, 1 + world.expected.requests[organization, "load"])
    ended = world.meanwhile(run_id, organization, "load", number, lambda: deed(world, ours))
    while not ended.well:
        assert ended.error_type == "TransientError", f"a conflict ended load with {ended}"
        ended = world.rerun(run_id, organization, "load")
    again = f"{run_id}, then mended"
    mended(world, again)
    wrong = world.looked_at(lambda trial: differences(trial, again, organization, rows, {WritePolicy.ALWAYS}))
    assert not wrong, "; ".join(wrong[:5])


def made(world: World, trial: Trial) -> list[Row]:
    """The destination's rows that the trial's own runs created or changed."""
    entity = entity_of(trial.flow.destination)
    keys = {effect["key"].casefold() for effect in world.effects() if effect["entity_set"] == entity.entity_set}
    rows = trial.stored().values()
    found = [row for row in rows if ",".join(str(row[name]) for name in entity.key).casefold() in keys]
    assert found, "the first run made no row of the destination"
    return found


def entity_of(destination: Destination) -> EntityType:
    return p2c_metadata.load(destination.system).entity_set(destination.entity_set)


def put_back(world: World, rows: Sequence[Row]) -> None:
    """Another writes the destination's rows as they were, which makes them newer."""
    destination = FLOWS[world.flow].destination
    world.sandbox.put_rows(destination.system, destination.entity_set, *map(without_store, rows))


def delete(world: World, rows: Sequence[Row]) -> None:
    """Another deletes the destination's rows, but for those that the system keeps, for others refer to them."""
    destination = FLOWS[world.flow].destination
    entity = entity_of(destination)
    types = {name: entity.property(name).type for name in entity.key}
    gone = 0
    for row in rows:
        key = {name: str(row[name]) for name in entity.key}
        if destination.system == "sales":
            deleted = world.sandbox.sales.delete(f"{entity.entity_set}({key[entity.key[0]]})")
        else:
            address = entity.entity_set + key_predicate(key, types)
            deleted = world.sandbox.finance_operations.delete(address, params={"cross-company": "true"})
        assert deleted.status_code in (204, 400), deleted.text
        gone += deleted.ok
    assert gone, "none of the destination's rows could be deleted"
