"""`python -m benchmarks` in `tests/`, which `make bench` calls: measure, print, and write `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

from benchmarks.report import REPOSITORY, Measurement, bars_table, conditions, written
from benchmarks.rounds import pin_clients
from benchmarks.scale import QUICK, Scale
from benchmarks.suite import BENCHMARKS, chosen


def main() -> int:
    """Returns 1 if a bar is missed."""
    options = _parser().parse_args()
    scale = QUICK if options.quick else Scale()
    scale = replace(scale, rounds=options.rounds or scale.rounds, rows=options.rows or scale.rows)
    pin_clients()
    holds = True
    for name, measure in chosen(options.only, quick=options.quick):
        began, made = time.monotonic(), conditions()
        print(f"\n{name}: " + "; ".join(f"{what} {value}" for what, value in made.items()), flush=True)
        result = measure(scale)
        print("\n".join(bars_table(iter(result.bars))))
        print(f"{name} took {time.monotonic() - began:.0f} s", flush=True)
        holds &= all(bar.holds for bar in result.bars)
        if options.write:
            written(Measurement(made | {"rounds": str(scale.rounds)}, result), list(BENCHMARKS), REPOSITORY / "docs")
    return int(not holds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {', '.join(BENCHMARKS)}, with commas between")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows, within 5 minutes")
    parser.add_argument("--rounds", type=int, help="rounds, in place of the usual number")
    parser.add_argument("--rows", type=int, help="rows of the reads, in place of the usual number")
    parser.add_argument("--write", action="store_true", help="write what is measured into docs/benchmarks.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
