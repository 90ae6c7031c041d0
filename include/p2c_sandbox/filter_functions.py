"""Functions of a `$filter`: the string functions of OData and Dataverse's own query functions.

Source: Microsoft docs: Filter rows using OData; Web API Query Function Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from p2c_sandbox.expressions import Condition, Constant, Expression, Negation, Path, comparable, wildcard_pattern
from p2c_sandbox.literals import Kind, QueryError, shortened
from p2c_sandbox.query_scope import Scope

Arguments = Sequence[tuple[str, Expression]]

DATAVERSE_PREFIX = "Microsoft.Dynamics.CRM."
_WILDCARDS: Mapping[str, str] = {"%": ".*", "_": "."}
_STRING_PATTERNS: Mapping[str, str] = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}
_SPANS: Mapping[str, timedelta] = {
    "Minutes": timedelta(minutes=1),
    "Hours": timedelta(hours=1),
    "Days": timedelta(days=1),
    "Weeks": timedelta(weeks=1),
}
_DAYS: Mapping[str, int] = {"Yesterday": -1, "Today": 0, "Tomorrow": 1}


def call(name: str, arguments: Arguments, scope: Scope) -> Expression:
    """A function call as an expression. QueryError if the function or its arguments are not known."""
    if scope.dialect == "dataverse" and name.startswith(DATAVERSE_PREFIX):
        return _dataverse(name.removeprefix(DATAVERSE_PREFIX), dict(arguments), scope)
    if scope.dialect == "dataverse" and name in _STRING_PATTERNS:
        return _string(name, arguments)
    raise QueryError(f"An unknown function with name '{shortened(name)}' was found; it is not supported in $filter.")


def _string(name: str, arguments: Arguments) -> Expression:
    operands = [operand for _, operand in arguments]
    if [operand.kind for operand in operands] != ["string", "string"] or not isinstance(operands[1], Constant):
        raise QueryError(f"The function '{name}' takes a string property and a string literal.")
    pattern = wildcard_pattern(_STRING_PATTERNS[name].format(operands[1].value), _WILDCARDS)
    return Condition(operands[0], lambda value: pattern.fullmatch(value) is not None)


def _dataverse(name: str, arguments: Mapping[str, Expression], scope: Scope) -> Expression:
    path = _property(name, arguments, scope)
    if name.startswith("Not") and name.removeprefix("Not") in _TESTS:
        return Negation(_dataverse(name.removeprefix("Not"), arguments, scope))
    if name in _TESTS:
        return Condition(path, _TESTS[name](_values(name, path.kind, arguments)))
    span = _span(name, arguments, scope.now().astimezone(UTC))
    if span is None or path.kind != "datetime":
        raise QueryError(f"The function '{DATAVERSE_PREFIX}{shortened(name)}' is not supported on '{path.names[-1]}'.")
    start, end = span
    return Condition(path, lambda value: start <= value < end)


def _property(name: str, arguments: Mapping[str, Expression], scope: Scope) -> Path:
    named = arguments.get("PropertyName")
    if not isinstance(named, Constant) or not isinstance(named.value, str):
        raise QueryError(f"The function '{DATAVERSE_PREFIX}{shortened(name)}' needs PropertyName='<column>'.")
    return scope.path(named.value.split("/"))


def _values(name: str, kind: Kind, arguments: Mapping[str, Expression]) -> list[Any]:
    given = arguments.get("PropertyValues") or arguments.get("PropertyValue")
    if not isinstance(given, Constant):
        raise QueryError(f"The function '{DATAVERSE_PREFIX}{name}' needs PropertyValues=[...] or PropertyValue=...")
    values = given.value if given.kind == "array" else [given.value]
    return [_converted(value, kind) for value in values]


def _converted(value: Any, kind: Kind) -> Any:
    """Values of these functions are written as strings whatever the column's type."""
    try:
        if kind == "number":
            return Decimal(str(value))
        if kind == "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]
        return comparable(str(value), kind)
    except (LookupError, ValueError, InvalidOperation):
        raise QueryError(f"The value '{shortened(str(value))}' does not suit a column of kind {kind}.") from None


def _in(values: list[Any]) -> Callable[[Any], bool]:
    wanted = set(values)
    return lambda value: value in wanted


def _between(values: list[Any]) -> Callable[[Any], bool]:
    if len(values) != 2:
        raise QueryError(f"The function '{DATAVERSE_PREFIX}Between' needs two values.")
    low, high = values
    return lambda value: bool(low <= value <= high)


def _day(values: list[Any]) -> datetime:
    if len(values) != 1 or not isinstance(values[0], datetime):
        raise QueryError("The functions On, OnOrAfter and OnOrBefore need one date and a date column.")
    return _midnight(values[0])


def _on(values: list[Any]) -> Callable[[Any], bool]:
    day = _day(values)
    return lambda value: _midnight(value) == day


def _on_or_after(values: list[Any]) -> Callable[[Any], bool]:
    day = _day(values)
    return lambda value: _midnight(value) >= day


def _on_or_before(values: list[Any]) -> Callable[[Any], bool]:
    day = _day(values)
    return lambda value: _midnight(value) <= day


_TESTS: Mapping[str, Callable[[list[Any]], Callable[[Any], bool]]] = {
    "In": _in,
    "Between": _between,
    "On": _on,
    "OnOrAfter": _on_or_after,
    "OnOrBefore": _on_or_before,
}


def _span(name: str, arguments: Mapping[str, Expression], now: datetime) -> tuple[datetime, datetime] | None:
    """The half-open span of a function of time, or None if it is not one known here."""
    if name in _DAYS:
        start = _midnight(now) + timedelta(days=_DAYS[name])
        return start, start + timedelta(days=1)
    for prefix in ("LastX", "NextX", "OlderThanX"):
        unit = _SPANS.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if unit is not None:
            return _relative(prefix, unit * _amount(name, arguments), now)
    return None


def _relative(prefix: str, distance: timedelta, now: datetime) -> tuple[datetime, datetime]:
    if prefix == "LastX":
        return now - distance, now
    if prefix == "NextX":
        return now, now + distance
    return datetime.min.replace(tzinfo=UTC), now - distance


def _amount(name: str, arguments: Mapping[str, Expression]) -> int:
    values = _values(name, "number", arguments)
    value = values[0] if len(values) == 1 else Decimal(0)
    if not 0 < value <= 10_000 or value != int(value):
        raise QueryError(f"The function '{DATAVERSE_PREFIX}{name}' needs a whole number from 1 to 10,000.")
    return int(value)


def _midnight(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
