"""F: replaying rows due, upgrading, searching for secrets, and a day of everything at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import psutil
import pytest
from alembic import command
from faults.databases import PostgresDatabase
from faults.processes import forked
from faults.scenario import CannotRunHere, scenario
from faults.scenarios.network import TRIES, in_spite_of
from faults.world import STEPS, World
from fixtures.free_fields import free_fields
from fixtures.steps import STORE_COLUMNS
from fixtures.trial import Trial
from sqlalchemy import Engine, MetaData, insert, select, text

from p2c.database.engine import open_engine, writing
from p2c.database.schema import VERSION_TABLE, _config, initialize, require_current_schema
from p2c.errors import SchemaOutdatedError, TransientError
from p2c.flows import FLOWS, cds_entities
from p2c.ledger import Outcome
from p2c.ledger.records import LANDED

#: What a row is changed to.
NOW = "As it is now"
RELEASE_BEFORE = "0003"
HOURS = 24
SOAK_SECONDS = 240
#: Runs whose staged sets are kept, and what allocators may keep of memory beside.
RETAINED = 6
MEMORY_SLACK = 12 * 2**20
WITH_VALUE_MAPS = ("accounts", "contacts", "contacts_to_customers", "products", "quotes")


def rejected(world: World, run_id: str) -> set[str]:
    (organization,) = world.organizations

    def look(trial: Trial) -> set[str]:
        found = trial.outcomes(run_id, organization)
        return {source_id for source_id, row in found.items() if row.outcome is Outcome.REJECTED}

    found: set[str] = world.looked_at(look)
    return found


def both_at_once(world: World, first: str, second: str) -> None:
    """Start two runs at the same time; the one that finds the lease taken is tried again after the other."""
    (organization,) = world.organizations
    running = {name: world.start(name, organization) for name in (first, second)}
    for name, ended in [(name, world.end(child)) for name, child in running.items()]:
        held = ended.error_type == "LeaseHeldError"
        world.must(world.rerun(name, organization, STEPS[-1]) if held else ended)


@scenario("F1", "rows rejected for want of a value map are replayed with it while a run is on", flows=WITH_VALUE_MAPS)
def replayed_once_the_map_is_mended(world: World, random: Random) -> None:
    (organization,) = world.organizations
    mended = world.site
    world.site = mended.model_copy(update={"value_maps": {name: {} for name in mended.value_maps}})
    world.must(*world.run("without maps", organization))
    before, sent = rejected(world, "without maps"), len(world.effects())
    assert before, "no row was rejected for want of a value map"
    world.site = mended
    both_at_once(world, "replay", "scheduled")
    wanted = world.expected.writes - sent
    assert len(world.effects()) - sent == wanted, f"{len(world.effects()) - sent} writes in the replay, not {wanted}"


def a_text(flow: str) -> str:
    """A text of the flow's source that may hold anything, and that every row has to have if there is such a one."""
    texts = [each for each in free_fields(FLOWS[flow]) if each.kind == "text" and each.length >= len(NOW)]
    return min(reversed(texts), key=lambda each: not each.required).name


def changed_row(trial: Trial, source_id: str, text: str) -> None:
    """Write a text into a source row, as somebody at the source would."""
    source = trial.flow.source
    row = next(row for row in trial.source_rows() if row[source.id] == source_id)
    kept = {name: value for name, value in row.items() if name not in (*STORE_COLUMNS, "modifiedon")}
    trial.put([kept | {a_text(trial.flow.name): text}])


def texts_held(trial: Trial, organization: str) -> set[str]:
    return {str(value) for row in trial.held(organization).values() for value in row.values()}


@scenario(
    "F2",
    "a row that the destination refused is replayed after its source changed",
    flows=("accounts", "contacts", "contacts_to_customers", "products"),
    judged="at_rest",
)
def replayed_as_the_source_is_now(world: World, random: Random) -> None:
    (organization,) = world.organizations
    refusal = {"status": 400, "body": {"error": {"code": "1", "message": "Not now."}}}
    system = FLOWS[world.flow].destination.system
    world.sandbox.plan_faults({"match": {"system": system, "operation": "any"}, "action": refusal})
    world.run("refused", organization)
    world.sandbox.clear_faults()

    def change(trial: Trial) -> None:
        outcomes = trial.outcomes("refused", organization)
        failed = [source_id for source_id, row in outcomes.items() if row.outcome is Outcome.FAILED]
        assert failed, "the destination refused no row"
        changed_row(trial, random.choice(failed), NOW)
        trial.ledger.retry(trial.flow.name, organization, failed)

    world.looked_at(change)
    world.must(*world.run("replay", organization))
    held = world.looked_at(lambda trial: texts_held(trial, organization))
    assert NOW in held, "the replay did not send what the source holds now"


