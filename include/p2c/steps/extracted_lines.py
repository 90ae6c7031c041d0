"""The lines of source rows: read with their headers, staged in the same part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from p2c.flow import Lines
from p2c.steps.derived import ReferencingSystem

#: The table of a staged source set that holds the lines of its rows.
LINES = "lines"

Row = Mapping[str, str | None]


class SourceLines:
    """Reads the lines of a flow's rows; a line's modification time does not count, its header's does."""

    def __init__(self, lines: Lines, system: ReferencingSystem) -> None:
        self._lines = lines
        self._system = system
        self.schema = pa.schema([(name, pa.string()) for name in lines.source_fields()])

    def of(self, header_ids: Sequence[str]) -> pa.Table:
        """All lines of these headers, as read, each once."""
        source, names = self._lines.flow.source, self.schema.names
        found: dict[str | None, Row] = {}
        for page in self._system.rows_by_lookup(source.entity_set, self._lines.lookup, header_ids, names):
            found |= {row[source.id]: row for row in page.rows}
        columns = [pa.array([row[name] for row in found.values()], pa.string()) for name in names]
        return pa.Table.from_arrays(columns, schema=self.schema)
