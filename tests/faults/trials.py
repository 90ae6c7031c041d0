"""Playing scenarios: each trial in a forked process, on its own copy of an image."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from faults.databases import Database
from faults.images import Images
from faults.judgement import judge
from faults.processes import Child, forked
from faults.sandboxes import forked_sandbox
from faults.scenario import CannotRunHere, Scenario
from faults.truth import Undisturbed, truth_of
from faults.world import STEPS, Returned, World
from requests import RequestException

from p2c.flows import FLOWS
from p2c_airflow.local.errors import LocalStackError

TRIAL_SECONDS = 300


@dataclass(frozen=True)
class Result:
    """What one trial came to; `problems` is empty where all was as it has to be."""

    scenario: str
    seed: int
    flow: str
    database: str
    seconds: float
    lost: int = 0
    doubled: int = 0
    extra_writes: int = 0
    problems: list[str] = field(default_factory=list)
    not_run: str = ""

    def __str__(self) -> str:
        verdict = "passed" if not self.problems else "FAILED: " + "; ".join(self.problems[:5])
        return f"{self.scenario} seed {self.seed} ({self.flow}, {self.database}, {self.seconds:.1f} s) {verdict}"


class Trials:
    """Plays single trials; keeps the folder of one that fails where that is asked for."""

    def __init__(self, images: Images, *, keep_failures: bool = False, brief: bool = False) -> None:
        self._images = images
        self._keep_failures = keep_failures
        self._brief = brief
        self._undisturbed: dict[tuple[str, tuple[str, ...]], Undisturbed] = {}

    def prepare(self, scenario: Scenario, seed: int) -> None:
        """Make what the trial needs in this process, so that later trials find it made."""
        if scenario.alone:
            return
        flow, organizations = scenario.flow(seed), scenario.chosen(seed)
        self._images.image(flow, self._database(scenario, seed))
        if (flow, organizations) not in self._undisturbed:
            self._undisturbed[flow, organizations] = undisturbed(self._images, flow, organizations)

    def start(self, scenario: Scenario, seed: int) -> Child:
        """Fork a process that plays one trial and tells its result; call `prepare` before."""
        child = forked(lambda tell: tell(self.play(scenario, seed)), self._images.folder / "log")
        child.go()
        return child

    def play(self, scenario: Scenario, seed: int) -> Result:
        """Play one trial in this process, and judge it."""
        if scenario.alone:
            return self._play_alone(scenario, seed)
        flow, kind = scenario.flow(seed), self._database(scenario, seed)
        image, started = self._images.image(flow, kind), time.perf_counter()
        folder = Path(tempfile.mkdtemp(dir=self._images.folder, prefix=f"{scenario.id}-{seed}-"))
        database = image.database.copied(folder)
        try:
            shutil.copyfile(image.state, folder / "state")
            with forked_sandbox(folder / "state", kept=False) as sandbox:
                organizations = scenario.chosen(seed)
                expected = self._undisturbed[flow, organizations]
                world = World(sandbox, database, folder, flow, organizations, expected, brief=self._brief)
                judged = _played(scenario, world, Random(f"{scenario.id} {seed}"))
        finally:
            database.dropped()
        result = Result(scenario.id, seed, flow, kind, time.perf_counter() - started, **judged)
        if not (result.problems and self._keep_failures):
            shutil.rmtree(folder)
        return result

    def _play_alone(self, scenario: Scenario, seed: int) -> Result:
        started = time.perf_counter()
        folder = Path(tempfile.mkdtemp(dir=self._images.folder, prefix=f"{scenario.id}-{seed}-"))
        problems, not_run = [], ""
        try:
            scenario.play(folder, Random(f"{scenario.id} {seed}"))
        except CannotRunHere as reason:
            not_run = str(reason)
        except AssertionError as error:
            problems = [str(error) or "an assertion of the scenario without a message failed"]
        except (LocalStackError, RequestException) as error:
            problems = [f"the trial ended with {type(error).__name__}: {error}"]
        if not (problems and self._keep_failures):
            shutil.rmtree(folder, ignore_errors=True)
        seconds = time.perf_counter() - started
        return Result(scenario.id, seed, scenario.flow(seed), "sqlite", seconds, problems=problems, not_run=not_run)

    def _database(self, scenario: Scenario, seed: int) -> str:
        kinds = self._images.databases
        return scenario.database if scenario.database in kinds else kinds[seed // 7 % len(kinds)]


def _played(scenario: Scenario, world: World, random: Random) -> dict[str, object]:
    try:
        scenario.play(world, random)
    except CannotRunHere as reason:
        return {"not_run": str(reason)}
    except AssertionError as error:
        return {"problems": [str(error) or "an assertion of the scenario without a message failed", *world.told]}
    return vars(judge(world, scenario.judged))


def undisturbed(images: Images, flow: str, organizations: tuple[str, ...]) -> Undisturbed:
    """Run a flow without faults, a process for each step."""
    folder = Path(tempfile.mkdtemp(dir=images.folder, prefix=f"undisturbed-{flow}-"))
    image = images.image(flow, "sqlite")
    database = image.database.copied(folder)
    shutil.copyfile(image.state, folder / "state")
    told = forked(lambda tell: tell(_undisturbed(folder, database, flow, organizations)), folder / "log")
    told.go()
    ended = told.end(TRIAL_SECONDS)
    if not ended.well:
        raise RuntimeError(f"the undisturbed run of {flow} ended with {ended}; see {folder / 'log'}")
    found: Undisturbed = ended.told[0]
    shutil.rmtree(folder)
    return found


def _undisturbed(folder: Path, database: Database, flow: str, organizations: tuple[str, ...]) -> Undisturbed:
    requests: dict[tuple[str, str], int] = {}
    crash_points: dict[tuple[str, str], tuple[str, ...]] = {}
    with forked_sandbox(folder / "state") as sandbox:
        world = World(sandbox, database, folder, flow, organizations)
        for name in organizations:
            for step in STEPS:
                before = len(world.requests())
                ended = world.end(world.start("run", name, steps=(step,)))
                world.must(ended)
                requests[name, step] = len(world.requests()) - before
                crash_points[name, step] = next(said for said in ended.told if isinstance(said, Returned)).crash_points
        truth = world.looked_at(lambda trial: truth_of(trial, organizations))
        destination = FLOWS[flow].destination.system
        posts = [each for each in world.requests() if each["system"] == destination and each["method"] == "POST"]
        return Undisturbed(truth, len(world.effects()), len(posts), requests, crash_points)
