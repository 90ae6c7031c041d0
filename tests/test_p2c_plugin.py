"""The file that Airflow scans, in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ["pandas", "pyarrow", "p2c.steps.load", "p2c_airflow.hooks.sales"]
STARTED = """
import json, sys
sys.argv = ["airflow", sys.argv[1]]
from airflow.jobs.job import Job
before = set(sys.modules)
Job()
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def imported_when_starting(program: str) -> set[str]:
    command = [sys.executable, "-c", STARTED, program]
    output = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout
    return set(json.loads(output.splitlines()[-1]))


def test_the_scheduler_imports_the_steps_before_it_forks_workers() -> None:
    assert set(HEAVY) <= imported_when_starting("scheduler")


@pytest.mark.parametrize("program", ["dag-processor", "triggerer"])
def test_no_other_program_imports_them(program: str) -> None:
    assert not set(HEAVY) & imported_when_starting(program)


def test_airflow_finds_one_plugin_and_no_broken_file() -> None:
    code = "from airflow.plugins_manager import _get_plugins as g; p, e = g(); print([x.name for x in p], e)"
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout
    assert output.splitlines()[-1] == "['prospect_to_cash'] {}"
