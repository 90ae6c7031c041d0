"""CDS columns that several flows share."""

from __future__ import annotations

from collections.abc import Iterable

from p2c.check.finding import Report
from p2c.flow import Flow


def check_columns(flows: Iterable[Flow], report: Report) -> None:
    """Flows of one CDS entity share its table: a column that two sites' fields add has to be of one type."""
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for flow in flows:
        for field in flow.cds.fields:
            column = (flow.cds.name, field.name.casefold())
            name, type_ = known.setdefault(column, (flow.name, field.type))
            if type_ != field.type:
                text = f"{field.name} is {type_} for {name} and {field.type} for {flow.name}; state one type for both."
                report.error(f"CDS {flow.cds.name}", text)
