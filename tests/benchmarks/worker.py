"""One case in a process of its own: `python -m benchmarks.worker <case as JSON>` prints its figures as JSON."""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path

import msgspec
from benchmarks.case import Case
from benchmarks.profile import profile_what_is_measured, shares


def main() -> None:
    case = msgspec.json.decode(sys.argv[1], type=Case)
    if case.profiled:
        profile_what_is_measured()
    module, _, function = case.kind.rpartition(".")
    run = getattr(import_module(f"benchmarks.{module}"), function)
    with tempfile.TemporaryDirectory(prefix="p2c-benchmark-") as folder:
        figures = run(case, Path(folder))
    if case.profiled:
        figures["profile"] = shares()
    sys.stdout.write("\n" + msgspec.json.encode(figures).decode() + "\n")


if __name__ == "__main__":
    main()
