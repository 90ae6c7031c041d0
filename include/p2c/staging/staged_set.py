"""A whole staged set, read a part at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from p2c.staging.parquet import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from upath import UPath

    from p2c.staging.manifest import Manifest


@dataclass(frozen=True)
class StagedSet:
    """The output of one step. Only one part is held in memory at a time."""

    folder: UPath
    manifest: Manifest

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the step wrote beside its rows."""
        return self.manifest.metadata

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows by table."""
        return self.manifest.rows

    @property
    def checksum(self) -> str:
        """Digest of the rows, the same for every try that staged the same parts."""
        return self.manifest.checksum

    def parts(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The parts of ``table`` in order, so that tables can be zipped: a part without rows of it is an empty table.

        Of the others ``columns`` are read, all where none are named.

        Raises StagingError naming a file that is missing, cut short or altered.
        """
        schema = self.manifest.schema(table)
        for part in self.manifest.parts:
            file = part.files.get(table)
            yield read_file(self.folder, file, self.manifest.step, columns) if file else schema.empty_table()
