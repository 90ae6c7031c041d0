"""What the scheduler imports for its workers."""

from __future__ import annotations

import subprocess
import sys

STEPS_AFTER_PRELOADING = """
import sys
from p2c_airflow.preload import preload
preload()
before = set(sys.modules)
import p2c.steps.load, p2c.steps.extract, p2c_airflow.hooks.sales, pandas, pyarrow.parquet
print(len(set(sys.modules) - before))
"""


def test_a_step_has_nothing_left_to_import() -> None:
    command = [sys.executable, "-c", STEPS_AFTER_PRELOADING]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "0"
