"""C: rows that are refused in batches and bulk actions, replies that do not match, and requests too large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from faults.poison import allowed_requests, differing_outcomes, poison, poisonable, poisoned
from faults.scenario import RANDOM, scenario
from faults.scenarios.network import in_spite_of
from faults.scenarios.odata import mended
from faults.world import SMALL, STEPS, World
from fixtures.trial import Trial

from p2c.flows import FLOWS

TO_FINANCE = tuple(flow.name for flow in FLOWS.values() if flow.destination.system == "finance_operations")
TO_SALES = tuple(flow.name for flow in FLOWS.values() if flow.destination.system == "sales")
#: As a site runs, and how many rows it loads; fewer in `make test`. `make bench` has 20,000, with shares of bad ones.
LARGE: Mapping[str, int] = {"page_size": 5000, "part_rows": 5000, "batch_size": 100}
MANY, FEW = 5_000, 250
ROWS_PUT_AT_ONCE = 2500
#: A change set that landed holds its parts between further lines of its own.
_PART = r"--batchresponse_\S+\r\n(?:(?!--batchresponse_).)*"
#: What may become of the reply to a batch on its way.
SPOILT: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "out of order": [{"find": rf"(?s)({_PART})({_PART})(?=--batchresponse_)", "by": r"\2\1"}],
    "without Content-ID": [{"find": r"(?i)Content-ID: [^\r]*\r\n"}],
    "a part is missing": [{"find": rf"(?s){_PART}(?=--batchresponse_)", "count": 1}],
    "a part comes twice": [{"find": rf"(?s)({_PART})(?=--batchresponse_)", "by": r"\1\1", "count": 1}],
    "unknown Content-IDs": [{"find": r"(?i)(Content-ID: )", "by": r"\g<1>9"}],
    "LF for CRLF": [{"find": r"\r\n", "by": "\n"}],
}


def loaded(world: World, run_id: str) -> int:
    """Run all steps, the last by itself; how many requests that made."""
    (organization,) = world.organizations
    world.must(world.end(world.start(run_id, organization, steps=STEPS[:-1])))
    before = len(world.requests())
    world.must(world.end(world.start(run_id, organization, steps=("load",))))
    return len(world.requests()) - before


def refused_rows_cost_only_themselves(world: World, random: Random, chosen: Sequence[str]) -> None:
    """These rows, by source id, are refused however they are sent; the others land, at the price of few requests."""
    (organization,) = world.organizations
    rows = poisonable(world)
    poison(world, {row: rows[row] for row in chosen}, random)
    requests = loaded(world, "run")
    bad = poisoned(world)
    assert bad <= set(chosen), f"{bad} were refused, {chosen} should have been"
    wrong = list(differing_outcomes(world, bad))
    assert not wrong, "; ".join(wrong[:5])
    most = world.expected.requests[organization, "load"] + allowed_requests(len(bad), SMALL["batch_size"])
    assert requests <= most, f"{len(bad)} refused rows: {requests} requests, at most {most} are allowed"
    mended(world)


def some(world: World, random: Random, number: int) -> list[str]:
    """Source ids of so many rows that would land, or of all."""
    rows = list(poisonable(world))
    return random.sample(rows, min(len(rows), number))


@scenario(
    "C1",
    "one to three rows refused inside $batch, which goes on or ends there",
    flows=TO_FINANCE,
    seeds=RANDOM,
)
def refused_rows_in_a_batch(world: World, random: Random) -> None:
    world.sandbox.settings(finance_operations={"continues_on_error": random.random() < 0.5})
    refused_rows_cost_only_themselves(world, random, some(world, random, random.choice((1, 1, 2, 3))))


@scenario("C2", "one to three rows for which a bulk action rolls back", flows=TO_SALES, seeds=RANDOM)
def a_bulk_action_that_rolls_back(world: World, random: Random) -> None:
    refused_rows_cost_only_themselves(world, random, some(world, random, random.choice((1, 1, 2, 3))))


@scenario("C3", "one row refused, one in ten, or one in two", seeds=RANDOM)
def a_share_of_the_rows_refused(world: World, random: Random) -> None:
    world.settings["breaker_rows"] = 1000
    rows = len(poisonable(world))
    refused_rows_cost_only_themselves(world, random, some(world, random, random.choice((1, rows // 10, rows // 2))))


@scenario(
    "C12",
    f"one row of {MANY:,} refused, in batches of {LARGE['batch_size']}",
    flows=("accounts", "products"),
    judged="at_rest",
)
def one_bad_row_among_many(world: World, random: Random) -> None:
    """As many rows without the bad one come first: what that one costs in writes is the difference."""
    world.settings.update(LARGE)
    world.must(*world.run("first"))
    number = FEW if world.brief else MANY
    put_copies(world, random, "GOOD", number)
    clean = writes_of_load(world, "good")
    copies = put_copies(world, random, "MANY", number)
    bad = random.choice(list(copies))
    poison(world, {bad: copies[bad]}, random)
    requests = writes_of_load(world, "many")
    assert poisoned(world) == {bad}
    (organization,) = world.organizations
    counts = world.looked_at(lambda trial: trial.steps.ledger.counts(trial.steps.key("many", organization)))
    assert (counts["created"], counts["failed"]) == (number - 1, 1), counts
    most = clean + allowed_requests(1, LARGE["batch_size"])
    assert requests <= most, f"one refused row of {number}: {requests} requests, at most {most} are allowed"
    mended(world)


def writes_of_load(world: World, run_id: str) -> int:
    """Run all steps; how many requests of the load wrote, or tried to."""
    before = len(world.requests())
    loaded(world, run_id)
    system = FLOWS[world.flow].destination.system
    return sum(each["system"] == system and each["method"] != "GET" for each in world.requests()[before:])


def put_copies(world: World, random: Random, prefix: str, number: int) -> dict[str, str]:
    """So many copies of a row that landed in the first run; their keys by source id."""
    (organization,) = world.organizations

    def put(trial: Trial) -> dict[str, str]:
        source, donor = trial.flow.source, random.choice(trial.donors("first", organization))
        copies = [trial.copy_of(donor, f"{prefix}-{each:05}") for each in range(number)]
        for start in range(0, number, ROWS_PUT_AT_ONCE):
            trial.put(copies[start : start + ROWS_PUT_AT_ONCE])
        return {str(copy[source.id]): str(copy[source.key]) for copy in copies}

    copies: dict[str, str] = world.looked_at(put)
    return copies


@scenario(
    "C4",
    "the reply to a batch has its parts out of order, twice, without or with other Content-IDs, with LF, or lacks one",
    seeds=RANDOM,
)
def a_reply_that_does_not_match(world: World, random: Random) -> None:
    system = FLOWS[world.flow].destination.system
    # without the bulk actions, everything goes by $batch
    not_offered = {"error": {"code": "0x80040800", "message": "The message is not supported."}}
    bulk = {"match": {"path": "Multiple$"}, "action": {"status": 400, "body": not_offered}}
    spoilt = {
        "match": {"system": system, "path": r"\$batch$", "probability": random.choice((0.2, 0.5, 1)), "seed": 1},
        "action": {"rewrite": SPOILT[random.choice(list(SPOILT))]},
    }
    in_spite_of(world, bulk, spoilt)


@scenario("C5", "the destination takes fewer operations at once than are sent, and says so with 400 or 413")
def batches_too_large(world: World, random: Random) -> None:
    (organization,) = world.organizations
    system = FLOWS[world.flow].destination.system
    world.settings["batch_size"] = 100
    largest = 12_000
    too_large = {"match": {"system": system, "method": "POST", "larger_than": largest}, "action": {"status": 413}}
    world.sandbox.settings(**{system: {"batch_operations": 30}})
    world.sandbox.plan_faults(too_large)
    requests = loaded(world, "run")
    refused = sum(request["status"] == 413 for request in world.requests())
    most = world.expected.requests[organization, "load"] + 2 * refused
    assert requests <= most, f"{requests} requests with {refused} too large, at most {most} are allowed"
