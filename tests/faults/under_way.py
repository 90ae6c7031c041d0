"""Runs that are under way at the same time: each does its steps in order, all of them in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from faults.crash_points import Manner
from faults.processes import Child, Ended
from faults.world import STEPS, Killed, Returned, World

#: Of the request at which the sandbox kills the process.
MOMENTS = ("arrival", "carried_out", "half_sent", "sent")
#: A run waits for the lease of another one that was killed, and every other run may.
MOST_TURNS = 300


@dataclass
class Going:
    """A run of one organization, and how many of its steps it has done."""

    run_id: str
    organization: str
    options: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    skipped: bool = False
    queued: int = 0

    @property
    def ended(self) -> bool:
        return self.skipped or self.done == len(STEPS)

    @property
    def begun(self) -> bool:
        return self.done > 0

    def steps(self, most: int) -> tuple[str, ...]:
        """The next steps that one process does."""
        return STEPS[self.done : self.done + most]

    def clear(self, step: str) -> None:
        """Have a step and those after it done again."""
        self.done = STEPS.index(step)


class UnderWay:
    """Gives one run after another, or two at once, its turn, and kills some."""

    def __init__(self, world: World, random: Random, kills: int = 0) -> None:
        self._world = world
        self._random = random
        self._kills = kills
        self.runs: list[Going] = []
        self.killed: list[str] = []

    def add(self, run: Going) -> Going:
        self.runs.append(run)
        return run

    @property
    def going(self) -> list[Going]:
        """The runs that have not ended."""
        return [run for run in self.runs if not run.ended]

    def turn(self) -> None:
        """Let one run do some of its steps, or two at the same time."""
        going = self.going
        chosen = self._random.sample(going, min(len(going), self._random.choice((1, 1, 2))))
        children = [(run, self._started(run)) for run in chosen]
        for run, child in children:
            self._ended(run, self._world.end(child))
        self._world.sandbox.clear_faults()

    def turn_of(self, run: Going) -> None:
        """Let one run do some of its steps, alone."""
        self._ended(run, self._world.end(self._started(run)))
        self._world.sandbox.clear_faults()

    def to_the_end(self, between: Callable[[], None] = lambda: None) -> None:
        """Give turns until all have ended."""
        for _ in range(MOST_TURNS):
            if not self.going:
                return
            self.turn()
            between()
        waiting = [f"{run.run_id} for {run.organization} before {STEPS[run.done]}" for run in self.going]
        raise AssertionError(f"after {MOST_TURNS} turns these runs have still not ended: {', '.join(waiting)}")

    def end(self, run: Going) -> None:
        """Let one run do what is left of its steps, alone."""
        if run.ended:
            return
        self._ended(run, self._world.end(self._start(run, run.steps(len(STEPS)), None)))
        assert run.ended, f"{run.run_id} for {run.organization} did not end: it {self._world.told[-1]}"

    def killed_while_loading(self, run: Going) -> None:
        """Let one run do its steps, alone, until it is killed somewhere in its load."""
        self._ended(run, self._world.end(self._start(run, STEPS[:-1], None)))
        kill = self._somewhere(run, STEPS[-1])
        self.killed.append(str(kill))
        self._ended(run, self._world.end(self._start(run, STEPS[-1:], kill)))
        self._world.sandbox.clear_faults()

    def _started(self, run: Going) -> Child:
        steps = run.steps(self._random.choice((1, 1, 2, 4)))
        kill = None
        if self._kills and self._random.random() < 0.25:
            self._kills -= 1
            kill = self._somewhere(run, self._random.choice(steps))
            steps = steps[: steps.index(kill.step) + 1]
            self.killed.append(str(kill))
        return self._start(run, steps, kill)

    def _start(self, run: Going, steps: Sequence[str], kill: Killed | None) -> Child:
        return self._world.start(run.run_id, run.organization, steps=tuple(steps), kill=kill, **run.options)

    def _somewhere(self, run: Going, step: str) -> Killed:
        """Any of the requests or crash points that a step has in an undisturbed run."""
        place = (run.organization, step)
        requests, points = self._world.expected.requests[place], len(self._world.expected.crash_points[place])
        if requests and self._random.random() < 0.5:
            return Killed(step, 1 + self._random.randrange(requests), self._random.choice(MOMENTS))
        manner: Manner = "half" if self._random.random() < 0.2 else "kill"
        return Killed(step, self._random.randrange(max(1, points)), manner=manner)

    def _ended(self, run: Going, ended: Ended) -> None:
        run.done += sum(isinstance(said, Returned) for said in ended.told)
        if ended.error_type == "NothingToReadError":
            run.skipped = True
        elif ended.error_type == "LeaseHeldError":
            run.queued += 1
        elif not ended.well and not ended.signal:
            raise AssertionError(f"{run.run_id} for {run.organization} {run.options} ended with {ended}")
