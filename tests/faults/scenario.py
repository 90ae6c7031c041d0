"""The scenarios of the fault table: what is done, to which flows, and what must hold.

A scenario is a function that disturbs a `World` and lets it come to rest; afterwards the trial is judged (`judgement`):
both systems as after an undisturbed run, nothing created twice, every row accounted for, no secret in a file, and a
further run writes nothing. What else has to hold the function asserts itself. `random` draws from the seed alone.

    @scenario("A2", "kill -9 in extract, then rerun", seeds=RANDOM)
    def killed_while_extracting(world: World, random: Random) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, Literal

from fixtures.trial import ORGANIZATIONS

from p2c.flows import FLOWS

#: Drawn this often over all flows by `make faults`; the others once for each of their flows.
RANDOM = 200

#: Of a `World` and what is random; of a folder and what is random for one that is played alone.
Play = Callable[[Any, Random], None]
#: `undisturbed`: all as after a run without faults. `at_rest`: the scenario changes data of its own, so it says itself
#: what the destination must hold. `secrets`: no run comes to rest.
Judged = Literal["undisturbed", "at_rest", "secrets"]


class CannotRunHere(Exception):
    """The machine lacks what a scenario needs; the table says so instead of a verdict."""


@dataclass(frozen=True)
class Scenario:
    """One row of the fault table.

    `seeds` is how often it is drawn; 0 plays it once for each flow. `organizations` is how many of the demo's two
    a trial is about. `database` is the kind it is about; else trials take turns. `alone`: it has no world, starts what
    it needs in a folder and judges for itself, and while it is played nothing else is.
    """

    id: str
    deed: str
    play: Play
    flows: tuple[str, ...]
    seeds: int = 0
    judged: Judged = "undisturbed"
    organizations: int = 1
    database: str = ""
    alone: bool = False

    @property
    def name(self) -> str:
        return self.play.__name__.replace("_", " ")

    def trials(self, seeds: int | None = None) -> int:
        """How many trials there are of it: `seeds` of a random one, and of another with `seeds` flows at most."""
        if self.seeds:
            return self.seeds if seeds is None else seeds
        return len(self.flows) if seeds is None else min(seeds, len(self.flows))

    def flow(self, seed: int) -> str:
        """The flow of a seed: all flows in turn."""
        return self.flows[seed % len(self.flows)]

    def chosen(self, seed: int) -> tuple[str, ...]:
        """The organizations of a seed."""
        start = seed // len(self.flows) % len(ORGANIZATIONS)
        return (ORGANIZATIONS * 2)[start : start + self.organizations]


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    identity: str,
    deed: str,
    *,
    flows: Sequence[str] = (),
    seeds: int = 0,
    judged: Judged = "undisturbed",
    organizations: int = 1,
    database: str = "",
    alone: bool = False,
) -> Callable[[Play], Play]:
    """Enter a function into the table; without `flows` it goes for every flow there is."""

    def entered(play: Play) -> Play:
        if identity in SCENARIOS:
            raise ValueError(f"scenario {identity} is there twice")
        SCENARIOS[identity] = Scenario(
            identity, deed, play, tuple(flows) or tuple(FLOWS), seeds, judged, organizations, database, alone
        )
        return play

    return entered


def load_scenarios(only: str = "") -> list[Scenario]:
    """All scenarios in the order of their ids, or those that `only` names by id or section, divided by commas."""
    for module in sorted((Path(__file__).parent / "scenarios").glob("*.py")):
        import_module(f"faults.scenarios.{module.stem}")
    wanted = [name.strip().upper() for name in only.split(",") if name.strip()]
    unknown = [name for name in wanted if not any(name in (each, each[0]) for each in SCENARIOS)]
    if unknown:
        raise SystemExit(f"There is no scenario {', '.join(unknown)}; there are {', '.join(sorted(SCENARIOS))}.")
    found = [each for each in SCENARIOS.values() if not wanted or {each.id, each.id[0]} & set(wanted)]
    return sorted(found, key=lambda each: (each.id[0], int(each.id[1:])))
