from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fixtures.steps import Steps, site_document

from p2c.errors import FlowStoppedError
from p2c.key_range import KeyRange
from p2c.site import Site


def judged_in_two(steps: Steps) -> list[Mapping[str, Any]]:
    """All steps before the loads of a run in two key ranges."""
    steps.site = Site.model_validate(site_document(flows={"accounts": {"key_ranges": 2}}))
    extracted = steps.extract("first")
    return [steps.judged_rows("first", extracted, key_range=each) for each in KeyRange(of=2).all]


def test_a_finished_run_has_the_counts_of_all_its_ranges(steps: Steps) -> None:
    loaded = [
        steps.load("first", each, key_range=KeyRange(number, 2)) for number, each in enumerate(judged_in_two(steps), 1)
    ]
    reference = steps.finish("first", loaded)
    run = steps.ledger.run(steps.key("first"))
    assert run is not None
    assert (run.state, run.counts) == ("success", reference["counts"])
    assert reference["rows"] == sum(each["rows"] for each in loaded)
    for outcome, count in run.counts.items():
        assert count == sum(each["counts"].get(outcome, 0) for each in loaded)


def test_a_run_is_not_finished_while_a_range_is_not_loaded(steps: Steps) -> None:
    validated = judged_in_two(steps)
    loaded = steps.load("first", validated[0], key_range=KeyRange(1, 2))
    with pytest.raises(FlowStoppedError, match="key range 2 of 2 did not end well"):
        steps.finish("first", [loaded, None])
    assert steps.watermark() is None
    run = steps.ledger.run(steps.key("first"))
    assert run is not None
    assert run.state == "failed"
    steps.finish("first", [loaded, steps.load("first", validated[1], key_range=KeyRange(2, 2))])
    assert steps.watermark() == run.window.end


def test_a_row_without_an_outcome_keeps_the_run_open(steps: Steps) -> None:
    loaded = [
        steps.load("first", each, key_range=KeyRange(number, 2)) for number, each in enumerate(judged_in_two(steps), 1)
    ]
    steps.ledger.open_outcomes(steps.key("first"), "another set, so that all outcomes are forgotten")
    with pytest.raises(FlowStoppedError, match=r"rows were read but 0 have an outcome"):
        steps.finish("first", loaded)
    assert steps.watermark() is None
