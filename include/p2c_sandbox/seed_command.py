"""`p2c-sandbox seed`: make any number of rows for both systems. See docs/sandbox.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from p2c_sandbox.generator.rows import GeneratedRow, generated_rows
from p2c_sandbox.generator.size import Size
from p2c_sandbox.generator.targets import write_directory, write_state

PROGRESS_SECONDS = 2
_DESCRIPTION = """Make products, accounts, contacts and quotes with their lines, on the demo's companies and reference
data. The same numbers and seed make the same rows. About 5,000 rows a second; memory does not grow with the number."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `p2c-sandbox`."""
    parser = commands.add_parser("seed", help="make any number of rows and end", description=_DESCRIPTION)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--state", type=Path, help="new state file, to be served by `p2c-sandbox --state`")
    target.add_argument("--directory", type=Path, help="new directory, to be read by `p2c-sandbox --data`")
    for name in ("accounts", "contacts", "products", "quotes"):
        parser.add_argument(f"--{name}", type=int, default=0, metavar="N")
    parser.add_argument("--lines-per-quote", type=int, default=3, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed makes other rows")
    parser.add_argument(
        "--bad-share",
        type=_share,
        default=Fraction(0),
        metavar="SHARE",
        help="share of rows with a fault, from 0 to 0.5; docs/sandbox.md lists the faults",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Make the rows, with progress on standard error and a summary on standard output. ValueError if it cannot."""
    names = ("accounts", "contacts", "products", "quotes", "lines_per_quote", "seed", "bad_share")
    size = Size(**{name: getattr(options, name) for name in names})
    write, place = (write_state, options.state) if options.state else (write_directory, options.directory)
    counts: Counter[str] = Counter()
    started = time.monotonic()
    write(place, _watched(generated_rows(size), counts))
    seconds = time.monotonic() - started
    for kind, number in size.kinds().items():
        sys.stdout.write(f"{kind:10}{number:>12,}   {size.bad_before(number):,} of them bad\n")
    rate = counts.total() / seconds
    sys.stdout.write(f"{counts.total():,} rows in {seconds:.1f} s, {rate:,.0f} a second: {place}\n")


def _watched(rows: Iterable[GeneratedRow], counts: Counter[str]) -> Iterator[GeneratedRow]:
    told = time.monotonic()
    for row in rows:
        counts[row[1]] += 1
        yield row
        if time.monotonic() - told >= PROGRESS_SECONDS:
            told = time.monotonic()
            sys.stderr.write(f"{counts.total():,} rows, at {row[1]} {counts[row[1]]:,}\n")


def _share(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 0.01") from None
