"""Playing many trials, some at once, with progress; and the table of what they came to."""

from __future__ import annotations

import gc
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import msgspec
from faults.images import Images
from faults.kept_seeds import KEPT_SEEDS
from faults.processes import Child
from faults.scenario import Scenario
from faults.table import document, rows_of, table
from faults.trials import TRIAL_SECONDS, Result, Trials
from fixtures.memory import memory
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Trial = tuple[Scenario, int]
#: Trials between two lines of progress where no bar can be drawn.
LINE_EVERY = 100
#: A trial that takes longer hangs.
LONGEST_SECONDS, POLL_SECONDS = 900.0, 5.0


class Campaign:
    """All trials of some scenarios; a context in which images and databases are there."""

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        *,
        seeds: int | None,
        first_seed: int,
        processes: int,
        server: str | None,
        keep: bool,
        brief: bool,
        minutes: float | None,
    ) -> None:
        self._scenarios = scenarios
        self._seeds = seeds
        self._first_seed = first_seed
        self._processes = max(1, processes)
        self._folder = Path(tempfile.mkdtemp(prefix="p2c-faults-", dir=memory()))
        self._images = Images(self._folder, server)
        self._trials = Trials(self._images, keep_failures=keep, brief=brief)
        self._keep = keep
        self._minutes = minutes
        self._console = Console()
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._images.drop()
        if not self._keep:
            shutil.rmtree(self._folder, ignore_errors=True)

    def play(self) -> list[Result]:
        """Play all trials; a failure is printed at once."""
        trials = sorted(self._chosen(), key=lambda trial: (trial[1].alone, trial[0]))
        trials = [(scenario, seed) for _, scenario, seed in trials]
        results: list[Result] = []
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TimeRemainingColumn(), console=self._console) as progress:
            preparing = progress.add_task("images", total=len(trials))
            for trial in trials:
                self._trials.prepare(*trial)
                progress.advance(preparing)
            # what is there lives on: a collection in each forked process would copy its pages to find that out
            gc.collect()
            gc.freeze()
            playing = progress.add_task("trials", total=len(trials))
            for result in self._played(trials):
                results.append(result)
                progress.update(playing, advance=1, description=f"trials, {result.scenario}")
                if not self._console.is_terminal and len(results) % LINE_EVERY == 0:
                    self._console.print(f"{len(results)} of {len(trials)} trials played")
                if result.problems:
                    progress.console.print(str(result), markup=False, highlight=False)
        return results

    def report(self, results: Sequence[Result], page: Path | None) -> None:
        """Print the table and, with a page, write it there."""
        rows = rows_of(self._scenarios, results)
        self._console.print(table(rows))
        seconds = time.monotonic() - self._started
        failed = sum(bool(result.problems) for result in results)
        self._console.print(f"{len(results)} trials in {seconds / 60:.1f} minutes, {failed} failed")
        if page:
            earlier = page.read_text(encoding="utf-8") if page.exists() else ""
            page.write_text(document(rows, commit=_commit(), earlier=earlier), encoding="utf-8")

    def as_json(self, results: Sequence[Result]) -> bytes:
        return msgspec.json.encode([vars(result) for result in results])

    def _chosen(self) -> Iterator[tuple[int, Scenario, int]]:
        """All trials with their round: each scenario is played once before one is played again."""
        for scenario in self._scenarios:
            seeds = range(self._first_seed, self._first_seed + scenario.trials(self._seeds))
            kept = [seed for seed in KEPT_SEEDS.get(scenario.id, ()) if seed not in seeds]
            yield from ((turn, scenario, seed) for turn, seed in enumerate((*kept, *seeds)))

    def _time_is_up(self) -> bool:
        return self._minutes is not None and time.monotonic() - self._started > self._minutes * 60

    def _at_once(self, scenario: Scenario) -> int:
        return 1 if scenario.alone else self._processes

    def _played(self, trials: Sequence[Trial]) -> Iterator[Result]:
        waiting = list(reversed(trials))
        running: list[tuple[Trial, Child, float]] = []
        while waiting or running:
            if self._time_is_up():
                waiting = [trial for trial in waiting if trial[0].alone]
            while waiting and len(running) < self._at_once(waiting[-1][0]):
                trial = waiting.pop()
                running.append((trial, self._trials.start(*trial), time.monotonic()))
            readable = select.select([child for _, child, _ in running], [], [], POLL_SECONDS)[0]
            over = [each for each in running if each[1] in readable or time.monotonic() - each[2] > LONGEST_SECONDS]
            running = [each for each in running if each not in over]
            yield from (_result(trial, child, TRIAL_SECONDS if child in readable else 0) for trial, child, _ in over)


def _result(trial: Trial, child: Child, seconds: float) -> Result:
    """Wait for so many seconds for the rest of what a trial tells."""
    scenario, seed = trial
    try:
        ended = child.end(seconds)
    except AssertionError as error:
        return Result(scenario.id, seed, scenario.flow(seed), "", LONGEST_SECONDS, problems=[str(error)])
    if ended.told:
        found: Result = ended.told[0]
        return found
    return Result(scenario.id, seed, scenario.flow(seed), "", 0.0, problems=[f"the trial ended with {ended}"])


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent
        ).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + (
        " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    )
