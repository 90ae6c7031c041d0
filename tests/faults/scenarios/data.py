"""D: pages and rows of another shape than expected, blanks, and rows of random values."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from faults.scenario import RANDOM, scenario
from faults.scenarios.odata import without_store
from faults.world import World
from fixtures.free_fields import expected, found, free_fields, is_same
from fixtures.random_rows import FREE, assert_read_back_equal
from fixtures.trial import Row, Trial

from p2c.flow import BlankPolicy, Flow, WritePolicy
from p2c.flows import FLOWS
from p2c.keys import normalised

FREE_FLOWS = tuple(flow.name for flow in FREE)
ROWS = 8
#: Each is created and changed: 10,000 cases in 200 trials.
RANDOM_ROWS = 25
#: Bodies that are no page of rows: JSON cut short, no JSON, another shape.
MALFORMED = (
    {"rewrite": [{"find": r"(?s).{20}\Z"}]},
    {"rewrite": [{"find": '"value":', "by": '"values":'}]},
    {"status": 200, "body": {"value": {"0": {}}}},
    {"status": 200, "body": {"value": [[]]}},
    {"status": 200, "body": "null"},
    {"status": 200, "body": "Ω not JSON"},
)


@scenario("D1", "a page is no JSON or of another shape: once, and again when it is read once more")
def malformed_pages(world: World, random: Random) -> None:
    (organization,) = world.organizations
    source = FLOWS[world.flow].source
    page = {"system": source.system, "method": "GET", "entity_set": source.entity_set}
    for number, action in enumerate(random.sample(MALFORMED, len(MALFORMED))):
        world.sandbox.plan_faults({"match": {**page, "nth": 1}, "action": action})
        world.must(world.end(world.start(f"healed {number}", organization, steps=("extract",))))
        world.sandbox.clear_faults()
        world.sandbox.plan_faults({"match": page, "action": action})
        ended = world.end(world.start("run", organization, steps=("extract",)))
        reads = world.sandbox.control("GET", "faults")[0]["fired"]
        world.sandbox.clear_faults()
        assert ended.error_type == "ConfigurationError", f"{action} ended extract with {ended}"
        assert source.entity_set in ended.error, f"{ended.error} does not name the page"
        assert reads == 2, f"{action} was read {reads} times, not twice"
    watermark = world.looked_at(lambda trial: trial.watermarks()[organization])
    assert watermark is None, f"a page that cannot be read moved the watermark to {watermark}"
    world.must(*world.run("run"))


@scenario(
    "D5",
    "values that become null or an empty text, and a property that a page lacks",
    flows=FREE_FLOWS,
    judged="at_rest",
)
def blanks(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.must(*world.run("first"))
    rows = world.looked_at(lambda trial: put_blank(trial, random, organization))
    before = world.looked_at(lambda trial: trial.held(organization))
    since = len(world.effects())
    world.must(*world.run("blank"))
    after, outcomes = world.looked_at(lambda trial: (trial.held(organization), trial.outcomes("blank", organization)))
    flow = world.looked_at(lambda trial: trial.flow)
    for row in rows:
        outcome = outcomes[row[flow.source.id]]
        key = normalised(outcome.destination_key or "")
        wrong = list(against_policy(flow, row, before[key], after[key])) if outcome.ours else []
        assert not wrong, f"{key}: {'; '.join(wrong)}"
    idle = [
        effect
        for effect in world.effects()[since:]
        for change in effect["changes"].values()
        if change["old"] == change["new"]
    ]
    assert not idle, f"fields were written to what they were: {idle[:2]}"
    lacking(world, organization)


def against_policy(flow: Flow, row: Row, before: Row, after: Row) -> Iterator[str]:
    """Fields that do not hold what the source says now, or that a blank changed though it keeps what is there."""
    wanted = expected(flow, row)
    for pair in flow.active(flow.cds_to_destination):
        name = pair.target
        if name in wanted and pair.write is WritePolicy.ALWAYS and not is_same(wanted[name], found(after[name]), pair):
            yield f"{name} is {after[name]!r}, not {wanted[name]!r}"
        if name not in wanted and pair.blank is BlankPolicy.KEEP and before.get(name) != after.get(name):
            yield f"{name} was to stay {before.get(name)!r} and is {after.get(name)!r}"


def put_blank(trial: Trial, random: Random, organization: str) -> list[Row]:
    """Rows that landed, with each free text that is not required null, empty or blank."""
    fields = [field.name for field in free_fields(trial.flow) if field.kind == "text" and not field.required]
    donors = trial.donors("first", organization)[:ROWS]
    rows = [{**without_store(row), **{name: random.choice((None, "", "  ")) for name in fields}} for row in donors]
    trial.put(rows)
    return rows


def lacking(world: World, organization: str) -> None:
    """A property that is asked for and not there is a fault of the page, not a blank."""
    flow = FLOWS[world.flow]
    source = flow.source
    name = source.key
    page = {"system": source.system, "method": "GET", "entity_set": source.entity_set}
    world.sandbox.plan_faults({"match": page, "action": {"rewrite": [{"find": f'"{name}":', "by": '"another":'}]}})
    options = {} if source.read_whole else {"full": True}
    ended = world.end(world.start("lacking", organization, steps=("extract",), **options))
    world.sandbox.clear_faults()
    assert ended.error_type == "ConfigurationError", f"a page without {name} ended extract with {ended}"
    assert name in ended.error, f"{ended.error} does not name {name}"


@scenario("D7", "a window without rows, an empty page that links on, rows that just fill a page")
def pages_without_rows(world: World, random: Random) -> None:
    (organization,) = world.organizations
    source = FLOWS[world.flow].source
    page = {"system": source.system, "method": "GET", "entity_set": source.entity_set}
    rows = len(world.expected.truth.outcomes[organization])
    world.settings |= {"page_size": rows * (10 if FLOWS[world.flow].lines else 1)}
    if source.system == "sales":
        empty = [
            {"find": r'(?s)"value":\[.*\]', "by": '"value":[],"@odata.nextLink":"{url}&$count=true"'},
        ]
        world.sandbox.plan_faults({"match": {**page, "nth": 1}, "action": {"rewrite": empty}})
    world.must(*world.run("run"))
    world.sandbox.clear_faults()
    if source.modified:
        world.let_pass(86_400)
        world.must(*world.run("all that is left"))
        before = len(asked(world))
        world.let_pass(86_400)
        world.must(*world.run("nothing"))
        requests = asked(world)[before:]
        assert not requests, f"a window without rows asked the destination {requests}"


def asked(world: World) -> list[str]:
    """Requests to the destination that change or read its rows."""
    flow = FLOWS[world.flow]
    system, entity_set = flow.destination.system, flow.destination.entity_set
    return [
        f"{request['method']} {request['path']}"
        for request in world.requests()
        if request["system"] == system and (request["method"] != "GET" or request["entity_set"] == entity_set)
    ]


@scenario(
    "D8",
    f"{RANDOM_ROWS} rows of random values, created, changed and read back",
    flows=FREE_FLOWS,
    seeds=RANDOM,
    judged="at_rest",
)
def random_rows(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.must(*world.run("first"))
    world.looked_at(lambda trial: assert_read_back_equal(trial, random, organization, RANDOM_ROWS))
