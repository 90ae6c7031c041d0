"""Interleaved rounds: each client once a round, in a fresh process, so that a busy machine slows all alike."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import requests
from benchmarks.case import Case
from benchmarks.loopback_server import Settings

FOLDER = Path(__file__).parents[1]
WORKER_SECONDS = 1800
SERVER_CORE, CLIENT_CORE = 0, 1

Figures = dict[str, list[Mapping[str, Any]]]


@dataclass
class Server:
    """A running loopback server and its counts."""

    origin: str
    process: subprocess.Popen[str] = field(repr=False)

    def control(self, deed: str) -> dict[str, int]:
        """Tell the server what to do; returns what it counted so far."""
        return dict(msgspec.json.decode(self._asked(deed)))

    def tape(self, path: Path) -> str:
        """Keep the requests since `begin`, but those for pages of the source; returns the path."""
        path.write_bytes(self._asked("tape"))
        return str(path)

    def _asked(self, deed: str) -> bytes:
        answer = requests.get(f"{self.origin}/benchmark/{deed}", timeout=120)
        answer.raise_for_status()
        return answer.content


@contextmanager
def served(settings: Settings) -> Iterator[Server]:
    """Start a server on its own core; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loopback_server", msgspec.json.encode(settings).decode()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=FOLDER,
    )
    _pin(process.pid, SERVER_CORE)
    try:
        assert process.stdout
        yield Server(process.stdout.readline().strip(), process)
    finally:
        process.kill()
        process.wait(10)


def pin_clients() -> None:
    """Keep this process, and those it starts, off the server's core."""
    _pin(0, CLIENT_CORE)


def _pin(process: int, core: int) -> None:
    if core in os.sched_getaffinity(process) or core < (os.cpu_count() or 1):
        os.sched_setaffinity(process, {core})


def run(case: Case) -> dict[str, Any]:
    """One case in a fresh process."""
    command = [case.interpreter or sys.executable, "-m", "benchmarks.worker", msgspec.json.encode(case).decode()]
    if case.interpreter:
        command[1:3] = [str(FOLDER / "benchmarks" / "peers" / f"{case.kind}.py")]
    done = subprocess.run(
        command,
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=WORKER_SECONDS,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{case.name} ended with status {done.returncode}:\n{done.stderr[-3000:]}")
    return dict(msgspec.json.decode(done.stdout.strip().splitlines()[-1]))


def rounds(server: Server, cases: Sequence[Case], number: int, before: str = "") -> Figures:
    """Each case ``number`` times; ``before`` is told to the server ahead of each.

    One more run of each case of ours is profiled; its figures do not count.
    """
    figures: Figures = {case.name: [] for case in cases}
    for count in range(number):
        for case in cases if count % 2 else reversed(cases):
            began = time.monotonic()
            if before:
                server.control(before)
            server.control("begin")
            found = run(case)
            if found["rows"] != case.rows:
                raise SystemExit(f"{case.name}: {found['rows']} of {case.rows} rows")
            figures[case.name].append({**found, "server": server.control("begin")})
            print(
                f"  round {count + 1}/{number}  {case.name:44} {found['seconds']:8.2f} s"
                f"  cpu {found['cpu']:7.2f} s  ({time.monotonic() - began:.0f} s)",
                flush=True,
            )
    for case in cases:
        if case.kind.startswith("our_steps."):
            if before:
                server.control(before)
            profile = run(msgspec.structs.replace(case, profiled=True))["profile"]
            figures[case.name][-1] = {**figures[case.name][-1], "profile": profile}
    return figures


def ratio(figures: Figures, one: str, other: str, measure: str = "seconds") -> list[float]:
    """Of each round ``one`` by ``other``: load of the machine that lasts a round falls out."""
    return [a[measure] / b[measure] for a, b in zip(figures[one], figures[other], strict=True)]


def middle(figures: Figures, name: str, measure: str = "seconds") -> float:
    """The median of a measure."""
    return median(each[measure] for each in figures[name])


@contextmanager
def kept_folder() -> Iterator[Path]:
    """A folder for what one case prepares for others."""
    with tempfile.TemporaryDirectory(prefix="p2c-benchmarks-") as folder:
        yield Path(folder)
