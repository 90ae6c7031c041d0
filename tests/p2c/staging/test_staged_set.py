from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from fixtures.staging import SCHEMA, numbers, part, stage
from upath import UPath

from p2c.errors import StagingError
from p2c.key_range import KeyRange
from p2c.staging import KEY_RANGES, StagedStep, Staging


def test_tables_are_read_side_by_side_though_one_has_no_rows_in_a_part(step: StagedStep) -> None:
    writer = step.writer({"ready": SCHEMA, "rejected": SCHEMA}, attempt="1")
    writer.write({"ready": part("A-1")["rows"], "rejected": part()["rows"]})
    writer.write({"rejected": part("A-2")["rows"]})
    writer.commit({})

    staged = step.read()
    pairs = zip(staged.parts("ready"), staged.parts("rejected"), strict=True)

    assert [(ready.num_rows, rejected.num_rows) for ready, rejected in pairs] == [(1, 0), (0, 1)]
    assert staged.rows == {"ready": 1, "rejected": 1}


def test_some_columns_are_read_where_they_are_named(step: StagedStep) -> None:
    table = pa.table({"accountnumber": ["A-1"], "name": ["Fabrikam"]})
    writer = step.writer({"rows": table.schema}, attempt="1")
    writer.write({"rows": table})
    writer.commit({})

    assert [part.to_pydict() for part in step.read().parts("rows", ["name"])] == [{"name": ["Fabrikam"]}]


def test_a_table_without_rows_keeps_its_columns(step: StagedStep) -> None:
    stage(step, [])

    assert [table.schema for table in step.read().parts("rows")] == [SCHEMA]


def test_a_set_without_parts_is_whole(step: StagedStep) -> None:
    stage(step)

    assert (numbers(step.read()), step.read().rows) == ([], {"rows": 0})


def test_the_checksum_is_the_same_for_the_same_rows(step: StagedStep) -> None:
    checksums = []
    for attempt, number in (("1", "A-1"), ("2", "A-1"), ("3", "A-2")):
        stage(step, [number], attempt=attempt)
        checksums.append(step.read().checksum)

    assert checksums[0] == checksums[1] != checksums[2]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1")], ids=["missing", "cut short"])
def test_parts_before_a_damaged_one_are_read_and_the_damage_is_named(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    step = Staging(UPath(tmp_path)).step("accounts", "run", "USMF", "accounts", "extract")
    stage(step, ["A-1"], ["A-2"])
    damage(next(tmp_path.rglob("000001-rows.parquet")))

    parts = step.read().parts("rows")

    assert next(parts).num_rows == 1
    with pytest.raises(StagingError, match=r"000001-rows\.parquet.*Clear the step extract"):
        next(parts)


def test_an_altered_manifest_is_refused(tmp_path: Path) -> None:
    step = Staging(UPath(tmp_path)).step("accounts", "run", "USMF", "accounts", "extract")
    stage(step, ["A-1"])
    manifest = next(tmp_path.rglob("manifest.json"))
    manifest.write_text(manifest.read_text().replace('"rows":1', '"rows":0'))

    with pytest.raises(StagingError, match=r"manifest\.json is cut short, altered"):
        step.read()


def test_memory_holds_one_part_at_a_time(step: StagedStep) -> None:
    text = pa.schema([("text", pa.string())])
    writer = step.writer({"rows": text}, attempt="1")
    for number in range(20):
        writer.write(
            {"rows": pa.table({"text": [f"{number} {row} " + "x" * 1000 for row in range(1000)]}, schema=text)}
        )
    writer.commit({})

    before, highest, rows = pa.total_allocated_bytes(), 0, 0
    for table in step.read().parts("rows"):
        highest = max(highest, pa.total_allocated_bytes() - before)
        rows += table.num_rows

    assert rows == 20_000
    assert highest < 2 * 1_000_000


def in_three_ranges(step: StagedStep) -> None:
    writer = step.writer({"rows": SCHEMA}, attempt="1")
    for number, key_range in (("A-1", 1), ("A-3", 3), ("A-4", 1), ("A-5", 2)):
        writer.write(part(number), key_range=key_range)
    writer.commit({KEY_RANGES: 3})


def test_a_key_range_is_a_set_of_its_own_that_knows_its_places_among_all(step: StagedStep) -> None:
    in_three_ranges(step)
    first = KeyRange(1, 3)
    assert numbers(step.read().within(first)) == [["A-1"], ["A-4"]]
    assert step.read().within(first).rows == {"rows": 2}
    assert step.read().places(first) == [0, 2]


def test_a_key_range_of_another_division_is_refused_with_what_to_clear(step: StagedStep) -> None:
    in_three_ranges(step)
    with pytest.raises(StagingError, match=r"staged in 3 key ranges, and there are 2 now: clear extract"):
        step.read().within(KeyRange(1, 2))


def test_a_set_that_says_nothing_of_key_ranges_is_in_one_piece(step: StagedStep) -> None:
    stage(step, ["A-1"])
    assert numbers(step.read().within(KeyRange())) == [["A-1"]]
