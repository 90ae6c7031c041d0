"""Numbers of lines that the source leaves blank or repeats; each line keeps the number it was sent under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    plain = _plain(rows)
    for own in _by_header(plain, lines.lookup):
        of_lines = {str(row[source.id]): kept[str(row[source.id])] for row in own if str(row[source.id]) in kept}
        numbers |= lines.numbering.function(own, of_lines)
    column = [numbers.get(str(row[source.id]), row[source.key]) for row in plain]
    return rows.assign(**{source.key: pd.Series(column, rows.index, dtype=rows[source.key].dtype)})


def _plain(rows: pd.DataFrame) -> list[Row]:
    """The rows with None where they have no value; column at a time: row by row takes pandas many times as long."""
    columns = [column.astype(object).where(column.notna(), None).tolist() for _, column in rows.items()]
    names = [str(name) for name in rows.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _by_header(rows: Iterable[Row], lookup: str) -> Iterable[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if (header := row[lookup]) is not None:
            found.setdefault(header, []).append(row)
    return found.values()


def _kept(lines: Lines, cds: CdsStore, organization: str, line_ids: list[str]) -> Mapping[str, str]:
    entity = lines.flow.cds
    stored = cds.get(entity, lines.flow.name, organization, line_ids)
    return {
        line_id: str(row.values[entity.key]) for line_id, row in stored.items() if row.values[entity.key] is not None
    }
