"""A few trials of every scenario of the fault table; `make faults` plays them all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from faults.scenario import Scenario, load_scenarios

SEEDS = 3
CAMPAIGN_SECONDS = 1500
# what is played alone takes minutes: `make faults` has it
SCENARIOS = [each for each in load_scenarios() if not each.alone]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Of all trials, played by processes that are forked from one without threads.

    Always the same seeds, so that a commit is judged alike each time; `make faults FIRST=1000` draws others.
    """
    file = tmp_path_factory.mktemp("faults") / "results.json"
    options = ["--seeds", str(SEEDS), "--processes", "1", "--brief", "--results", str(file)]
    command = [sys.executable, "-m", "faults", *options]
    folder = Path(__file__).parents[1]
    played = subprocess.run(command, cwd=folder, timeout=CAMPAIGN_SECONDS, capture_output=True, check=False)
    assert file.exists(), played.stderr.decode()[-2000:]
    found: list[dict[str, Any]] = json.loads(file.read_bytes())
    return found


@pytest.mark.timeout(CAMPAIGN_SECONDS + 60)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[f"{each.id} {each.name}" for each in SCENARIOS])
def test_nothing_is_lost_or_doubled_in(scenario: Scenario, results: list[dict[str, Any]]) -> None:
    own = [result for result in results if result["scenario"] == scenario.id]
    assert len(own) >= scenario.trials(SEEDS)
    if reasons := {result["not_run"] for result in own} - {""}:
        pytest.skip(", ".join(reasons))
    failed = [result for result in own if result["problems"]]
    told = [f"seed {result['seed']} ({result['flow']}): {result['problems'][:5]}" for result in failed]
    assert not failed, "\n".join(told)
