"""D: texts, numbers and dates that few expect, and what becomes of them on their way through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from faults.scenario import scenario
from faults.scenarios.odata import mended
from faults.world import World
from fixtures.free_fields import expected, found, free_fields, is_same
from fixtures.hostile import HOSTILE, HOSTILE_NUMBERS
from fixtures.random_rows import FREE
from fixtures.trial import SITE, Row, Trial

from p2c.flows import FLOWS
from p2c.keys import normalised
from p2c.ledger import RowOutcome

FREE_FLOWS = tuple(flow.name for flow in FREE)
ROWS = 8
#: No store holds half a character: on the way it takes the place of this one.
PLACE_OF_HALF, HALF = "\u2042", r"\\ud83d"
#: A process may take so much, and three times a page besides.
MEMORY = 256 << 20


@scenario(
    "D2",
    "8 MiB texts, 1,000 columns, deep nesting, NUL, half a character, emoji, right to left",
    flows=FREE_FLOWS,
    judged="at_rest",
)
def hostile_rows(world: World, random: Random) -> None:
    (organization,) = world.organizations
    texts = dict(random.sample(sorted(HOSTILE.items()), ROWS)) | {"NUL": HOSTILE["NUL"], "half": PLACE_OF_HALF}
    world.settings["breaker_rows"] = 1000
    (usual,) = world.run("first")
    world.must(usual)
    rows = world.looked_at(lambda trial: put_copies(trial, organization, "text", texts))
    big = world.looked_at(lambda trial: put_copies(trial, organization, "text", {"8 MiB": "x" * (8 << 20)}))
    # what a store does not hold comes about on the way
    columns = ",".join(f'"extra{number}":{number}' for number in range(1000))
    nested = f'"deep":{"[" * 200}{"]" * 200}'
    rewrites = [{"find": r'\{"@odata\.etag"', "by": rf'{{{columns},{nested},"@odata.etag"'}]
    rewrites.append({"find": rf"{PLACE_OF_HALF}|\\u2042", "by": HALF})
    source = FLOWS[world.flow].source
    page = {"system": source.system, "method": "GET", "entity_set": source.entity_set}
    world.sandbox.plan_faults({"match": page, "action": {"rewrite": rewrites}})
    (ended,) = world.run("hostile")
    world.must(ended)
    most = usual.peak_bytes + MEMORY + 3 * (8 << 20)
    assert ended.peak_bytes <= most, f"the run took {ended.peak_bytes >> 20} MiB, {most >> 20} at most are allowed"
    world.sandbox.clear_faults()
    world.looked_at(lambda trial: assert_as_mapped(trial, "hostile", organization, {**rows, **big}))
    half = rows["half"][FLOWS[world.flow].source.id]
    outcome = world.looked_at(lambda trial: trial.outcomes("hostile", organization)[half])
    assert outcome.outcome == "rejected", f"half a character: {outcome}"
    assert all("lone surrogate" in reason.text and reason.field for reason in outcome.reasons), outcome.reasons
    mended(world)


def put_copies(trial: Trial, organization: str, kind: str, values: Mapping[str, Any]) -> dict[str, Row]:
    """Copies of a row that landed, with one value each in all fields of a kind, by the name of the value."""
    donor = trial.donors("first", organization)[0]
    fields = [field.name for field in free_fields(trial.flow) if field.kind == kind]
    used = fields[-1:] if "8 MiB" in values else fields
    begin = 100 if "8 MiB" in values else 0
    rows = {
        name: trial.copy_of(donor, f"T{begin + number:04}", **dict.fromkeys(used, value))
        for number, (name, value) in enumerate(values.items())
    }
    trial.put(rows.values())
    return rows


def assert_as_mapped(trial: Trial, run_id: str, organization: str, rows: Mapping[str, Row]) -> None:
    """Each row is at the destination as the mapping says, or the ledger says in short why not."""
    outcomes, held = trial.outcomes(run_id, organization), trial.held(organization)
    keys = trial.flow.destination.key_fields
    for name, row in rows.items():
        outcome = outcomes[row[trial.flow.source.id]]
        assert outcome.ours or outcome.reasons, f"{name}: {outcome}"
        assert all(len(reason.text) < 1000 for reason in outcome.reasons), f"{name}: the reason is too long"
        if not outcome.ours:
            continue
        stored = held[normalised(outcome.destination_key or "")]
        own = {name: value for name, value in expected(trial.flow, row).items() if name not in keys}
        for target, wanted in own.items():
            kept = found(stored[target])
            assert is_same(wanted, kept, trial.flow.destination_pair(target)), (
                f"{name}: {target} is {kept!r:.200}, not {wanted!r:.200}"
            )


@scenario(
    "D3",
    "0.1 + 0.2, 28 and 38 digits, exponents, a negative zero; and NaN, which is no JSON",
    flows=("accounts", "quotes"),
    judged="at_rest",
)
def numbers(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.settings["breaker_rows"] = 1000
    world.must(*world.run("first"))
    written = {"exponent": ("7654321", "7.654321E+6"), "small exponent": ("8765432", "87654320e-1")}
    values = {**HOSTILE_NUMBERS, "0.1 + 0.2": Decimal("0.30000000000000004"), "half": Decimal("2.5")}
    values |= {name: Decimal(plain) for name, (plain, _) in written.items()}
    rows = world.looked_at(lambda trial: put_copies(trial, organization, "decimal", values))
    source = FLOWS[world.flow].source
    page = {"system": source.system, "method": "GET", "entity_set": source.entity_set}
    rewrites = [{"find": rf":{plain}(\.0+)?(?=[,}}])", "by": f":{text}"} for plain, text in written.values()]
    world.sandbox.plan_faults({"match": page, "action": {"rewrite": rewrites}})
    world.must(*world.run("hostile"))
    world.sandbox.clear_faults()
    world.looked_at(lambda trial: assert_as_mapped(trial, "hostile", organization, rows))
    world.sandbox.plan_faults(
        {"match": page, "action": {"rewrite": [{"find": r":7654321(\.0+)?(?=[,}])", "by": ":NaN"}]}}
    )
    ended = world.end(world.start("NaN", organization, steps=("extract",), full=True))
    assert ended.error_type == "ConfigurationError", f"a page with NaN ended extract with {ended}"
    world.sandbox.clear_faults()


@scenario(
    "D4",
    "days on which clocks change, 1900, 9999, +14:00, dates without a time",
    flows=("quotes",),
    judged="at_rest",
)
def dates(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.settings["breaker_rows"] = 1000
    world.must(*world.run("first"))
    rows = world.looked_at(lambda trial: put_dates(trial, organization))
    world.sandbox.plan_faults(
        {
            "match": {"system": "sales", "method": "GET", "entity_set": "quotes"},
            "action": {"rewrite": [{"find": plain, "by": text} for plain, text in ON_THE_WIRE.items()]},
        }
    )
    world.must(*world.run("dated"))
    world.sandbox.clear_faults()

    def look(trial: Trial) -> list[str]:
        zone = ZoneInfo(SITE.organization(organization).time_zone)
        outcomes, held = trial.outcomes("dated", organization), trial.held(organization)
        return list(differing_dates(rows, outcomes, held, zone))

    wrong = world.looked_at(look)
    assert not wrong, "; ".join(wrong)


#: Requested dates as stored, and those that a rewritten page holds in place of some.
MOMENTS = (
    "2026-03-08T07:30:00Z",
    "2026-03-29T01:30:00Z",
    "2026-10-25T00:30:00Z",
    "2026-11-01T05:30:00Z",
    "2027-01-01T00:00:00Z",
    "1900-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2028-02-29T11:00:00Z",
)
ON_THE_WIRE = {"2027-01-01T00:00:00Z": "2027-01-01T14:00:00+14:00", "2028-02-29T11:00:00Z": "2028-02-29"}


def put_dates(trial: Trial, organization: str) -> dict[str, str]:
    """Copies of a quote that landed with each of the moments; their source ids, by moment."""
    donor = trial.donors("first", organization)[0]
    rows = {
        moment: trial.copy_of(donor, f"T-{number:04}", requestdeliveryby=moment)
        for number, moment in enumerate(MOMENTS)
    }
    trial.put(rows.values())
    return {moment: str(row["quoteid"]) for moment, row in rows.items()}


def local_day(instant: datetime, zone: ZoneInfo) -> str:
    """The day in the zone; none where it lies beyond the calendar."""
    try:
        return instant.astimezone(zone).date().isoformat()
    except OverflowError:
        return "a day beyond the calendar, which cannot land"


def differing_dates(
    rows: Mapping[str, str], outcomes: Mapping[str, RowOutcome], held: Mapping[str, Row], zone: ZoneInfo
) -> Iterator[str]:
    for moment, row in rows.items():
        outcome = outcomes[row]
        sent = ON_THE_WIRE.get(moment, moment)
        wanted = sent if len(sent) == 10 else local_day(datetime.fromisoformat(sent), zone)
        if not outcome.ours:
            if not outcome.reasons:
                yield f"{moment}: {outcome}"
            continue
        found = str(held[normalised(outcome.destination_key or "")]["RequestedShippingDate"])[:10]
        if found != wanted:
            yield f"{sent} became {found}, not {wanted}"
