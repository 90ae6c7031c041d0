"""Worlds spoilt from outside after a run that nothing disturbed: what a judgement has to find.

`python -m faults.spoilt FILE` in `tests/` judges each and writes what was found, by its name, as JSON.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from faults.images import Images
from faults.scenario import Scenario
from faults.trials import TRIAL_SECONDS, Result, Trials
from faults.world import World
from fixtures.trial import Trial
from sqlalchemy import delete

from p2c.ledger.tables import row_states
from p2c_airflow.preload import preload

STORED = ("key", "version", "created", "modified")
CUSTOMERS = "CustomersV3"
NAME = "OrganizationName"


def customer(world: World) -> dict[str, Any]:
    """A customer that the run created."""
    created = {effect["key"] for effect in world.effects() if effect["kind"] == "created"}
    rows = world.sandbox.rows("finance_operations", CUSTOMERS)
    return next(row for row in rows if ",".join(key_of(row)) in created)


def key_of(row: dict[str, Any]) -> tuple[str, str]:
    return row["dataAreaId"], row["CustomerAccount"]


def put(world: World, row: dict[str, Any]) -> None:
    kept = {name: value for name, value in row.items() if name not in STORED}
    world.sandbox.put_rows("finance_operations", CUSTOMERS, kept)


def a_row_is_gone(world: World) -> None:
    world.sandbox.delete_rows("finance_operations", CUSTOMERS, key_of(customer(world)))


def a_field_differs(world: World) -> None:
    put(world, customer(world) | {NAME: "Somebody else"})


def a_row_is_there_twice(world: World) -> None:
    put(world, customer(world) | {"CustomerAccount": "TWICE-1"})


def a_row_was_created_twice(world: World) -> None:
    row = customer(world)
    world.sandbox.delete_rows("finance_operations", CUSTOMERS, key_of(row))
    names = ("dataAreaId", "CustomerAccount", NAME, "CustomerGroupId", "SalesCurrencyCode", "PartyType")
    again = world.sandbox.finance_operations.post(CUSTOMERS, json={name: row[name] for name in names})
    again.raise_for_status()


def a_row_was_written_once_more(world: World) -> None:
    row = customer(world)
    company, account = key_of(row)
    for name in ("In passing", row[NAME]):
        address = f"{CUSTOMERS}(dataAreaId='{company}',CustomerAccount='{account}')?cross-company=true"
        world.sandbox.finance_operations.patch(address, json={NAME: name}).raise_for_status()


def the_ledger_has_lost_a_row(world: World) -> None:
    def forget(trial: Trial) -> None:
        (organization,) = world.organizations
        gone = next(iter(trial.states(organization)))
        with trial.steps.engine.begin() as connection:
            connection.execute(delete(row_states).where(row_states.c.source_id == gone))

    world.looked_at(forget)


def a_file_holds_the_secret(world: World) -> None:
    (world.folder / "staging" / "notes").write_text(f"password {world.sandbox.client_secret}", encoding="utf-8")


def a_further_run_has_something_to_do(world: World) -> None:
    account = customer(world)["CustomerAccount"]
    rows = world.sandbox.rows("sales", "accounts")
    row = next(row for row in rows if (row["accountnumber"] or "").strip() == account)
    kept = {name: value for name, value in row.items() if name not in (*STORED, "modifiedon")}
    world.sandbox.put_rows("sales", "accounts", kept | {"name": "Changed meanwhile"})
    world.let_pass(60)  # windows end at a whole second


def nothing(world: World) -> None:
    """A world that is as it has to be."""


SPOILT: tuple[Callable[[World], None], ...] = (
    nothing,
    a_row_is_gone,
    a_field_differs,
    a_row_is_there_twice,
    a_row_was_created_twice,
    a_row_was_written_once_more,
    the_ledger_has_lost_a_row,
    a_file_holds_the_secret,
    a_further_run_has_something_to_do,
)


def main() -> None:
    """Judge each spoilt world."""
    preload()
    with tempfile.TemporaryDirectory(prefix="p2c-spoilt-") as folder:
        trials = Trials(Images(Path(folder), server=None))
        found = {spoil.__name__: _judged(trials, spoil) for spoil in SPOILT}
    Path(sys.argv[1]).write_bytes(msgspec.json.encode({name: vars(result) for name, result in found.items()}))


def _judged(trials: Trials, spoil: Callable[[World], None]) -> Result:
    def play(world: World, _: Random) -> None:
        world.must(*world.run("run"))
        spoil(world)

    scenario = Scenario("spoilt", spoil.__name__, play, ("accounts",))
    trials.prepare(scenario, 0)
    ended = trials.start(scenario, 0).end(TRIAL_SECONDS)
    assert ended.told, f"{spoil.__name__}: {ended}"
    found: Result = ended.told[0]
    return found


if __name__ == "__main__":
    main()
