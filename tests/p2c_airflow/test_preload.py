"""What the scheduler does for its workers before it forks them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fixtures.sandbox import Sandbox

TESTS = Path(__file__).parents[1]
#: What no step is to import late; the rest of Airflow is the scheduler's own, which has it anyway.
WATCHED = (
    "airflow.providers.",
    "airflow.sdk.",
    "alembic",
    "p2c.",
    "p2c_airflow",
    "p2c_metadata",
    "pandas",
    "pyarrow",
    "requests",
    "sqlalchemy",
    "upath",
)
RUN_AFTER_PRELOADING = """
import json, runpy, sys
from pathlib import Path
import airflow.sdk
from p2c_airflow.preload import preload

preload()
from p2c_metadata import load
before, metadata = set(sys.modules), load.cache_info().currsize
threads = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]

asked = json.load(sys.stdin)
sys.path.append(asked["tests"])
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps, site_document
from airflow.sdk import ObjectStoragePath
from p2c.database.engine import open_engine
from p2c.database.schema import require_current_schema
from p2c.site import Site
from p2c.staging import Staging

runpy.run_path(asked["dag_file"])
folder = Path(asked["folder"])
engine = open_engine(f"sqlite:///{folder / 'cds.sqlite'}")
sandbox = Sandbox(asked["readiness"], asked["client_secret"], "", None)
steps = Steps(sandbox, engine, folder, Site.model_validate(site_document()))
steps.staging = Staging(ObjectStoragePath((folder / "staging").as_uri()))
require_current_schema(engine, [])
counts = steps.run("run", full=True)
print(json.dumps({"late": sorted(set(sys.modules) - before), "threads": threads, "metadata": metadata, "read": counts}))
"""


@pytest.fixture
def after_preloading(demo_sandbox: Sandbox, tmp_path: Path) -> dict[str, Any]:
    """What a process that has preloaded still imports to read the accounts DAG and to run its four steps."""
    asked = {
        "tests": str(TESTS),
        "dag_file": str(Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]) / "accounts.py"),
        "folder": str(tmp_path),
        "readiness": dict(demo_sandbox.readiness),
        "client_secret": demo_sandbox.client_secret,
    }
    command = [sys.executable, "-c", RUN_AFTER_PRELOADING]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_a_step_finds_all_it_needs_imported_and_read(after_preloading: dict[str, Any]) -> None:
    assert after_preloading["read"]
    assert [name for name in after_preloading["late"] if name.startswith(WATCHED)] == []
    assert after_preloading["metadata"] == 2


def test_preloading_starts_no_thread_that_a_fork_would_lose(after_preloading: dict[str, Any]) -> None:
    """The memory allocator of PyArrow starts its own anew in each fork."""
    assert after_preloading["threads"][1:] in ([], ["jemalloc_bg_thd"])
