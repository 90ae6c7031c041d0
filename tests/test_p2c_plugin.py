"""The file that Airflow scans, in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ["pandas", "pyarrow", "p2c.steps.load", "p2c_airflow.hooks.sales"]
PROGRAMS = ("scheduler", "dag-processor", "triggerer")
#: Each program starts in a fork of its own.
STARTED = """
import json, os, sys
from airflow.jobs.job import Job
for program in sys.argv[1:]:
    if os.fork():
        assert os.wait()[1] == 0, program
        continue
    sys.argv = ["airflow", program]
    before = set(sys.modules)
    Job()
    print(json.dumps([program, sorted(set(sys.modules) - before)]), flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def imported() -> dict[str, set[str]]:
    """What each program imports when it starts."""
    command = [sys.executable, "-c", STARTED, *PROGRAMS]
    output = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout
    lines = [json.loads(line) for line in output.splitlines() if line.startswith('["')]
    return {program: set(modules) for program, modules in lines}


def test_the_scheduler_imports_the_steps_before_it_forks_workers(imported: dict[str, set[str]]) -> None:
    assert set(HEAVY) <= imported["scheduler"]


@pytest.mark.parametrize("program", PROGRAMS[1:])
def test_no_other_program_imports_them(imported: dict[str, set[str]], program: str) -> None:
    assert not set(HEAVY) & imported[program]


def test_airflow_finds_one_plugin_and_no_broken_file() -> None:
    code = "from airflow.plugins_manager import _get_plugins as g; p, e = g(); print([x.name for x in p], e)"
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout
    assert output.splitlines()[-1] == "['prospect_to_cash'] {}"
