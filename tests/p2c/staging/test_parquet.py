from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from fixtures.staging import part
from upath import UPath

from p2c.errors import StagingError
from p2c.staging.parquet import read_file, write_file

NAME = "000000-rows.parquet"


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_rows_are_read_back_as_they_were(base: UPath) -> None:
    rows = pa.table(
        {"key": ["A-1", None, "", "\U0001f600"], "amount": [Decimal("0.1000"), None, Decimal(0), Decimal(1)]}
    )
    base.mkdir(parents=True, exist_ok=True)

    file = write_file(base, NAME, rows)

    assert read_file(base, file, "extract").equals(rows)
    assert (file.path, file.rows) == (NAME, 4)


def test_the_same_rows_make_the_same_file(tmp_path: Path) -> None:
    first = write_file(UPath(tmp_path), "first.parquet", part("A-1")["rows"])
    second = write_file(UPath(tmp_path), "second.parquet", part("A-1")["rows"])

    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    ("damage", "words"),
    [(alter, "altered"), (cut, "cut short"), (Path.unlink, "missing")],
    ids=["altered", "cut", "missing"],
)
def test_a_damaged_file_is_refused_naming_it_and_the_step_to_clear(
    tmp_path: Path, damage: Callable[[Path], object], words: str
) -> None:
    file = write_file(UPath(tmp_path), NAME, part("A-1")["rows"])
    damage(tmp_path / NAME)

    with pytest.raises(StagingError, match=rf"{NAME} is {words}\. Clear the step extract and those after it"):
        read_file(UPath(tmp_path), file, "extract")
