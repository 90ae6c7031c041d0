"""Rows that a destination refuses whenever they are written, however they are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, log2
from random import Random
from typing import Any

from faults.world import World
from fixtures.trial import Trial

from p2c.flow import Flow
from p2c.flows import FLOWS

#: In their own requests, in batches and in bulk actions.
WRITES = ("POST", "PATCH")
REFUSAL = "The site refuses this row."
_OF_DATA = {"message": f"Write failed for table row. Infolog: Error: {REFUSAL}", "type": "X.AxODataWriteException"}
REFUSALS: Mapping[str, Sequence[tuple[int, dict[str, Any]]]] = {
    "finance_operations": (
        (500, {"code": "", "message": "An error has occurred.", "innererror": _OF_DATA}),
        (400, {"code": "", "message": REFUSAL}),
    ),
    "sales": (
        (400, {"code": "0x80040265", "message": REFUSAL}),
        (400, {"code": "0x80048d19", "message": REFUSAL}),
        (412, {"code": "0x80040333", "message": REFUSAL}),
    ),
}


def poisonable(world: World) -> dict[str, str]:
    """Keys, by source id, of rows that an undisturbed run lands."""
    (organization,) = world.organizations
    landed = {row for row, outcome in world.expected.truth.outcomes[organization].items() if outcome == "landed"}

    def look(trial: Trial) -> dict[str, str]:
        source = trial.flow.source
        return {row[source.id]: str(row.get(source.key) or "").strip() for row in trial.source_rows(organization)}

    return {row: key for row, key in sorted(world.looked_at(look).items()) if row in landed and _is_plain(key)}


def poison(world: World, keys: Mapping[str, str], random: Random, **match: Any) -> None:
    """Have the destination refuse the rows with these keys, by source id, for one of its reasons."""
    flow = FLOWS[world.flow]
    status, error = random.choice(REFUSALS[flow.destination.system])
    action = {"status": status, "body": {"error": error}}
    ids = _ids_in_sales(world, flow)
    for row, key in keys.items():
        mentions = [f'"{key}"', f"'{key}'", *ids.get(key, ())]
        for method in WRITES:
            for operation in ({}, {"operation": "any"}):
                wanted = {"system": flow.destination.system, "method": method, "mentions": mentions, **operation}
                # a batch as a whole is not refused for one of its operations
                wanted |= {} if operation else {"path": r"(?<!\$batch)$"}
                world.sandbox.plan_faults({"name": row, "match": wanted | match, "action": action})


def poisoned(world: World) -> set[str]:
    """Source ids of the rows that were refused at least once."""
    return {plan["name"] for plan in world.sandbox.control("GET", "faults") if plan["fired"] and plan.get("name")}


def allowed_requests(bad: int, batch_size: int) -> int:
    """How many requests bad rows may cost beyond those of a run without them."""
    return bad * (2 * ceil(log2(batch_size)) + 2)


def _ids_in_sales(world: World, flow: Flow) -> dict[str, list[str]]:
    """Ids of products by number, for rows of Sales are addressed by id."""
    if flow.destination.system != "sales":
        return {}
    found: dict[str, list[str]] = {}
    for row in world.sandbox.rows("sales", "products"):
        found.setdefault(str(row["productnumber"]), []).append(row["productid"])
    return found


def _is_plain(key: str) -> bool:
    """Whether a key stands in a request as it is."""
    return key.isascii() and key.replace("-", "").replace("_", "").isalnum()


def differing_outcomes(world: World, bad: set[str]) -> Iterator[str]:
    """Where the ledger attributes refusals otherwise than the destination made them."""
    (organization,) = world.organizations
    states = world.looked_at(lambda trial: dict(trial.states(organization)))
    for row, wanted in world.expected.truth.outcomes[organization].items():
        found = states[row].outcome if row in states else None
        if row in bad:
            reasons = states[row].reasons if row in states else ()
            if found != "failed" or not any(REFUSAL in reason.text for reason in reasons):
                yield f"{row} was refused, and the ledger has {found}: {reasons}"
        elif (found == "failed") or (wanted == "landed") != (found in ("created", "updated", "unchanged")):
            yield f"{row} was not refused, and the ledger has {found}, not {wanted}"
