"""What the destination has to hold, reckoned from the sources without the core, and what it may never have held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from faults.people import MARKS
from faults.world import World
from fixtures.sandbox import Sandbox
from fixtures.trial import SITE, Trial

from p2c.flows import FLOWS
from p2c.ledger.records import LANDED
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.verdict import TRUTHS, Verdict

RETIRED = 1


def newest_everywhere(world: World, *settled: str) -> None:
    """Assert that the destination holds what the sources hold now, field by field.

    What never lands in an undisturbed run is let be, and so are the rows of the ids ``settled``: a quote closed before
    its last change was read, a row deleted.
    """
    snapshot = Snapshot(systems_of(world.sandbox), SITE)
    problems = world.looked_at(lambda trial: list(_differing(world, trial, snapshot, settled)))
    assert not problems, f"the destination does not hold the newest source: {'; '.join(problems[:8])}"


def systems_of(sandbox: Sandbox) -> Systems:
    """Both systems as any client sees them."""
    secrets = SimpleNamespace(
        sandbox_admin_token=sandbox.admin_token,
        client_id=sandbox.client_id,
        client_secret=sandbox.client_secret,
        tenant_id=sandbox.tenant_id,
    )
    return Systems(cast("Stack", SimpleNamespace(ports=SimpleNamespace(sandbox_url=sandbox.origin), secrets=secrets)))


def _differing(world: World, trial: Trial, snapshot: Snapshot, settled: tuple[str, ...]) -> Iterator[str]:
    verdict = Verdict(snapshot, trial.ledger)
    for name in world.organizations:
        wanted = {row.source_id: row for row in TRUTHS[world.flow](snapshot, name)}
        known = trial.ledger.states(world.flow, name, settled).values()
        let_be = tuple(f"{state.integration_key}{end}" for state in known for end in (" ", ":"))
        for problem in verdict.compare(world.flow, name).problems:
            if not problem.startswith(let_be) or not let_be:
                yield f"{name}, {problem}"
        landed, never = trial.states(name), world.expected.truth.outcomes[name]
        for source_id, row in wanted.items():
            state = landed.get(source_id)
            if row.kept or never.get(source_id, "landed") != "landed" or (state and state.outcome in LANDED):
                continue
            if source_id not in settled and not _sent_elsewhere(state):
                told = f"is {state.outcome}: {' '.join(map(str, state.reasons))}" if state else "was never read"
                yield f"{name}, {row.name} is in scope, but {told}"
    yield from _still_sold(world)


def _sent_elsewhere(state: Any) -> bool:
    return state is not None and any(reason.code == "sent_elsewhere" for reason in state.reasons)


def _still_sold(world: World) -> Iterator[str]:
    """Products that nobody sells any more, but that are active in Sales."""
    if world.flow != "products":
        return
    sold: dict[str, bool] = {}
    for row in world.sandbox.rows("finance_operations", "SellableReleasedProducts"):
        if row["dataAreaId"] in {SITE.organization(name).legal_entity for name in SITE.organizations}:
            number = row["ProductNumber"]
            sold[number] = sold.get(number, False) or row["IsSalesStopped"] == "No"
    for row in world.sandbox.rows("sales", "products"):
        if sold.get(row["productnumber"]) is False and row["statecode"] == 0:
            yield f"{row['productnumber']} is active in Sales, but stopped for sales in F&O"


def never_backwards(world: World) -> None:
    """Assert that no write put an older value in the place of a newer one, by the marks that people left."""
    mark, flow = MARKS[world.flow], FLOWS[world.flow]
    newest: dict[str, Decimal] = {}
    for effect in world.effects():
        change = effect["changes"].get(mark.target)
        if effect["entity_set"] != flow.destination.entity_set or change is None:
            continue
        if effect["kind"] == "created":
            newest.pop(effect["key"], None)
        number = mark.read(change["new"])
        before = newest.get(effect["key"], number)
        assert number >= before, f"{effect['key']}: {mark.target} went back from {before} to {change['new']!r}"
        newest[effect["key"]] = number


def everything_accounted_for(world: World, runs: Mapping[tuple[str, str], int]) -> None:
    """Assert that each finished run has one outcome for each distinct row of its extract: ``runs`` by run and
    organization."""

    def look(trial: Trial) -> list[str]:
        return [
            f"{run_id} for {name}: {rows} distinct rows read, {found} outcomes"
            for (run_id, name), rows in runs.items()
            if (found := sum(1 for _ in trial.ledger.outcomes(trial.steps.key(run_id, name)))) != rows
        ]

    problems = world.looked_at(look)
    assert not problems, "; ".join(problems)
