"""Every zero of the fault table rests on a judgement that would have found more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SECONDS = 170


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What was found in each world of `faults.spoilt`."""
    file = tmp_path_factory.mktemp("spoilt") / "found.json"
    command = [sys.executable, "-m", "faults.spoilt", str(file)]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], timeout=SECONDS, capture_output=True, text=True, check=False
    )
    assert file.exists(), done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(file.read_bytes())
    return found


def test_a_world_that_is_as_it_has_to_be_passes(judged: dict[str, dict[str, Any]]) -> None:
    found = judged["nothing"]
    assert (found["problems"], found["lost"], found["doubled"], found["extra_writes"]) == ([], 0, 0, 0)


@pytest.mark.parametrize(
    ("spoilt", "figure", "words"),
    [
        ("a_row_is_gone", "lost", "is missing"),
        ("a_field_differs", "lost", "OrganizationName is 'Somebody else'"),
        ("a_row_is_there_twice", "doubled", "1 rows too many"),
        ("a_row_was_created_twice", "doubled", "was created twice"),
        ("a_row_was_written_once_more", "extra_writes", "writes too many"),
        ("the_ledger_has_lost_a_row", "", "the ledger has None for"),
        ("a_file_holds_the_secret", "", "notes holds a secret"),
        ("a_further_run_has_something_to_do", "", "a further run wrote"),
    ],
)
def test_a_world_is_judged_by_what_is_wrong_with_it(
    judged: dict[str, dict[str, Any]], spoilt: str, figure: str, words: str
) -> None:
    found = judged[spoilt]
    assert words in "; ".join(found["problems"])
    assert not figure or found[figure] > 0
