"""The page `docs/benchmarks.md`, its plots, and the results as JSON."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
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

Written by `make bench`, a section by `make bench ONLY=load`; do not edit. Each client runs in a fresh process on a core
of its own, with its imports done before the clock starts, against a server on loopback that has rendered its answers
beforehand. Clients take turns in every round. `make bench-peers` installs the peers, each in an environment of its own.

Bars compare clients within one round and show the median of these ratios; tables show medians with least and most.
Absolute figures only illustrate: they are this machine's. What a real tenant allows is in its published limits
([scaling](scaling.md)). Where a bar falls short, a profile says where the time goes.
"""


class Measurement(msgspec.Struct, frozen=True):
    """What one benchmark found, and with what."""

    conditions: dict[str, str]
    result: Result


def conditions() -> dict[str, str]:
    """What the figures are taken with."""
    # the page itself is written as the benchmarks are measured
    changed = _git("status", "--porcelain", "--", ".", ":!docs/benchmarks*")
    commit = _git("rev-parse", "--short", "HEAD") + (" with local changes" if changed else "")
    return {
        "commit": commit,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "load of the machine before": " ".join(f"{value:.1f}" for value in os.getloadavg()),
    }


def written(measurement: Measurement, order: Sequence[str], folder: Path) -> None:
    """Write one benchmark anew: its plot, and its part of the page and of the results; the others stay."""
    plots, result = folder / "benchmarks", measurement.result
    plots.mkdir(exist_ok=True)
    if result.plot:
        (plots / f"{result.name}.svg").write_text(drawn(result.plot), encoding="utf-8")
    file = plots / "results.json"
    kept = msgspec.json.decode(file.read_bytes(), type=list[Measurement]) if file.exists() else []
    by_name = {each.result.name: each for each in kept} | {result.name: measurement}
    everything = [by_name[name] for name in order if name in by_name]
    file.write_bytes(msgspec.json.format(msgspec.json.encode(everything), indent=1) + b"\n")
    (folder / "benchmarks.md").write_text("\n".join(_page(everything)), encoding="utf-8")


def _page(everything: Sequence[Measurement]) -> Iterator[str]:
    yield INTRODUCTION
    yield "The peers are " + "; ".join(_peers()) + ".\n"
    yield from bars_table(bar for each in everything for bar in _linked(each.result))
    for each in everything:
        result = each.result
        yield f"\n## {result.title}\n\n{result.what}\n"
        yield from _figures(result)
        yield from (f"\n{note}" for note in result.notes)
        if not all(bar.holds for bar in result.bars):
            yield from _profiles(result)
        if result.plot:
            yield f"\n![{result.plot.title}](benchmarks/{result.name}.svg)"
        yield "\nMeasured with " + "; ".join(f"{name} {value}" for name, value in each.conditions.items()) + "."
    yield ""


def _peers() -> Iterator[str]:
    """The peers with their versions, as `make bench-peers` installs them."""
    for file in sorted((Path(__file__).parent / "peers").glob("*.in")):
        yield file.read_text(encoding="utf-8").split()[0].replace("==", " ")


def _linked(result: Result) -> Iterator[Bar]:
    """The bars of a benchmark, each with a link to its section."""
    section = result.title.lower().replace(",", "").replace(" ", "-")
    for bar in result.bars:
        yield msgspec.structs.replace(bar, text=f"[{result.title}](#{section}): {bar.text}")


def _profiles(result: Result) -> Iterator[str]:
    """Where our time goes, to say why a bar is missed."""
    for name, rounds in result.figures.items():
        if profile := rounds[-1].get("profile"):
            spent = ", ".join(f"{area} {share:.0f} %" for area, share in profile.items())
            yield f"\nWhere the main thread of *{name}* spends its time, profiled: {spent}."


def bars_table(bars: Iterator[Bar]) -> Iterator[str]:
    """The bars as a table."""
    yield "| bar | median (least to most) | limit | |\n|---|---|---|---|"
    for bar in bars:
        found = f"{_figure(bar.value)}{bar.unit} ({_figure(min(bar.values))} to {_figure(max(bar.values))})"
        yield f"| {bar.text} | {found} | at {bar.sense} {bar.limit:,g}{bar.unit} | {bar.verdict} |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _figures(result: Result) -> Iterator[str]:
    if not result.figures:
        return
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
