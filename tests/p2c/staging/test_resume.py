from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from fixtures.staging import SCHEMA, TABLES, numbers, part, stage
from upath import UPath

from p2c.staging import Progress, StagedStep, StagedWriter, Staging

NOTHING = Progress(0, {"rows": 0}, None)

KILLED = """
import os, signal, sys
from fixtures.staging import TABLES, part
from p2c.staging import Staging
from upath import UPath
writer = Staging(UPath(sys.argv[1])).step("accounts", "run", "USMF", "accounts", "extract").writer(TABLES, attempt="1")
for page in (1, 2):
    writer.write(part(f"A-{page}"), state=page)
os.kill(os.getpid(), signal.SIGKILL)
"""


def interrupted(step: StagedStep, *pages: str, attempt: str = "1", resume: bool = False) -> None:
    """A try that dies after its last page."""
    writer = step.writer(TABLES, attempt=attempt, resume=resume, basis="window")
    for page in pages:
        writer.write(part(page), state=page)


def resumed(step: StagedStep, attempt: str = "2", basis: str = "window") -> StagedWriter:
    return step.writer(TABLES, attempt=attempt, resume=True, basis=basis)


def local_step(folder: Path) -> StagedStep:
    return Staging(UPath(folder)).step("accounts", "run", "USMF", "accounts", "extract")


def test_a_try_goes_on_after_the_last_whole_part(step: StagedStep) -> None:
    interrupted(step, "A-1", "A-2")

    writer = resumed(step)
    assert writer.progress == Progress(2, {"rows": 2}, "A-2")
    writer.write(part("A-3"))
    writer.commit({})

    assert numbers(step.read()) == [["A-1"], ["A-2"], ["A-3"]]


def test_a_third_try_goes_on_after_two_that_died(step: StagedStep) -> None:
    interrupted(step, "A-1", attempt="1")
    interrupted(step, "A-2", attempt="2", resume=True)

    writer = resumed(step, attempt="3")

    assert writer.progress == Progress(2, {"rows": 2}, "A-2")
    assert numbers(writer) == [["A-1"], ["A-2"]]


def test_of_two_tries_that_died_the_one_that_came_further_is_continued(step: StagedStep) -> None:
    interrupted(step, "A-1", "A-2", attempt="1")
    interrupted(step, "B-1", attempt="2")

    assert numbers(resumed(step, attempt="3")) == [["A-1"], ["A-2"]]


def test_without_resume_a_try_begins_anew(step: StagedStep) -> None:
    interrupted(step, "A-1")

    assert step.writer(TABLES, attempt="2", basis="window").progress == NOTHING


def test_parts_read_for_another_window_are_not_taken_over(step: StagedStep) -> None:
    interrupted(step, "A-1")

    assert resumed(step, basis="another window").progress == NOTHING


def test_parts_of_other_columns_are_not_taken_over(step: StagedStep) -> None:
    interrupted(step, "A-1")
    wider = {"rows": SCHEMA.append(pa.field("name", pa.string()))}

    assert step.writer(wider, attempt="2", resume=True, basis="window").progress == NOTHING


def test_a_step_that_is_cleared_after_it_finished_begins_anew(step: StagedStep) -> None:
    interrupted(step, "A-1")
    resumed(step).commit({})

    assert resumed(step, attempt="3").progress == NOTHING


def test_a_cleared_step_that_dies_goes_on_where_it_died(step: StagedStep) -> None:
    stage(step, ["old"], ["old"], ["old"], attempt="1")
    interrupted(step, "A-1", attempt="2")

    assert numbers(resumed(step, attempt="3")) == [["A-1"]]


@pytest.mark.parametrize("name", ["000001-rows.parquet", "000001.json"])
@pytest.mark.parametrize("left", [b"", None], ids=["cut short", "missing"])
def test_a_part_that_is_not_whole_is_read_again(tmp_path: Path, name: str, left: bytes | None) -> None:
    interrupted(local_step(tmp_path), "A-1", "A-2")
    path = next(tmp_path.rglob(name))
    path.unlink() if left is None else path.write_bytes(left)

    assert numbers(resumed(local_step(tmp_path))) == [["A-1"]]


def test_a_record_of_another_release_is_not_taken_over(tmp_path: Path) -> None:
    interrupted(local_step(tmp_path), "A-1")
    next(tmp_path.rglob("000000.json")).write_text('{"part": 0}')

    assert resumed(local_step(tmp_path)).progress == NOTHING


def test_a_try_goes_on_after_one_that_was_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment, timeout=60, check=False)

    assert done.returncode == -signal.SIGKILL
    writer = local_step(tmp_path).writer(TABLES, attempt="2", resume=True)
    assert (numbers(writer), writer.progress.state) == ([["A-1"], ["A-2"]], 2)
