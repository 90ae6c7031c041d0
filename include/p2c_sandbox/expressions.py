"""Expressions of a `$filter` once read: each node evaluates itself on a row, with the comparison rules of the database.

Strings are compared without case and without trailing blanks, null is equal to null only, and nothing is greater or
less than null.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from p2c_metadata import Property
from p2c_sandbox.literals import Kind, moment

RowValues = Mapping[str, Any]
"""A row as the wire shows it. A single-valued navigation property, if asked for, is a mapping or None."""

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "divby": operator.truediv,
    "mod": operator.mod,
}
_KINDS: Mapping[str, Kind] = {
    "Edm.String": "string",
    "Edm.Guid": "guid",
    "Edm.Boolean": "boolean",
    "Edm.DateTimeOffset": "datetime",
    "Edm.Date": "datetime",
    "Edm.Int16": "number",
    "Edm.Int32": "number",
    "Edm.Int64": "number",
    "Edm.Decimal": "number",
    "Edm.Double": "number",
}


class Expression(Protocol):
    """A node: what kind of value it has, and that value on a row."""

    @property
    def kind(self) -> Kind: ...

    def evaluate(self, row: RowValues) -> Any: ...


def kind_of(declared: Property) -> Kind:
    """The kind of a property's values."""
    return "enum" if declared.enum else _KINDS.get(declared.type, "string")


def comparable(value: Any, kind: Kind) -> Any:
    """A value of the wire as it is compared and sorted."""
    if value is None:
        return None
    if kind == "string":
        return str(value).rstrip().casefold()
    if kind == "datetime":
        return moment(value) if isinstance(value, str) else value
    if kind == "guid":
        return str(value).lower()
    return value


@dataclass(frozen=True)
class Constant:
    """A literal."""

    value: Any
    kind: Kind

    def evaluate(self, row: RowValues) -> Any:
        return self.value


@dataclass(frozen=True)
class Path:
    """A property, or one reached through single-valued navigation properties."""

    names: tuple[str, ...]
    kind: Kind

    def evaluate(self, row: RowValues) -> Any:
        value: Any = row
        for name in self.names:
            try:
                value = value[name]
            except KeyError:
                return None
            if value is None:
                return None
        return comparable(value, self.kind)


@dataclass(frozen=True)
class Comparison:
    """`left eq right` and its like."""

    name: str
    left: Expression
    right: Expression
    kind: Kind = "boolean"

    def evaluate(self, row: RowValues) -> bool:
        left, right = self.left.evaluate(row), self.right.evaluate(row)
        if self.name in ("eq", "ne"):
            return (left == right) is (self.name == "eq")
        return left is not None and right is not None and _COMPARISONS[self.name](left, right)


@dataclass(frozen=True)
class Wildcard:
    """Equality with a literal that holds `*`: F&O reads it as 'any characters' (Microsoft docs: OData)."""

    operand: Expression
    pattern: re.Pattern[str]
    negated: bool
    kind: Kind = "boolean"

    def evaluate(self, row: RowValues) -> bool:
        return bool(self.pattern.fullmatch(self.operand.evaluate(row) or "")) is not self.negated


@dataclass(frozen=True)
class Conjunction:
    """`and` (`every`) or `or` of its parts."""

    parts: tuple[Expression, ...]
    every: bool
    kind: Kind = "boolean"

    def evaluate(self, row: RowValues) -> bool:
        values = (bool(part.evaluate(row)) for part in self.parts)
        return all(values) if self.every else any(values)


@dataclass(frozen=True)
class Negation:
    """`not`."""

    operand: Expression
    kind: Kind = "boolean"

    def evaluate(self, row: RowValues) -> bool:
        return not self.operand.evaluate(row)


@dataclass(frozen=True)
class Arithmetic:
    """`left add right` and its like; null gives null, and so does what cannot be computed."""

    name: str
    left: Expression
    right: Expression
    kind: Kind = "number"

    def evaluate(self, row: RowValues) -> Any:
        left, right = self.left.evaluate(row), self.right.evaluate(row)
        if left is None or right is None:
            return None
        try:
            return _ARITHMETIC[self.name](Decimal(left), Decimal(right))
        except ArithmeticError:
            return None


@dataclass(frozen=True)
class Condition:
    """A function of one operand that says yes or no; null is a no."""

    operand: Expression
    test: Callable[[Any], bool]
    kind: Kind = "boolean"

    def evaluate(self, row: RowValues) -> bool:
        value = self.operand.evaluate(row)
        return value is not None and self.test(value)


def wildcard_pattern(text: str, wildcards: Mapping[str, str]) -> re.Pattern[str]:
    """`text` as a pattern in which each wildcard character stands for its regular expression."""
    return re.compile("".join(wildcards.get(char) or re.escape(char) for char in text.casefold()), re.DOTALL)
