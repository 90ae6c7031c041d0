"""The page `docs/benchmarks.md`, its plots, and the results as JSON."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from shutil import which
from statistics import median

import msgspec
from benchmarks.plots import drawn
from benchmarks.result import Bar, Result

REPOSITORY = Path(__file__).parents[2]
LIBRARIES = ("msgspec", "pandas", "pyarrow", "requests", "SQLAlchemy")
INTRODUCTION = """# Benchmarks

Written by `make bench`; do not edit. Each client runs in a fresh process on a core of its own, with its imports done
before the clock starts, against a server on loopback that has rendered its answers beforehand. Clients take turns in
every round.
Bars compare clients within one round and show the median of these ratios; tables show medians with least and most.
Absolute figures only illustrate: they are this machine's. What a real tenant allows is in its published limits.
"""


def conditions() -> dict[str, str]:
    """What the figures were taken with."""
    commit = _git("rev-parse", "--short", "HEAD") + (" with local changes" if _git("status", "--porcelain") else "")
    return {
        "commit": commit,
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load of the machine": " ".join(f"{value:.1f}" for value in os.getloadavg()),
    }


def written(results: Sequence[Result], made: dict[str, str], folder: Path) -> None:
    """Write the page, a plot for each benchmark that has one, and the results."""
    plots = folder / "benchmarks"
    plots.mkdir(exist_ok=True)
    for result in results:
        if result.plot:
            (plots / f"{result.name}.svg").write_text(drawn(result.plot), encoding="utf-8")
    (folder / "benchmarks.md").write_text("\n".join(_page(results, made)), encoding="utf-8")
    everything = msgspec.json.encode({"conditions": made, "results": results})
    (plots / "results.json").write_bytes(msgspec.json.format(everything, indent=1) + b"\n")


def _page(results: Sequence[Result], made: dict[str, str]) -> Iterator[str]:
    yield INTRODUCTION
    yield "; ".join(f"{name} {value}" for name, value in made.items()) + ".\n"
    yield from bars_table(bar for result in results for bar in result.bars)
    for result in results:
        yield f"\n## {result.title}\n\n{result.what}\n"
        yield from _figures(result)
        yield from (f"\n{note}" for note in result.notes)
        if result.plot:
            yield f"\n![{result.plot.title}](benchmarks/{result.name}.svg)"
    yield ""


def bars_table(bars: Iterator[Bar]) -> Iterator[str]:
    """The bars as a table."""
    yield "| bar | median (least to most) | limit | |\n|---|---|---|---|"
    for bar in bars:
        found = f"{bar.value:,.4g}{bar.unit} ({min(bar.values):,.4g} to {max(bar.values):,.4g})"
        yield f"| {bar.text} | {found} | at {bar.sense} {bar.limit:,g}{bar.unit} | {bar.verdict} |"


def _figures(result: Result) -> Iterator[str]:
    yield "| client | seconds | rows a second | processor seconds | peak memory, MiB | requests |"
    yield "|---|---|---|---|---|---|"
    for name, rounds in result.figures.items():
        seconds = [each["seconds"] for each in rounds]
        rate = median(each["rows"] / each["seconds"] for each in rounds)
        cpu, memory = (median(each[measure] for each in rounds) for measure in ("cpu", "memory"))
        requests = median(each["server"]["requests"] for each in rounds)
        spread = f"{median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
        yield f"| {name} | {spread} | {rate:,.0f} | {cpu:.2f} | {memory:.0f} | {requests:.0f} |"


def _git(*arguments: str) -> str:
    command = [which("git") or "git", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.strip()
