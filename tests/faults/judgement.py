"""The verdict on a trial, from both systems and the sandbox's journal; the ledger is only held against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from faults.scenario import Judged
from faults.truth import Truth, truth_of
from faults.world import World

from p2c.flows import FLOWS


@dataclass
class Judgement:
    """Rows lost and doubled, writes beyond those of an undisturbed run, and what is wrong besides."""

    lost: int = 0
    doubled: int = 0
    extra_writes: int = 0
    problems: list[str] = field(default_factory=list)


def judge(world: World, by: Judged) -> Judgement:
    """Judge a trial that has come to rest; see `scenario.Judged` for what it is held against."""
    judgement = Judgement()
    if by != "secrets":
        effects, found = world.effects(), world.looked_at(lambda trial: truth_of(trial, world.organizations))
        if by == "undisturbed":
            _as_undisturbed(world, effects, found, judgement)
        lines = FLOWS[world.flow].lines
        _doubled(effects, judgement, lines.flow.destination.entity_set if lines else "")
        judgement.problems += _once_more(world)
    judgement.problems += secrets_in(world)
    return judgement


def _as_undisturbed(world: World, effects: Sequence[Mapping[str, Any]], found: Truth, judgement: Judgement) -> None:
    wanted = world.expected.truth
    _compare("row", wanted.held, found.held, judgement)
    _compare("line", wanted.lines, found.lines, judgement)
    if (too_many := found.stored - wanted.stored) > 0:
        judgement.doubled += too_many
        judgement.problems.append(f"{too_many} rows too many at the destination")
    judgement.extra_writes = max(0, len(effects) - world.expected.writes)
    if judgement.extra_writes > world.extra_writes_allowed:
        judgement.problems.append(f"{judgement.extra_writes} writes too many; {world.extra_writes_allowed} are allowed")
    judgement.problems += _accounts(world, wanted, found)


def _compare(
    kind: str,
    wanted: Mapping[str, Mapping[str, Mapping[str, Any]]],
    found: Mapping[str, Mapping[str, Mapping[str, Any]]],
    judgement: Judgement,
) -> None:
    for organization, rows in wanted.items():
        for key in rows.keys() | found[organization].keys():
            expected, present = rows.get(key), found[organization].get(key)
            if expected == present:
                continue
            judgement.lost += expected is not None
            judgement.problems.append(f"{organization}, {kind} {key}: {_difference(expected, present)}")


def _difference(expected: Mapping[str, Any] | None, present: Mapping[str, Any] | None) -> str:
    if expected is None or present is None:
        return "is there, and has no business to be" if present else "is missing"
    fields = [name for name in expected if expected[name] != present.get(name)]
    return ", ".join(f"{name} is {present.get(name)!r}, not {expected[name]!r}" for name in fields)


def _doubled(effects: Sequence[Mapping[str, Any]], judgement: Judgement, lines: str) -> None:
    """Rows that were created anew while they were there; ``lines`` go with their header, of which the journal tells."""
    there: set[tuple[str, str]] = set()
    for effect in effects:
        place = (effect["entity_set"], effect["key"])
        if effect["kind"] == "created":
            if place in there:
                judgement.doubled += 1
                judgement.problems.append(f"{place[0]} {place[1]} was created twice")
            there.add(place)
        elif effect["kind"] == "deleted":
            key = set(effect["key"].split(","))
            there -= {other for other in there if other[0] == lines and key <= set(other[1].split(","))}
            there.discard(place)


def _accounts(world: World, wanted: Truth, found: Truth) -> Iterator[str]:
    """The ledger accounts for every row that was read, as an undisturbed run's does."""
    for organization in world.organizations:
        rows, known = wanted.outcomes[organization], found.outcomes[organization]
        for source_id in rows.keys() | known.keys():
            expected, kept = rows.get(source_id), known.get(source_id)
            if expected != kept:
                yield f"{organization}: the ledger has {kept} for {source_id}, not {expected}"


def secrets_in(world: World) -> Iterator[str]:
    """Files of the trial that hold a secret or a token."""
    secrets = {secret.encode() for secret in (world.sandbox.client_secret, world.sandbox.admin_token, *world.tokens)}
    for path in world.folder.rglob("*"):
        own = path.name == "state.credentials.json" or path.name.startswith("state")
        if path.is_file() and not own and any(secret in path.read_bytes() for secret in secrets):
            yield f"{path.relative_to(world.folder)} holds a secret"


def _once_more(world: World) -> Iterator[str]:
    """A further run that reads everything finds nothing to do."""
    world.sandbox.clear_faults()
    before = len(world.effects())
    whole = world.looked_at(lambda trial: trial.flow.source.read_whole)
    for organization in world.organizations:
        ended = world.end(world.start("once more", organization, **({} if whole else {"full": True})))
        if not ended.well:
            yield f"a further run for {organization} ended with {ended}"
    if (writes := len(world.effects()) - before) > 0:
        yield f"a further run wrote {writes} times"
