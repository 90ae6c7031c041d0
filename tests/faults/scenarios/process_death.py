"""A: processes that die, are stopped, or work twice on the same thing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random

from faults.databases import SqliteFile
from faults.processes import Ended
from faults.scenario import RANDOM, CannotRunHere, scenario
from faults.world import STEPS, Killed, World
from fixtures.trial import Trial

from p2c.flows import FLOWS

#: Of the request at which the sandbox kills the process.
MOMENTS = ("arrival", "carried_out", "half_sent", "sent")
KILLS_IN_A_ROW = 5
STOP_SECONDS = 30


def somewhere(world: World, random: Random, organization: str, step: str, signal: str = "SIGKILL") -> Killed:
    """Any request or crash point of a step."""
    requests, points = world.expected.requests[organization, step], world.expected.crash_points[organization, step]
    number = random.randrange(requests * len(MOMENTS) + len(points) * 2)
    if number < requests * len(MOMENTS):
        return Killed(step, 1 + number // len(MOMENTS), MOMENTS[number % len(MOMENTS)], signal=signal)
    point = (number - requests * len(MOMENTS)) // 2
    return Killed(step, point, manner="half" if number % 2 and points[point] == "open" else "kill")


def kill_and_rerun(world: World, random: Random, step: str) -> None:
    (organization,) = world.organizations
    kill = somewhere(world, random, organization, step)
    world.killed("run", organization, kill)
    world.must(world.rerun("run", organization, step))


@scenario("A1", "kill -9 of load at a random request or crash point, then rerun", seeds=RANDOM)
def killed_while_loading(world: World, random: Random) -> None:
    kill_and_rerun(world, random, "load")


@scenario(
    "A2", "kill -9 of extract at a random request or crash point, half way through a file too, then rerun", seeds=RANDOM
)
def killed_while_extracting(world: World, random: Random) -> None:
    kill_and_rerun(world, random, "extract")


def parts_of(world: World, organization: str, step: str) -> list[tuple[str, str]]:
    """Name and checksum of each file of a step's staged set, in order."""

    def look(trial: Trial) -> list[tuple[str, str]]:
        staged = trial.steps.context("run", organization).staged(step).read()
        files = [(table, file) for part in staged.manifest.parts for table, file in sorted(part.files.items())]
        return [(table, sha256((staged.folder / file.path).read_bytes()).hexdigest()) for table, file in files]

    found: list[tuple[str, str]] = world.looked_at(look)
    return found


@scenario(
    "A3", "kill -9 of map or validate at a random moment, then rerun: the output is the same to the byte", seeds=RANDOM
)
def killed_while_mapping_or_validating(world: World, random: Random) -> None:
    (organization,) = world.organizations
    step = random.choice(("map", "validate"))
    world.must(world.end(world.start("run", organization, steps=STEPS[: STEPS.index(step) + 1])))
    wanted = parts_of(world, organization, step)
    assert wanted, f"{step} has staged nothing"
    world.killed("run", organization, somewhere(world, random, organization, step))
    world.must(world.rerun("run", organization, step))
    assert parts_of(world, organization, step) == wanted, f"{step} made other files after it was killed"


