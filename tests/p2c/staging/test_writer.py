from __future__ import annotations

import pyarrow as pa
import pytest
from fixtures.staging import SCHEMA, TABLES, numbers, part

from p2c.staging import Progress, StagedStep


def test_a_new_writer_has_nothing_yet(step: StagedStep) -> None:
    assert step.writer(TABLES, attempt="1").progress == Progress(0, {"rows": 0}, None)


def test_progress_tells_parts_rows_and_the_last_state(step: StagedStep) -> None:
    writer = step.writer(TABLES, attempt="1")
    writer.write(part("A-1", "A-2"), state={"resume": "page 2"})
    writer.write(part("A-3"), state={"resume": "page 3"})

    assert writer.progress == Progress(2, {"rows": 3}, {"resume": "page 3"})


def test_what_is_written_can_be_read_back_before_the_commit(step: StagedStep) -> None:
    writer = step.writer(TABLES, attempt="1")
    writer.write(part("A-1"))
    writer.write(part("A-2"))

    assert numbers(writer) == [["A-1"], ["A-2"]]


def test_the_manifest_counts_the_rows_of_each_table(step: StagedStep) -> None:
    writer = step.writer({"ready": SCHEMA, "rejected": SCHEMA}, attempt="1")
    writer.write({"ready": part("A-1", "A-2")["rows"]})

    manifest = writer.commit({"read": 2})

    assert (manifest.rows, manifest.metadata) == ({"ready": 2, "rejected": 0}, {"read": 2})
    assert manifest == step.read().manifest


def test_columns_are_brought_into_the_declared_order_and_type(step: StagedStep) -> None:
    schema = pa.schema([("key", pa.string()), ("count", pa.int64())])
    writer = step.writer({"rows": schema}, attempt="1")

    writer.write({"rows": pa.table({"count": pa.array([1], pa.int32()), "key": ["A-1"], "more": [0]})})
    writer.commit({})

    assert [table.to_pydict() for table in step.read().parts("rows")] == [{"key": ["A-1"], "count": [1]}]


def test_a_value_that_does_not_fit_the_declared_type_is_refused(step: StagedStep) -> None:
    writer = step.writer({"rows": pa.schema([("count", pa.int32())])}, attempt="1")

    with pytest.raises(pa.ArrowInvalid):
        writer.write({"rows": pa.table({"count": [2**40]})})


def test_an_undeclared_table_is_refused(step: StagedStep) -> None:
    writer = step.writer(TABLES, attempt="1")

    with pytest.raises(KeyError, match="another"):
        writer.write({"another": part("A-1")["rows"]})


def test_a_try_that_begins_anew_leaves_its_first_parts_alone(step: StagedStep) -> None:
    first = step.writer(TABLES, attempt="1")
    first.write(part("A-1"))
    again = step.writer(TABLES, attempt="1")
    again.write(part("B-1"))

    assert (numbers(first), numbers(again)) == ([["A-1"]], [["B-1"]])
