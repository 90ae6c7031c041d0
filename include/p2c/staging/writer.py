"""Writing a staged set, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import msgspec

from p2c.staging import storage
from p2c.staging.manifest import Manifest, PartRecord, StagedPart, encode, encoded_schemas, row_counts
from p2c.staging.parquet import read_file, write_file
from p2c.staging.path_part import path_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from upath import UPath

    from p2c.staging.resume import Resumed

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Progress:
    """How far a set has come: parts, rows by table, and the state stored with the last part."""

    parts: int
    rows: Mapping[str, int]
    state: Any


class StagedWriter:
    """Writes the parts of one try under its own name; ``commit`` makes the set visible."""

    def __init__(
        self, folder: UPath, step: str, tables: Mapping[str, pa.Schema], *, attempt: str, basis: str, resumed: Resumed
    ) -> None:
        self._folder = folder
        self._step = step
        self._tables = dict(tables)
        self._attempt = _unused(folder, path_part(attempt))
        self._basis = basis
        self._parts = list(resumed.parts)
        self._previous = resumed.record
        self._state = resumed.state
        storage.create_folder(folder / self._attempt)

    @property
    def progress(self) -> Progress:
        """What is written so far, the parts taken over from an earlier try included."""
        return Progress(len(self._parts), row_counts(self._tables, self._parts), self._state)

    def write(self, part: Mapping[str, pa.Table], *, state: Any = None, key_range: int = 1) -> None:
        """Write one part: rows by table. ``state`` (JSON) is what a later try needs to go on behind it.

        Raises ConfigurationError where the folder cannot be written, and KeyError for an undeclared table.
        """
        number = len(self._parts)
        files = {
            table: write_file(self._folder, f"{self._attempt}/{number:06}-{path_part(table)}.parquet", rows)
            for table, rows in self._conformed(part)
        }
        self._parts.append(StagedPart(files, key_range))
        self._state = state
        record = PartRecord(self._parts[-1], self._basis, self._previous, state)
        self._previous = f"{self._attempt}/{number:06}.json"
        storage.write(self._folder / self._previous, msgspec.json.encode(record))

    def _conformed(self, part: Mapping[str, pa.Table]) -> Iterator[tuple[str, pa.Table]]:
        for table, rows in part.items():
            schema = self._tables[table]
            if rows.num_rows:
                yield table, rows.select(schema.names).cast(schema)

    def parts(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Read back what is written so far of ``table``, or these columns, a part at a time; raises StagingError."""
        for part in tuple(self._parts):
            if table in part.files:
                yield read_file(self._folder, part.files[table], self._step, columns)

    def commit(self, metadata: Mapping[str, Any]) -> Manifest:
        """Write the manifest, which makes the set visible and replaces an earlier one."""
        manifest = Manifest(
            step=self._step,
            attempt=self._attempt,
            schemas=encoded_schemas(self._tables),
            rows=row_counts(self._tables, self._parts),
            parts=self._parts,
            metadata=dict(metadata),
        )
        storage.publish(self._folder / MANIFEST, encode(manifest), writer=self._attempt)
        return manifest


def _unused(folder: UPath, attempt: str) -> str:
    """A folder of its own for each writer, also where one try begins anew: records of two never form one chain."""
    names = chain([attempt], (f"{attempt}~{number}" for number in count(2)))
    return next(name for name in names if not storage.entries(folder / name))
