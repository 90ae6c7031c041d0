"""Numbers of lines that the source leaves blank or repeats; each line keeps the number it was sent under."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from p2c.cds import CdsStore
from p2c.flow import Lines
from p2c.steps.extracted_lines import Row


def numbered(rows: pd.DataFrame, lines: Lines, cds: CdsStore, organization: str) -> pd.DataFrame:
    """The source rows of lines with the numbers that the flow's numbering gives them, header by header.

    What a line was sent under before is its number in the CDS.
    """
    if lines.numbering is None or rows.empty:
        return rows
    source = lines.flow.source
    numbers: dict[str, str] = {}
    kept = _kept(lines, cds, organization, rows[source.id].tolist())
    plain = rows.astype(object).where(rows.notna(), None)
    for _, of_header in plain.groupby(lines.lookup, sort=False):
        own: list[Row] = [{str(name): value for name, value in row.items()} for row in of_header.to_dict("records")]
        of_lines = {str(row[source.id]): kept[str(row[source.id])] for row in own if str(row[source.id]) in kept}
        numbers |= lines.numbering.function(own, of_lines)
    column = [numbers.get(line_id, number) for line_id, number in zip(rows[source.id], plain[source.key], strict=True)]
    return rows.assign(**{source.key: pd.Series(column, rows.index, dtype=rows[source.key].dtype)})


def _kept(lines: Lines, cds: CdsStore, organization: str, line_ids: list[str]) -> Mapping[str, str]:
    entity = lines.flow.cds
    stored = cds.get(entity, lines.flow.name, organization, line_ids)
    return {
        line_id: str(row.values[entity.key]) for line_id, row in stored.items() if row.values[entity.key] is not None
    }
