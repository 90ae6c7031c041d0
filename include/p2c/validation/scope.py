"""Which rows belong to a flow and an organization.

Judged here, not in the request: a filter in the request never shows what left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from p2c.flow import Condition, Flow
from p2c.ledger import Reason
from p2c.ledger.records import NOT_SELECTED
from p2c.site_settings import Organization

#: The column of a staged source set that marks a row due which the source no longer has.
DELETED = "p2c:deleted"


@dataclass(frozen=True)
class Scope:
    """The conditions on a source row.

    Of the fields ``business_units`` the first filled one counts. ``units`` are the selected business units' ids, None
    for all of them. A row that fails the ``selection`` may be another organization's.
    """

    business_units: tuple[str, ...]
    selection: tuple[Condition, ...]
    conditions: tuple[Condition, ...]
    units: frozenset[str] | None
    unit_names: Mapping[str, str]

    @classmethod
    def of(cls, flow: Flow, organization: Organization, units: Mapping[str, str], selected: list[str] | None) -> Scope:
        """The scope of a flow in an organization; ``units`` names the business units of Sales by id."""
        chosen = tuple(
            Condition(choice.field, f"the organization selects {' or '.join(choice.values)}", choice.values)
            for choice in organization.selection(flow)
        )
        return cls(
            flow.source.business_units,
            chosen,
            flow.scope,
            None if selected is None else frozenset(selected),
            units,
        )

    def judge(self, rows: pd.DataFrame) -> list[Reason | None]:
        """For each row why it is out of scope, or None."""
        columns = {name: rows[name].astype(object).where(rows[name].notna(), None).tolist() for name in self._fields()}
        judged = zip(*columns.values(), strict=True)
        return [self._judge(dict(zip(columns, values, strict=True))) for values in judged]

    def _fields(self) -> Iterator[str]:
        yield DELETED
        yield from self.business_units
        yield from dict.fromkeys(condition.field for condition in (*self.selection, *self.conditions))

    def _judge(self, row: Mapping[str, str | None]) -> Reason | None:
        if row[DELETED]:
            return Reason("deleted_in_source", "The row no longer exists in the source.")
        field = next((name for name in self.business_units if row[name]), self.business_units[-1])
        unit = row[field] or ""
        if self.units is not None and unit not in self.units:
            name = self.unit_names.get(unit, unit)
            return Reason(NOT_SELECTED, f"It belongs to business unit {name!r}.", field, name)
        for condition in self.selection:
            value = (row[condition.field] or "").strip()
            if not condition.holds(value):
                return Reason(NOT_SELECTED, f"Not selected: {condition.reason}.", condition.field, value)
        for condition in self.conditions:
            value = (row[condition.field] or "").strip()
            if not condition.holds(value):
                return Reason("out_of_scope", f"Out of scope: {condition.reason}.", condition.field, value)
        return None
