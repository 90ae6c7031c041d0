"""Whether what one field holds fits another: type, length, decimal places, and single values."""

from __future__ import annotations

from p2c.contract import FieldContract, Kind, UnfitValueError, stored_length
from p2c.errors import unknown

#: What each kind of field takes besides its own kind. Text takes all; an enumeration takes nothing without a value map.
TAKES: dict[Kind, frozenset[Kind]] = {
    "text": frozenset({"integer", "decimal", "boolean", "datetime", "date", "enum"}),
    "integer": frozenset(),
    "decimal": frozenset({"integer"}),
    "boolean": frozenset(),
    "datetime": frozenset({"date"}),
    "date": frozenset({"datetime"}),
    "enum": frozenset(),
}


def type_misfit(source: FieldContract, target: FieldContract) -> str | None:
    """Why the values of one field cannot go to another as they are, or None."""
    if source.kind == target.kind != "enum" or source.kind in TAKES[target.kind]:
        return None
    if target.kind == "boolean" and source.members and {member.lower() for member in source.members} == {"yes", "no"}:
        return None
    if source.kind == target.kind and set(source.members) <= set(target.members):
        return None
    return (
        f"{source.name} is {source.kind}, {target.name} is {target.kind}; "
        f"{target.name} takes {', '.join(sorted({target.kind, *TAKES[target.kind]}))}, or a value map has to translate."
    )


def size_misfit(source: FieldContract, target: FieldContract) -> str | None:
    """Why some values of one field do not fit another, or None."""
    if target.kind == "text" and source.length and target.length and source.length > target.length:
        return (
            f"Up to {source.length} characters come, {target.name} holds {target.length}: longer values are rejected."
        )
    if target.kind == source.kind == "decimal" and source.scale > target.scale:
        return f"{source.name} has {source.scale} decimal places, {target.name} {target.scale}: values are rounded."
    return None


def value_misfit(value: str, target: FieldContract) -> str | None:
    """Why a field cannot hold a value, or None."""
    if target.kind == "enum" and value not in target.members:
        return unknown(f"value of {target.name}", value, target.members)
    try:
        parsed = target.parse(value)
    except UnfitValueError as error:
        return f"{target.name}: {value!r} {error}."
    if target.length and isinstance(parsed, str) and stored_length(parsed) > target.length:
        return f"{target.name} holds {target.length} characters, {value!r} has {stored_length(parsed)}."
    return None
