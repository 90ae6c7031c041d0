"""A whole staged set, read a part at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from p2c.errors import StagingError
from p2c.staging.manifest import row_counts
from p2c.staging.parquet import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from upath import UPath

    from p2c.key_range import KeyRange
    from p2c.staging.manifest import Manifest

#: Of a set that holds several key ranges: how many, in its metadata.
KEY_RANGES = "key_ranges"


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

    @property
    def key_ranges(self) -> int:
        """How many key ranges it holds."""
        return int(self.metadata.get(KEY_RANGES, 1))

    def places(self, key_range: KeyRange) -> list[int]:
        """Where the parts of a key range stand among all; raises StagingError for a range of another division."""
        if key_range.of != self.key_ranges:
            raise StagingError(
                f"{self.folder} was staged in {self.key_ranges} key ranges, and there are {key_range.of} now: clear "
                "extract, so that the run is split anew."
            )
        return [place for place, part in enumerate(self.manifest.parts) if part.key_range == key_range.number]

    def within(self, key_range: KeyRange) -> StagedSet:
        """The parts of a key range as a set of their own; raises StagingError for a range of another division."""
        parts = [self.manifest.parts[place] for place in self.places(key_range)]
        rows = row_counts(self.rows, parts)
        return StagedSet(self.folder, msgspec.structs.replace(self.manifest, parts=parts, rows=rows))

    def parts(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The parts of ``table`` in order, so that tables can be zipped: a part without rows of it is an empty table.

        Of the others ``columns`` are read, all where none are named.

        Raises StagingError naming a file that is missing, cut short or altered.
        """
        schema = self.manifest.schema(table)
        for part in self.manifest.parts:
            file = part.files.get(table)
            yield read_file(self.folder, file, self.manifest.step, columns) if file else schema.empty_table()
