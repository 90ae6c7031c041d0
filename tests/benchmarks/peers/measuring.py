"""What the scripts of the peers share; it needs nothing but Python."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
API = "/api/data/v9.2"


def report(read: Callable[[str], int], *, ready: Callable[[], None] = lambda: None) -> None:
    """Measure ``read``, which takes the address of the Web API and returns how many rows it read."""
    from benchmarks.measured import measured

    case, figures = json.loads(sys.argv[1]), dict[str, float]()
    ready()
    with measured(figures):
        rows = read(case["origin"] + API)
    sys.stdout.write("\n" + json.dumps({**figures, "rows": rows}) + "\n")
