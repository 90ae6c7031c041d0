from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from upath import UPath

from p2c.staging import StagedSet, Staging
from p2c.steps.newest import Newest
from p2c.validation.scope import ABSENT, DELETED, GONE

ROWS = pa.schema([(name, pa.string()) for name in ("id", "key", "version", DELETED)])


def staged(folder: Path, *parts: list[tuple[str | None, ...]]) -> StagedSet:
    step = Staging(UPath(folder)).step("accounts", "run", "usmf", "accounts", "extract")
    writer = step.writer({"rows": ROWS}, attempt="1")
    for part in parts:
        rows = [dict(zip(ROWS.names, row, strict=False)) for row in part]
        writer.write({"rows": pa.Table.from_pylist(rows, schema=ROWS)})
    writer.commit({})
    return step.read()


def test_of_a_row_read_twice_the_newest_version_counts(tmp_path: Path) -> None:
    newest = Newest(staged(tmp_path, [("a", "1", "7"), ("b", "2", "3")], [("a", "1", "9")]), "id", "key", "version")
    assert [newest.counts("a", 0, 0), newest.counts("a", 1, 0), newest.counts("b", 0, 1)] == [False, True, True]
    assert (newest.version("a", 7), newest.version("b", 3)) == (9, 3)


def test_of_equal_copies_the_first_counts(tmp_path: Path) -> None:
    newest = Newest(staged(tmp_path, [("a", "1", "7"), ("a", "1", "7")]), "id", "key", "version")
    assert [newest.counts("a", 0, 0), newest.counts("a", 0, 1)] == [True, False]


def test_keys_are_shared_as_they_compare(tmp_path: Path) -> None:
    newest = Newest(
        staged(tmp_path, [("a", "us-1", "7")], [("b", " US-1", "7"), ("c", None, "7")]), "id", "key", "version"
    )
    assert newest.keys.among(["us-1", ""]).tolist() == [True, False]


def test_it_knows_the_ids_read(tmp_path: Path) -> None:
    newest = Newest(staged(tmp_path, [("a", "1", "7")]), "id", "key", "version")
    assert "a" in newest.ids
    assert "b" not in newest.ids


def test_it_knows_the_ids_that_the_source_has_no_more(tmp_path: Path) -> None:
    rows = [("a", "1", "7"), ("b", "1", "0", GONE), ("c", "2", "0", ABSENT)]
    assert Newest(staged(tmp_path, rows), "id", "key", "version").gone == {"b"}