@scenario("A4", "kill -9 around the writing of a manifest or the watermark of a second run, then rerun", seeds=RANDOM)
def killed_while_writing_a_state(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.must(*world.run("first", organization))
    world.let_pass(3600)
    before = world.looked_at(lambda trial: trial.steps.watermark(organization))
    step = random.choice(STEPS)
    # from the draft of the manifest to its new name, and from the watermark's statement to beyond its commit
    kill = Killed(step, random.randint(0, 2), name="watermark" if step == "load" else "rename")
    world.killed("run", organization, kill)
    after = world.looked_at(lambda trial: trial.steps.watermark(organization))
    window = world.looked_at(lambda trial: _end_of_window(trial, organization))
    assert after in (before, window), f"the watermark is {after}, neither the old {before} nor the new {window}"
    world.must(world.rerun("run", organization, step))


def _end_of_window(trial: Trial, organization: str) -> datetime | None:
    run = trial.ledger.run(trial.steps.key("run", organization))
    return run.window.end if run else None


@scenario(
    "A5",
    "SIGTERM at a random request of any step, as when it is marked failed or its worker is shut down",
    seeds=RANDOM,
)
def told_to_stop(world: World, random: Random) -> None:
    (organization,) = world.organizations
    step = random.choice([name for name in STEPS if world.expected.requests[organization, name]])
    number = random.randint(1, world.expected.requests[organization, step])
    kill = Killed(step, number, random.choice(MOMENTS), signal="SIGTERM")
    # a step that did not end by itself would be killed by the harness, and the trial would fail
    ended = world.killed("run", organization, kill, seconds=STOP_SECONDS)
    assert not ended.signal, f"the operator did not hear of the {kill.signal}, which ended its process"
    world.must(world.rerun("run", organization, step))


@scenario("A6", "kill -9 of load five times in a row, then rerun", seeds=RANDOM)
def killed_again_and_again(world: World, random: Random) -> None:
    (organization,) = world.organizations
    for _ in range(KILLS_IN_A_ROW):
        if world.killed("run", organization, somewhere(world, random, organization, "load")).well:
            return
    world.must(world.rerun("run", organization, "load"))


@scenario("A7", "the staging folder or the disk of the ledger is full or read-only; then there is room again")
def no_room_on_the_disk(world: World, random: Random) -> None:
    (organization,) = world.organizations
    variant = random.choice(("full", "read-only", "ledger"))
    if variant == "ledger" and isinstance(world.database, SqliteFile):
        ended = _with_a_full_ledger(world, world.database)
        word = "common_data_service"
    else:
        options = "ro" if variant == "read-only" else "size=24k"
        with mounted(world.folder / "staging", options) as folder:
            (ended,) = world.run("run", organization)
            word = str(folder)
        assert not world.effects(), "the destination was written to by a run that could not stage its rows"
    assert ended.error_type == "ConfigurationError", f"no room, but the step ended with {ended}"
    assert word in ended.error, f"{ended.error!r} does not name {word}"
    assert world.looked_at(lambda trial: trial.steps.watermark(organization)) is None, "the watermark moved"
    world.must(world.rerun("run", organization, "extract"))


def _with_a_full_ledger(world: World, database: SqliteFile) -> Ended:
    """Run with the ledger on a disk that has next to no room left, then move what it holds back."""
    (organization,) = world.organizations
    room = database.path.stat().st_size // 1024 + 120
    with mounted(world.folder / "ledger", f"size={room}k") as folder:
        world.database = SqliteFile(Path(shutil.copy(database.path, folder)))
        (ended,) = world.run("run", organization)
        for path in folder.iterdir():
            shutil.copy(path, database.path.with_name(path.name))
    world.database = database
    return ended


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A file system in memory at `folder`."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        raise CannotRunHere("it needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", folder], check=True)


@scenario("A8", "every step is started twice at the same time, and a second run while the first one loads")
def started_twice(world: World, random: Random) -> None:
    (organization,) = world.organizations
    for step in STEPS[:-1]:
        together = [world.start("run", organization, steps=(step,)) for _ in range(2)]
        world.must(*(world.end(child) for child in together))
    requests = world.expected.requests[organization, "load"]
    losers: list[Ended] = []

    def another_run() -> None:
        losers.extend(world.run("another run", organization))

    # the second half: the lease is taken after the load's first requests
    world.must(world.meanwhile("run", organization, "load", random.randint(requests // 2 + 1, requests), another_run))
    # a process that stands still in the midst of a transaction keeps a SQLite file locked, too
    assert losers[0].error_type in ("LeaseHeldError", "TransientError"), f"beside another load, a run ended {losers[0]}"
    twice = [world.end(child) for child in [world.start("run", organization, steps=("load",)) for _ in range(2)]]
    for ended in twice:
        assert ended.well or ended.error_type == "LeaseHeldError", f"a load started twice ended with {ended}"
    assert any(ended.well for ended in twice), f"both starts of a load ended with {twice[0]}"
    world.must(world.rerun("another run", organization, STEPS[len(world.returned("another run", organization))]))


@scenario("A9", "the systems' clock and the worker's part by an hour, back and forth, between steps and within them")
def clocks_that_jump(world: World, random: Random) -> None:
    (organization,) = world.organizations
    jumps: list[Callable[[], None]] = [lambda hours=hours: world.let_pass(hours * 3600) for hours in (1, -1, 1, -1)]
    random.shuffle(jumps)
    world.let_pass(random.choice((-5, 5)) * 86_400)
    for step, jump in zip(STEPS, jumps, strict=True):
        number = random.randint(1, max(1, world.expected.requests[organization, step]))
        world.must(world.meanwhile("run", organization, step, number, jump))
    end = world.looked_at(lambda trial: _end_of_window(trial, organization))
    read = [each for each in world.requests() if each["system"] == FLOWS[world.flow].source.system]
    shown = [datetime.fromisoformat(each["clock"]) for each in read]
    seconds = min(abs((moment - end).total_seconds()) for moment in shown)
    assert seconds <= 2, f"the window ends at {end}, which is {seconds:.0f} s from what the source's clock ever showed"
