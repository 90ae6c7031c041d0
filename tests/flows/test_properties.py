"""Random rows of the metadata's types go through each flow and read back equal under the mapping."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from fixtures.random_rows import FREE, assert_read_back_equal
from fixtures.sandbox import Sandbox
from fixtures.trial import Trial, trial_of

from p2c.flow import Flow

ROWS = 30


@pytest.fixture(params=FREE, ids=[flow.name for flow in FREE])
def trial(
    request: pytest.FixtureRequest, sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trial]:
    flow: Flow = request.param
    with trial_of(flow, sandbox_process, tmp_path_factory.mktemp(flow.name)) as trial:
        trial.run("first", "usmf")
        yield trial


def test_random_rows_read_back_equal(trial: Trial, seeded_random: random.Random) -> None:
    assert_read_back_equal(trial, seeded_random, "usmf", ROWS)
