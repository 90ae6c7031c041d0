"""`python -m faults` in `tests/`, which `make faults` calls: play the scenarios and print the table."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from p2c_airflow.preload import preload

REPOSITORY = Path(__file__).parents[2]


def main() -> int:
    """Returns 1 if a trial failed."""
    preload()
    from faults.campaign import Campaign
    from faults.scenario import load_scenarios

    options = _parser().parse_args()
    campaign = Campaign(
        [each for each in load_scenarios(options.only) if not (options.brief and each.alone)],
        seeds=options.seeds,
        first_seed=options.first_seed,
        processes=options.processes,
        server=os.environ.get("P2C_TEST_POSTGRES"),
        keep=options.keep,
        brief=options.brief,
        minutes=options.minutes,
    )
    with campaign:
        results = campaign.play()
    campaign.report(results, REPOSITORY / "docs" / "fault-table.md" if options.write else None)
    if options.results:
        options.results.write_bytes(campaign.as_json(results))
    return int(any(result.problems for result in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", default="", help="ids of scenarios, such as A1,B5; a letter stands for its section")
    parser.add_argument("--seeds", type=int, help="trials of each random scenario, in place of those it states")
    parser.add_argument("--first-seed", type=int, default=0, help="the first of them")
    parser.add_argument("--processes", type=int, default=1 + (os.cpu_count() or 1), help="trials at once")
    parser.add_argument("--write", action="store_true", help="write docs/fault-table.md")
    parser.add_argument("--results", type=Path, help="write the results of all trials as JSON to this file")
    parser.add_argument("--keep", action="store_true", help="keep the folders of failed trials")
    parser.add_argument("--minutes", type=float, help="start no further trial after so many; the table says how many")
    parser.add_argument("--brief", action="store_true", help="as in `make test`: fewer runs in a trial, none alone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
