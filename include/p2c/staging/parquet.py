"""Tables as Parquet files of a staged set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from p2c.errors import StagingError
from p2c.staging import storage
from p2c.staging.manifest import StagedFile, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from upath import UPath


def write_file(folder: UPath, path: str, table: pa.Table) -> StagedFile:
    """Write ``table`` under ``path`` within ``folder``; raises ConfigurationError where it cannot be written."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    content = sink.getvalue().to_pybytes()
    storage.write(folder / path, content)
    return StagedFile(path, table.num_rows, len(content), digest(content))


def read_file(folder: UPath, file: StagedFile, step: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a file, or some columns of it, after proving that it is the one written; raises StagingError naming it."""
    content = storage.read(folder / file.path, step)
    if len(content) != file.size or digest(content) != file.sha256:
        state = "cut short" if len(content) < file.size else "altered"
        raise StagingError(f"{folder / file.path} is {state}. Clear the step {step} and those after it.")
    # in this thread alone: others give their memory back when they come to it, and gain nothing on one row group
    return pq.ParquetFile(pa.BufferReader(content)).read(columns and list(columns), use_threads=False)