@scenario("F3", "the ledger of an older release is refused, migrated by `p2c init`, and goes on")
def upgraded_from_an_older_release(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.must(*world.run("before", organization))
    engine = open_engine(world.database.address)
    entities = cds_entities(world.site)
    try:
        _back_to(engine, RELEASE_BEFORE)
        with pytest.raises(SchemaOutdatedError, match="p2c init"):
            require_current_schema(engine, entities)
        initialize(engine, entities)
        require_current_schema(engine, entities)
    finally:
        engine.dispose()
    world.must(*world.run("after", organization))


def _back_to(engine: Engine, revision: str) -> None:
    """Rebuild the database as an older release had it, with the rows it holds, as far as it knew their columns."""
    present = MetaData()
    present.reflect(engine)
    with engine.connect() as connection:
        found = {table.name: connection.execute(select(table)).mappings().all() for table in present.sorted_tables}
    present.drop_all(engine)
    with writing(engine) as connection:
        command.upgrade(_config(connection), revision)
    older = MetaData()
    older.reflect(engine)
    with writing(engine) as connection:
        for table in present.sorted_tables:
            if table.name.startswith("cds_"):
                table.create(connection)
            kept = table if table.name.startswith("cds_") else older.tables.get(table.name)
            if kept is None or not found[table.name] or table.name == VERSION_TABLE:
                continue
            known = [{name: row[name] for name in row if name in kept.columns} for row in found[table.name]]
            connection.execute(insert(kept), known)
            if engine.dialect.name == "postgresql" and "id" in kept.columns:
                last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
                connection.execute(text(last))


@scenario("F4", "the CDS database drops all connections while a step runs, and takes new ones", database="postgresql")
def database_restarted(world: World, random: Random) -> None:
    (organization,) = world.organizations
    if not isinstance(world.database, PostgresDatabase):
        raise CannotRunHere("P2C_TEST_POSTGRES is not set, and SQLite has no connections that a server could drop")
    database = world.database
    step = random.choice(STEPS)
    if before := STEPS[: STEPS.index(step)]:
        world.must(world.end(world.start("run", organization, steps=before)))
    number = random.randint(1, max(1, world.expected.requests[organization, step]))
    ended = world.meanwhile("run", organization, step, number, database.disconnect_all)
    assert ended.well or ended.error_type == "TransientError", f"a database that restarted ended the step with {ended}"
    world.must(world.rerun("run", organization, step))
    sizes = {name: len(json.dumps(world.reference("run", organization, name))) for name in STEPS}
    assert max(sizes.values()) < 1000, f"a step returned more than 1 kB: {sizes}"


@scenario("F5", "sign-ins refused, login pages and server errors; then every file and header is searched for secrets")
def no_secret_anywhere(world: World, random: Random) -> None:
    login_page = {"match": {"nth": 3}, "action": {"html": True}}
    refused = {"match": {"system": "entra", "nth": 2}, "action": {"status": 400, "body": {"error": "invalid_client"}}}
    world.sandbox.plan_faults(login_page, refused)
    (organization,) = world.organizations
    world.run("run", organization)
    world.sandbox.clear_faults()
    in_spite_of(world, {"match": {"every": 9}, "action": {"status": 500, "when": "after"}})
    carried = {str(each["credential_fields"]) for each in world.requests() if each["system"] != "entra"} - {"[]"}
    assert not carried, f"requests beside sign-ins carried {', '.join(carried)}"


@scenario("F6", "a day of hourly runs with faults and changes, in one process", flows=("accounts",), judged="at_rest")
def a_day_of_everything(world: World, random: Random) -> None:
    (organization,) = world.organizations
    seed = random.randrange(2**31)
    child = forked(lambda tell: _soak(world, organization, Random(seed), tell), world.log)
    child.go()
    ended = world.end(child, SOAK_SECONDS)
    world.must(ended)
    hours = [said for said in ended.told if isinstance(said, Hour)]
    assert len(hours) == HOURS
    grown = hours[-1].memory - hours[HOURS // 3].memory
    assert grown < MEMORY_SLACK, f"memory grew by {grown / 2**20:.1f} MiB in {HOURS - HOURS // 3} hours"
    assert hours[-1].staged <= RETAINED + 1, f"{hours[-1].staged} runs are still staged, though {RETAINED} are kept"
    world.must(*world.run("at the end", organization))
    held = world.looked_at(lambda trial: texts_held(trial, organization))
    assert hours[-1].text in held, f"the last change, {hours[-1].text!r}, is not at the destination"


@dataclass(frozen=True)
class Hour:
    """After an hour of the soak: memory in bytes, runs still staged, and the text last written at the source."""

    memory: int
    staged: int
    text: str


def _soak(world: World, organization: str, random: Random, tell: Callable[[Any], None]) -> None:
    world.sandbox.forget_sessions()
    trial, process = world.trial(), psutil.Process()
    for hour in range(HOURS):
        world.sandbox.clear_faults()
        world.let_pass(3600)
        landed = [row.source_id for row in trial.states(organization).values() if row.outcome in LANDED]
        text = f"Hour {hour}"
        if landed:
            changed_row(trial, random.choice(landed), text)
        world.sandbox.plan_faults(*_of_all_kinds(random))
        _until_it_ends(trial, f"hour {hour}", organization)
        if hour >= RETAINED:
            trial.steps.staging.discard_run(trial.flow.name, f"hour {hour - RETAINED}")
        staged = len(list((world.folder / "staging" / trial.flow.name).iterdir()))
        tell(Hour(process.memory_info().rss, staged, text))
    world.sandbox.clear_faults()
    trial.steps.engine.dispose()


def _of_all_kinds(random: Random) -> list[dict[str, Any]]:
    actions: tuple[dict[str, Any], ...] = (
        {"status": 503},
        {"status": 429, "retry_after": {"seconds": random.randint(1, 20)}},
        {"reset": True},
        {"when": "after", "cut_body_at": random.randrange(500)},
    )
    systems = ("sales", "finance_operations")
    # a token refused twice in a row is no token that expired
    expired = {"match": {"system": random.choice(systems), "every": 17}, "action": {"status": 401}}
    return [expired] + [
        {"match": {"system": system, "probability": 0.02, "seed": random.randrange(2**31)}, "action": action}
        for action in actions
        for system in systems
    ]


def _until_it_ends(trial: Trial, run_id: str, organization: str) -> None:
    """Try a run again as Airflow does; the identity of its counts is proved by the ledger's rows."""
    for _ in range(TRIES):
        try:
            counts = trial.steps.run(run_id, organization)
        except TransientError:
            continue
        outcomes = trial.outcomes(run_id, organization)
        assert sum(counts.values()) == len(outcomes), f"{run_id}: {counts} for {len(outcomes)} rows"
        return
