"""Parsing DAG files as Airflow does for the first time in a process."""

from __future__ import annotations

import os
import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.case import Case
from benchmarks.measured import measured

REPOSITORY = Path(__file__).parents[2]
SDK_ALONE = Path(__file__).with_name("dags") / "sdk_alone.py"


def ours(case: Case, folder: Path) -> dict[str, Any]:
    """All DAG files of the repository."""
    return _parsed(case, folder, sorted((REPOSITORY / "dags").glob("*.py")))


def sdk_alone(case: Case, folder: Path) -> dict[str, Any]:
    """A DAG file that only imports the SDK."""
    return _parsed(case, folder, [SDK_ALONE])


def _parsed(case: Case, folder: Path, files: Sequence[Path]) -> dict[str, Any]:
    os.environ["AIRFLOW_HOME"] = str(folder)
    os.environ["AIRFLOW__PROSPECT_TO_CASH__SITE_FILE"] = str(REPOSITORY / "include" / "site.toml")
    figures: dict[str, Any] = {}
    with measured(figures):
        for file in files:
            runpy.run_path(str(file))
    return {**figures, "rows": case.rows}
