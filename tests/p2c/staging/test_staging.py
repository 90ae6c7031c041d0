from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.staging import TABLES, numbers, part, stage
from upath import UPath
from upath.extensions import ProxyUPath

from p2c.errors import ConfigurationError, StagingError
from p2c.key_range import KeyRange
from p2c.staging import StagedStep, Staging

RUN = "scheduled__2026-03-01T02:00:00+00:00"


def extract_of(staging: Staging, run_id: str) -> StagedStep:
    return staging.step("accounts", run_id, "USMF", "accounts", "extract")


def test_a_set_is_read_back_as_it_was_written(step: StagedStep) -> None:
    writer = step.writer(TABLES, attempt="1")
    writer.write(part("A-1", "A-2"))
    writer.write(part("A-3"))
    writer.commit({"window": {"kind": "initial"}})

    staged = step.read()

    assert numbers(staged) == [["A-1", "A-2"], ["A-3"]]
    assert (staged.rows, staged.metadata) == ({"rows": 3}, {"window": {"kind": "initial"}})


def test_a_set_lies_where_the_design_says(staging: Staging) -> None:
    step = staging.step("accounts", RUN, "USMF", "accounts", "extract")

    assert step.uri.endswith("/accounts/scheduled__2026-03-01T02%3A00%3A00%2B00%3A00/USMF/accounts/extract")


def test_each_key_range_of_a_step_has_a_set_of_its_own(staging: Staging) -> None:
    place = ("accounts", RUN, "USMF", "accounts", "map")
    for key_range in KeyRange(of=2).all:
        stage(staging.step(*place, key_range), [f"A-{key_range.number}"])
    assert [numbers(step.read()) for step in staging.key_ranges(*place)] == [[["A-1"]], [["A-2"]]]
    assert list(staging.key_ranges("accounts", RUN, "USMF", "accounts", "load")) == []


def test_a_path_that_only_stands_for_another_works_too(tmp_path: Path) -> None:
    step = extract_of(Staging(ProxyUPath(tmp_path.as_uri())), RUN)  # type: ignore[arg-type]

    stage(step, ["A-1"])

    assert numbers(step.read()) == [["A-1"]]
    assert not list(tmp_path.rglob(".*"))


def test_a_set_that_was_not_committed_is_refused_naming_the_step_to_clear(step: StagedStep) -> None:
    step.writer(TABLES, attempt="1").write(part("A-1"))

    with pytest.raises(StagingError, match=r"manifest\.json is missing\. Clear the step extract"):
        step.read()


def test_a_later_try_replaces_the_set_whole(step: StagedStep) -> None:
    stage(step, ["A-1"], ["A-2"], attempt="1")
    stage(step, ["A-3"], attempt="2")

    assert numbers(step.read()) == [["A-3"]]


def test_a_later_try_that_dies_leaves_the_committed_set_alone(step: StagedStep) -> None:
    stage(step, ["A-1"], attempt="1")
    step.writer(TABLES, attempt="2").write(part("A-2"))

    assert numbers(step.read()) == [["A-1"]]


def test_two_tries_at_once_do_not_mix_their_parts(step: StagedStep) -> None:
    first, second = step.writer(TABLES, attempt="1"), step.writer(TABLES, attempt="2")
    first.write(part("A-1"))
    second.write(part("B-1"))
    second.commit({})
    first.write(part("A-2"))

    assert numbers(step.read()) == [["B-1"]]


@pytest.mark.parametrize("name", ["..", ".", "../../etc", "/etc", "a/../../b", "..\\..", "%2e%2e", "~"])
def test_no_name_leads_out_of_the_staging_folder(tmp_path: Path, name: str) -> None:
    base = tmp_path / "base"
    step = Staging(UPath(base)).step(name, name, name, name, name)

    stage(step, ["A-1"], attempt=name)

    assert list(tmp_path.iterdir()) == [base]
    assert len(Path(step.uri).relative_to(base).parts) == 5
    assert numbers(step.read()) == [["A-1"]]


def test_a_discarded_run_leaves_other_runs_alone(staging: Staging) -> None:
    stage(extract_of(staging, "first"), ["A-1"])
    stage(extract_of(staging, "second"), ["A-2"])

    staging.discard_run("accounts", "first")
    staging.discard_run("accounts", "never ran")

    assert numbers(extract_of(staging, "second").read()) == [["A-2"]]
    with pytest.raises(StagingError):
        extract_of(staging, "first").read()


def test_a_folder_that_cannot_be_written_is_refused_before_any_row_is_read(tmp_path: Path) -> None:
    (tmp_path / "staging").write_text("This is a file.")
    step = extract_of(Staging(UPath(tmp_path / "staging")), RUN)

    with pytest.raises(ConfigurationError, match=r"staging/accounts.*cannot be written.*`staging` of site\.toml"):
        step.writer(TABLES, attempt="1")
