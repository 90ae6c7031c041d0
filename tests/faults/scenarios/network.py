"""B: answers that fail, come late, come in part or never, and sign-ins that fail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from faults.processes import Ended, forked
from faults.scenario import RANDOM, scenario
from faults.world import STEPS, World
from fixtures.certificates import expired_server

from p2c.errors import ConfigurationError, SignInError
from p2c.flows import FLOWS
from p2c.systems.odata.transport import Timeout

#: What a step may end with while a system is out of order; Airflow tries it again.
PASSING = {"TransientError", "AmbiguousError", "ContentionError", "ThrottledError"}
#: Tries of a step while faults go on.
TRIES = 6
SHORT = Timeout(connect=2, read=1)


def in_spite_of(world: World, *faults: dict[str, Any], tries: int = TRIES) -> list[Ended]:
    """Run with faults, trying a failed step again as Airflow does; the last try finds the systems in order."""
    (organization,) = world.organizations
    cleared = False
    # a request that one plan takes is counted by those before it only
    world.sandbox.plan_faults(*sorted(faults, key=lambda plan: -plan["match"].get("nth", 0)))
    ended = world.run("run", organization)
    while not ended[-1].well:
        assert ended[-1].error_type in PASSING, f"a fault that passes ended a step with {ended[-1]}"
        if len(ended) >= tries:
            world.sandbox.clear_faults()
            tries, cleared = TRIES * 10, True
        ended.append(world.rerun("run", organization, STEPS[len(world.returned("run", organization))]))
    fired = sum(plan["fired"] for plan in world.sandbox.control("GET", "faults"))
    planned = sum("nth" in plan["match"] for plan in faults)
    assert cleared or fired >= planned, f"only {fired} of {planned} faults came about"
    world.sandbox.clear_faults()
    return ended


def destination(world: World) -> str:
    return FLOWS[world.flow].destination.system


@scenario("B4", "500, 502, 503 and 504 in one of ten requests, or ten minutes of maintenance", seeds=RANDOM)
def systems_out_of_order(world: World, random: Random) -> None:
    if random.random() < 0.2:
        in_spite_of(world, {"match": {"system": destination(world)}, "action": {"status": 503}}, tries=1)
        return
    faults = [
        {
            "match": {"probability": 0.025, "seed": random.randrange(2**31)},
            "action": {"status": status, "when": random.choice(("before", "after"))},
        }
        for status in (500, 502, 503, 504)
    ]
    in_spite_of(world, *faults)


@scenario("B5", "no answer, 408 or a reset after the destination carried the request out", seeds=RANDOM)
def no_answer_though_carried_out(world: World, random: Random) -> None:
    action: dict[str, Any] = {"when": "after"} | random.choice(
        ({"reset": True}, {"status": 408}, {"cut_body_at": 0}, {"status": 504}, {"delay_seconds": 1.5})
    )
    world.session_options["timeout"] = SHORT
    match = {"system": destination(world), "method": "POST", "nth": random.randint(1, world.expected.posts)}
    in_spite_of(world, {"match": match, "action": action})


@scenario("B6", "a page or a batch answer is cut at a random byte", seeds=RANDOM)
def answers_cut_short(world: World, random: Random) -> None:
    requests = sum(world.expected.requests.values())
    faults = [
        {
            "match": {"nth": number},
            "action": {
                "when": "after",
                "cut_body_at": random.choice((0, random.randrange(200), random.randrange(5000))),
            },
        }
        for number in random.sample(range(1, requests + 1), random.randint(1, 3))
    ]
    in_spite_of(world, *faults)


@scenario("B7", "an answer of five bytes a second, and one that never comes")
def answers_that_crawl(world: World, random: Random) -> None:
    world.session_options["timeout"] = SHORT
    requests = sum(world.expected.requests.values())
    crawling, silent = random.sample(range(1, requests + 1), 2)
    # the process limit of the trial is shorter than such an answer would take
    in_spite_of(
        world,
        {"match": {"nth": crawling}, "action": {"drip_bytes_per_second": 5}},
        {"match": {"nth": silent}, "action": {"when": "before", "delay_seconds": 500, "reset": True}},
    )


@scenario("B8", "an answer shorter than its length, no gzip though it says so, a connection closed between requests")
def connections_that_end(world: World, random: Random) -> None:
    requests = sum(world.expected.requests.values())
    actions: tuple[dict[str, Any], ...] = (
        {"when": "after", "cut_body_at": 10},
        {"status": 200, "body": "no gzip", "headers": {"Content-Encoding": "gzip"}},
        {"reset": True},
        {"headers": {"Connection": "close"}},
    )
    numbers = random.sample(range(1, requests + 1), len(actions))
    pairs = zip(sorted(numbers), actions, strict=True)
    ended = in_spite_of(world, *({"match": {"nth": number}, "action": action} for number, action in pairs))
    assert len(ended) <= 2, f"a connection that ends is no reason for {len(ended)} tries: {', '.join(map(str, ended))}"


@scenario("B9", "no such host, an expired certificate, a login page in place of JSON", judged="secrets")
def addresses_that_lead_elsewhere(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.sandbox.plan_faults({"match": {"system": "sales"}, "action": {"html": True}})
    world.sandbox.plan_faults({"match": {"system": "finance_operations"}, "action": {"html": True}})
    _must_be_configuration(world.end(world.start("login page", organization)), "sign-in page")
    world.sandbox.clear_faults()
    with expired_server(world.folder) as (address, authority):
        for base, word in (("https://no-such-host.invalid/data/", "no-such-host.invalid"), (address, "certificate")):
            _must_be_configuration(_asked(world, base, authority), word)
    assert not world.effects(), "a run that cannot work has written"


def _asked(world: World, base: str, authority: str) -> Ended:
    """What a request to another address ends with, in a process of its own."""

    def ask(_: Any) -> None:
        session = world.trial().steps.session(base)
        session._transport.verify = authority
        session.request("GET", "accounts", repeatable=True)

    child = forked(ask, world.log)
    child.go()
    return child.end(5)


def _must_be_configuration(ended: Ended, word: str) -> None:
    names = {ConfigurationError.__name__, SignInError.__name__}
    assert ended.error_type in names, f"a setting that cannot work ended with {ended}"
    assert word in ended.error, f"{ended.error!r} does not say {word!r}"


@scenario(
    "B10", "tokens expire mid-run, a renewal fails once, the servers' clock is 10 minutes off, 50 threads get 401"
)
def tokens_that_expire(world: World, random: Random) -> None:
    world.let_pass(random.choice((-600, 600)))
    system = destination(world)
    ended = in_spite_of(
        world,
        {"match": {"system": system, "nth": random.randint(1, 3)}, "action": {"status": 401}},
        {"match": {"system": "entra", "nth": random.randint(1, 3)}, "action": {"status": 500}},
    )
    assert len(ended) == 1, f"an expired token is no error of a step: {', '.join(map(str, ended))}"
    _one_renewal_for_all_threads(world)


def _one_renewal_for_all_threads(world: World) -> None:
    def ask(tell: Any) -> None:
        session = world.trial().steps.session(str(world.sandbox.readiness["finance_operations"]))
        session.request("GET", "LegalEntities", repeatable=True)
        world.sandbox.forget_sessions()
        world.sandbox.control("POST", "tokens/expire")
        with ThreadPoolExecutor(50) as threads:
            asked = [threads.submit(session.request, "GET", "LegalEntities", repeatable=True) for _ in range(50)]
            tell([answer.result().status for answer in asked])

    before = len(world.requests())
    child = forked(ask, world.log)
    child.go()
    ended = child.end(30)
    assert ended.told == [[200] * 50], f"50 threads got {ended.told} {ended}"
    signed_in = [request for request in world.requests()[before:] if request["system"] == "entra"]
    assert len(signed_in) == 2, f"{len(signed_in) - 1} renewals for one expiry"
