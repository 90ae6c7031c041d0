from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from upath import UPath

from p2c.errors import ConfigurationError, StagingError
from p2c.staging import StagedStep, Staging

SCHEMA = pa.schema([("accountnumber", pa.string())])
RUN = "scheduled__2026-03-01T02:00:00+00:00"


def rows(*numbers: str) -> dict[str, pa.Table]:
    return {"rows": pa.table({"accountnumber": list(numbers)}, schema=SCHEMA)}


@pytest.fixture(params=["local", "object store"])
def staging(request: pytest.FixtureRequest, tmp_path: Path) -> Staging:
    return Staging(UPath(tmp_path) if request.param == "local" else UPath(f"memory://{tmp_path.as_posix()}"))


@pytest.fixture
def step(staging: Staging) -> StagedStep:
    return staging.step("accounts", RUN, "USMF", "accounts", "extract")


def test_a_set_is_read_back_as_it_was_written(step: StagedStep) -> None:
    writer = step.writer({"rows": SCHEMA}, attempt="1")
    writer.write(rows("A-1", "A-2"))
    writer.write(rows("A-3"))
    writer.commit({"window": {"kind": "initial"}})

    staged = step.read()

    assert [part["accountnumber"].to_pylist() for part in staged.parts("rows")] == [["A-1", "A-2"], ["A-3"]]
    assert staged.rows == {"rows": 3}
    assert staged.metadata == {"window": {"kind": "initial"}}


def test_an_uncommitted_set_is_refused_naming_the_step_to_clear(step: StagedStep) -> None:
    step.writer({"rows": SCHEMA}, attempt="1").write(rows("A-1"))

    with pytest.raises(StagingError, match="Clear the step extract"):
        step.read()


def test_a_later_try_replaces_the_set_whole(step: StagedStep) -> None:
    for attempt, number in (("1", "A-1"), ("2", "A-2")):
        writer = step.writer({"rows": SCHEMA}, attempt=attempt)
        writer.write(rows(number))
        writer.commit({})

    assert [part["accountnumber"].to_pylist() for part in step.read().parts("rows")] == [["A-2"]]


def test_two_tries_at_once_do_not_mix_their_parts(step: StagedStep) -> None:
    first = step.writer({"rows": SCHEMA}, attempt="1")
    second = step.writer({"rows": SCHEMA}, attempt="2")
    first.write(rows("A-1"))
    second.write(rows("B-1"))
    second.commit({})
    first.write(rows("A-2"))

    assert [part["accountnumber"].to_pylist() for part in step.read().parts("rows")] == [["B-1"]]


def test_the_run_id_is_percent_encoded_in_the_path(staging: Staging) -> None:
    step = staging.step("accounts", RUN, "USMF", "accounts", "extract")

    assert "scheduled__2026-03-01T02%3A00%3A00%2B00%3A00" in step.uri


@pytest.mark.parametrize("name", ["..", ".", "../../etc", "/etc", "a/../../b", "..\\..", "%2e%2e"])
def test_no_name_leads_out_of_the_staging_folder(tmp_path: Path, name: str) -> None:
    step = Staging(UPath(tmp_path / "base")).step(name, name, name, name, name)
    writer = step.writer({"rows": SCHEMA}, attempt=name)
    writer.write(rows("A-1"))
    writer.commit({})

    assert [entry.name for entry in tmp_path.iterdir()] == ["base"]
    assert len(step.folder.relative_to(UPath(tmp_path / "base")).parts) == 5


def test_an_empty_name_is_refused(staging: Staging) -> None:
    with pytest.raises(ConfigurationError, match="not empty"):
        staging.step("accounts", "", "USMF", "accounts", "extract")


def test_a_discarded_run_leaves_other_runs_alone(staging: Staging) -> None:
    for run in ("first", "second"):
        writer = staging.step("accounts", run, "USMF", "accounts", "extract").writer({"rows": SCHEMA}, attempt="1")
        writer.write(rows("A-1"))
        writer.commit({})

    staging.discard_run("accounts", "first")
    staging.discard_run("accounts", "never ran")

    assert staging.step("accounts", "second", "USMF", "accounts", "extract").read().rows == {"rows": 1}
    with pytest.raises(StagingError):
        staging.step("accounts", "first", "USMF", "accounts", "extract").read()


def test_a_staging_folder_that_is_a_file_is_refused_naming_it(tmp_path: Path) -> None:
    (tmp_path / "staging").write_text("a file")
    step = Staging(UPath(tmp_path / "staging")).step("accounts", RUN, "USMF", "accounts", "extract")

    with pytest.raises(ConfigurationError, match=r"staging.*cannot be written.*`staging` of site\.toml"):
        step.writer({"rows": SCHEMA}, attempt="1")
