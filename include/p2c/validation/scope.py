"""Which rows belong to a flow and an organization.

Judged here, not in the request: a filter in the request never shows what left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from p2c.flow import Condition, Flow
from p2c.ledger import Reason
from p2c.ledger.records import NOT_SELECTED
from p2c.site_settings import Organization

#: The column of a staged source set that says of a row which the source lacks what that means: one of the codes below.
DELETED = "p2c:deleted"
#: The column that names the organization which owns a row in this one's place.
OWNER = "p2c:owner"

#: The reasons of a row that is gone, that one whole read lacks, that lacks beside too many others, that another owns.
GONE = "deleted_in_source"
ABSENT = "absent"
TOO_MANY_ABSENT = "too_many_absent"
OWNED_ELSEWHERE = "owned_elsewhere"
#: Reasons for which nothing is done to the row at the destination.
LEFT_ALONE = frozenset({ABSENT, TOO_MANY_ABSENT, OWNED_ELSEWHERE})

_LACKING = {
    GONE: "The row no longer exists in the source.",
    ABSENT: "This read of the source lacks it; it counts as gone when the next whole read lacks it too.",
    TOO_MANY_ABSENT: (
        "The source lacks it, and too large a share of the rows sent beside it ([flows.<flow>] absent_share in "
        "site.toml): nothing is done to it. See whether the connection's user still reads all of them."
    ),
}


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
        return cls(
            flow.source.business_units,
            organization.selection(flow),
            flow.scope,
            None if selected is None else frozenset(selected),
            units,
        )

    def judge(self, rows: pd.DataFrame, sent: Sequence[bool] = ()) -> list[Reason | None]:
        """For each row why it is out of scope, or None; ``sent`` says of each whether an earlier version was sent."""
        names = [*(name for name in (DELETED, OWNER) if name in rows), *self.fields()]
        was_sent = np.array(sent or [False] * len(rows), dtype=bool)
        kinds, firsts = _alike(was_sent, (self._telling(rows[name]) for name in names))
        judged = zip(plain_rows(rows.iloc[firsts], names), was_sent[firsts].tolist(), strict=True)
        reasons = [self._judge(row, sent=sent_before) for row, sent_before in judged]
        return [reasons[kind] for kind in kinds.tolist()]

    @property
    def depends_on_sending(self) -> bool:
        """Whether it counts for a condition if an earlier version was sent."""
        return any(condition.unless_sent for condition in self.conditions)

    def fields(self) -> tuple[str, ...]:
        """The source fields that decide."""
        conditions = (*self.selection, *self.conditions)
        return tuple(dict.fromkeys([*self.business_units, *(name for rule in conditions for name in rule.fields)]))

    def _telling(self, column: pd.Series) -> pd.Series:
        """A column as far as it decides: of one that only has to be filled, whether it is."""
        conditions = (*self.selection, *self.conditions)
        named = {condition.field for condition in conditions if condition.values or condition.unless_sent}
        if column.name in {DELETED, OWNER, *self.business_units, *named}:
            return column
        given = column.notna() & (column != "")
        return given.astype(int) + (given & (column.astype("str").str.strip() != "")).astype(int)

    def _judge(self, row: Mapping[str, str | None], *, sent: bool) -> Reason | None:
        if owner := row.get(OWNER):
            text = f"{owner} owns it: of the organizations that have it, the first of owning_organizations writes it."
            return Reason(OWNED_ELSEWHERE, text, value=owner)
        if lacking := row.get(DELETED):
            return Reason(lacking, _LACKING[lacking])
        return self._not_selected(row) or failed(self.conditions, row, sent=sent)

    def _not_selected(self, row: Mapping[str, str | None]) -> Reason | None:
        if self.units is not None and self.business_units:
            field = next((name for name in self.business_units if row[name]), self.business_units[-1])
            unit = row[field] or ""
            if unit not in self.units:
                name = self.unit_names.get(unit, unit)
                return Reason(NOT_SELECTED, f"It belongs to business unit {name!r}.", field, name)
        for condition in self.selection:
            value = (row[condition.field] or "").strip()
            if condition.asks(row) and not condition.holds(value):
                return Reason(NOT_SELECTED, f"Not selected: {condition.reason}.", condition.field, value)
        return None


def failed(conditions: Sequence[Condition], row: Mapping[str, str | None], *, sent: bool = False) -> Reason | None:
    """The first condition that a row does not meet, as a reason, or None."""
    for condition in conditions:
        value = (row[condition.field] or "").strip()
        if not condition.asks(row) or condition.holds(value) or (value in condition.unless_sent and not sent):
            continue
        why = f"{condition.reason}; it was sent before" if value in condition.unless_sent else condition.reason
        return Reason("out_of_scope", f"Out of scope: {why}.", condition.field, value)
    return None


def _alike(first: np.ndarray, others: Iterable[pd.Series]) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its kind, rows with the same values being of one, and the first row of each kind."""
    kinds = first.astype(np.int64)
    for column in others:
        codes, values = pd.factorize(column)
        kinds = pd.factorize(kinds * (len(values) + 1) + codes)[0]
    _, firsts, kinds = np.unique(kinds, return_index=True, return_inverse=True)
    return kinds, firsts


def plain_rows(rows: pd.DataFrame, fields: Iterable[str]) -> Iterator[dict[str, str | None]]:
    """Some fields of source rows, row by row."""
    columns = {name: rows[name].astype(object).where(rows[name].notna(), None).tolist() for name in fields}
    return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
