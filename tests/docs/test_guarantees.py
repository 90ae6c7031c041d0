"""A promise without a test is no promise: what docs/guarantees.md refers to is there."""

from __future__ import annotations

import re
from pathlib import Path

from faults.scenario import load_scenarios

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\| (?!promise|---)(.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


def test_each_promise_names_what_proves_it() -> None:
    assert len(PROMISES) > 25
    proof = re.compile(r"\b[A-F]\d+\b|`tests/\S+`|trial of the fault table")
    assert [promise for promise, proofs in PROMISES if not proof.search(proofs)] == []


def test_each_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", PAGE))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_each_scenario_that_is_named_is_in_the_fault_table() -> None:
    named = {found for _, proofs in PROMISES for found in re.findall(r"\b[A-F]\d+\b", proofs)}
    assert sorted(named - {scenario.id for scenario in load_scenarios()}) == []
