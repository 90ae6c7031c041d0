"""Systems that are set otherwise than a flow was fitted to: fields, privileges, and values that no map knows."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from faults.processes import Ended
from faults.scenario import scenario
from faults.world import World
from fixtures.steps import STORE_COLUMNS
from fixtures.trial import SITE

from p2c.check.uses import fields_used
from p2c.flow import System
from p2c.flows import FLOWS
from p2c_metadata import EntityType, load

SYSTEMS: tuple[System, ...] = ("sales", "finance_operations")
#: Of each flow another one, which uses neither its source nor its destination.
OTHERS = {
    "products": "accounts",
    "price_list_items": "contacts",
    "accounts": "contacts",
    "contacts": "accounts",
    "contacts_to_customers": "products",
    "quotes": "products",
}
NAMES = {"sales": "Sales", "finance_operations": "F&O"}


def must_fail(ended: Ended, kind: str, *said: str) -> None:
    assert ended.error_type == kind, f"the step was to end with {kind}, but ended with {ended}"
    missing = [text for text in said if text not in ended.error]
    assert not missing, f"the error does not say {missing}: {ended.error}"


def other_flow_runs(world: World) -> None:
    (organization,) = world.organizations
    world.must(world.end(world.start("other", organization, steps=("extract",), flow=OTHERS[world.flow])))


def changes(world: World) -> Iterator[tuple[System, EntityType, str]]:
    """The fields of both systems that the flow reads or writes itself, but keys, by which rows are addressed."""
    flow = SITE.applied_to(FLOWS[world.flow])
    for system in SYSTEMS:
        own = {part.source.entity_set for part in flow.parts if part.source.system == system}
        own |= {part.destination.entity_set for part in flow.parts if part.destination.system == system}
        for entity_set, names in sorted(fields_used(flow, system, load(system), own=True).items()):
            entity = load(system).entity_set(entity_set)
            fields = sorted(names & entity.properties.keys() - set(entity.key)) if entity_set in own else []
            yield from ((system, entity, name) for name in fields)


@scenario("C11", "a field that the flow uses is dropped, renamed or given another type", seeds=30)
def fields_that_change(world: World, random: Random) -> None:
    (organization,) = world.organizations
    system, entity, name = random.choice(list(changes(world)))
    change = random.choice(({"drop": True}, {"rename": "anew"}, {"type": "Edm.Boolean"}))
    if entity.properties[name].lookup_targets or entity.properties[name].type == "Edm.Boolean":
        change = {"drop": True}  # a lookup has no type of its own
    reads = FLOWS[world.flow].source.system == system
    if not reads:
        world.must(world.end(world.start("run", organization, steps=("extract", "map", "validate"))))
    place = {"system": system, "entity_set": entity.entity_set, "field": name}
    world.sandbox.control("POST", "schema", {**place, **change})
    step = "extract" if reads else "load"
    before = len(world.requests())
    must_fail(
        world.end(world.start("run", organization, steps=(step,))),
        "SchemaChangedError",
        f"Flow {world.flow}: {NAMES[system]} has changed under it",
        name.removeprefix("_").removesuffix("_value"),  # a lookup may be named by its navigation property
    )
    asked = [each for each in world.requests()[before:] if each["entity_set"] == entity.entity_set]
    assert not asked, f"rows were asked for or written before the change was noticed: {asked}"
    assert not world.effects(), "something was written"
    other_flow_runs(world)
    world.sandbox.control("DELETE", "schema")
    world.must(world.rerun("run", organization, step))


@scenario("B11", "403 for one entity set of the flow")
def a_privilege_taken_away(world: World, random: Random) -> None:
    (organization,) = world.organizations
    end = random.choice((FLOWS[world.flow].source, FLOWS[world.flow].destination))
    world.sandbox.settings(**{end.system: {"denied_entity_sets": [end.entity_set]}})
    (ended,) = world.run("run")
    must_fail(ended, "ConfigurationError", f"denies access to {end.entity_set}", "a role that allows it")
    assert not world.effects(), "something was written"
    other_flow_runs(world)
    world.sandbox.settings(**{end.system: {"denied_entity_sets": []}})
    returned = world.returned("run", organization)
    world.must(world.rerun("run", organization, ("extract", "map", "validate", "load")[len(returned)]))


@scenario("D6", "every row is rejected", flows=("accounts",))
def every_row_rejected(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.settings["breaker_rows"] = 10
    source = FLOWS[world.flow].source
    rows = [
        {"address1_country": None, "modifiedon": row["modified"]}
        | {name: value for name, value in row.items() if name not in STORE_COLUMNS}
        for row in world.sandbox.rows(source.system, source.entity_set)
    ]
    spoiled: list[dict[str, Any]] = [{**row, "address1_country": "Nowhere"} for row in rows]
    world.sandbox.put_rows(source.system, source.entity_set, *spoiled)
    (ended,) = world.run("run", full=True)
    must_fail(ended, "CircuitBreakerError", "rows in scope are rejected", "nothing was written")
    assert not world.effects(), "something was written"
    outcomes = world.looked_at(lambda trial: dict(trial.states(organization)))
    assert not outcomes, "the ledger took rows for accounted for"
    assert world.looked_at(lambda trial: trial.steps.watermark(organization)) is None, "the watermark moved"
    world.sandbox.put_rows(source.system, source.entity_set, *rows)
    world.must(world.rerun("run", organization, "extract", full=True))
