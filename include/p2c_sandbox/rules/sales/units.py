"""Rules of unit groups and units: a unit belongs to one group, in which its name is unique."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from p2c_sandbox.rules import Context, Ignored
from p2c_sandbox.rules.sales.lookups import SYSTEM, linked, lookup, rows_with
from p2c_sandbox.rules.sales.violations import (
    DUPLICATE_RECORD,
    INVALID_VALUE,
    MISSING_VALUE,
    UNIT_GROUP_WITHOUT_BASE_UNIT,
    refuse,
)

GROUP, BASE = "_uomscheduleid_value", "_baseuom_value"


class UnitGroups:
    """Rules of uomschedules. A new group brings its primary unit with it."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        if not values.get("baseuomname"):
            refuse(UNIT_GROUP_WITHOUT_BASE_UNIT, "baseuomname not specified", "baseuomname")

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        return Ignored()

    def written(self, context: Context, row: Mapping[str, Any]) -> None:
        """Add the primary unit of a group that has none yet."""
        group, name = str(row["uomscheduleid"]), str(row["baseuomname"])
        if next(rows_with(context, "uoms", GROUP, group), None) is not None:
            return
        unit = str(uuid5(NAMESPACE_URL, f"{group}/{name}"))
        values = {"uomid": unit, "name": name, "quantity": 1, "isschedulebaseuom": True}
        values |= lookup(GROUP, group, "uomschedule")
        context.transaction.insert(SYSTEM, "uoms", unit, values)


class Units:
    """Rules of uoms."""

    def create(self, context: Context, values: dict[str, Any]) -> None:
        values["isschedulebaseuom"] = bool(values.get("isschedulebaseuom"))
        _check(context, values, None)

    def update(self, context: Context, current: Mapping[str, Any], changes: dict[str, Any]) -> Ignored:
        if GROUP in changes and changes[GROUP] != current.get(GROUP):
            refuse(INVALID_VALUE, "A unit cannot be moved to another unit group.", GROUP)
        _check(context, {**current, **changes}, str(current["uomid"]))
        return Ignored()


def belongs(context: Context, unit: str | None, group: str | None) -> bool:
    """Whether a unit is one of a group."""
    row = linked(context, "uoms", {"unit": unit}, "unit")
    return row is not None and row.values.get(GROUP) == group


def _check(context: Context, values: Mapping[str, Any], own: str | None) -> None:
    group, base = values.get(GROUP), values.get(BASE)
    if group is None:
        refuse(MISSING_VALUE, "The unit group of the unit is missing.", GROUP)
    if base is not None and not belongs(context, base, group):
        refuse(INVALID_VALUE, "The base unit belongs to another unit group.", BASE)
    name = str(values.get("name", "")).casefold()
    others = (row for row in rows_with(context, "uoms", GROUP, group) if row.key != own)
    if any(str(row.values.get("name")).casefold() == name for row in others):
        refuse(DUPLICATE_RECORD, f"The unit group has a unit '{values['name']}' already.", "name")
