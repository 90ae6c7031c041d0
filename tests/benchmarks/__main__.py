"""`python -m benchmarks` in `tests/`, which `make bench` calls: measure, print, and write `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

from benchmarks.report import REPOSITORY, bars_table, conditions, written
from benchmarks.result import Result
from benchmarks.rounds import pin_clients
from benchmarks.suite import BENCHMARKS, QUICK, Scale, chosen


def main() -> int:
    """Returns 1 if a bar is missed."""
    options = _parser().parse_args()
    scale = QUICK if options.quick else Scale()
    scale = replace(scale, rounds=options.rounds or scale.rounds, rows=options.rows or scale.rows)
    made = conditions()
    print("; ".join(f"{name} {value}" for name, value in made.items()), flush=True)
    pin_clients()
    results: list[Result] = []
    for name, measure in chosen(options.only):
        began = time.monotonic()
        print(f"\n{name}", flush=True)
        results.append(measure(scale))
        print("\n".join(bars_table(iter(results[-1].bars))))
        print(f"{name} took {time.monotonic() - began:.0f} s", flush=True)
    if options.write:
        written(results, made, REPOSITORY / "docs")
    return int(not all(bar.holds for result in results for bar in result.bars))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {', '.join(BENCHMARKS)}, with commas between")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows, within 5 minutes")
    parser.add_argument("--rounds", type=int, help="rounds, in place of the usual number")
    parser.add_argument("--rows", type=int, help="rows of the reads, in place of the usual number")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, its plots and results.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
