"""OData query options of both systems: read, checked against the metadata, and applied to rows.

`$filter`, `$orderby`, `$select`, `$expand`, `$top`, `$skip`, `$count`. Whatever cannot be read is a QueryError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from p2c_sandbox.expressions import Comparison, Conjunction, Constant, Expression, Path, RowValues
from p2c_sandbox.filter_parser import parse_expression
from p2c_sandbox.literals import QueryError, shortened
from p2c_sandbox.query_scope import Dialect, Scope

__all__ = [
    "Dialect",
    "Expand",
    "Filter",
    "OrderBy",
    "QueryError",
    "Scope",
    "ordered",
    "parse_count",
    "parse_expand",
    "parse_filter",
    "parse_number",
    "parse_orderby",
    "parse_select",
]

EXPAND_OPTIONS = frozenset({"$select", "$filter", "$orderby", "$top", "$expand"})
MAXIMUM_EXPANDS = 15
Item = TypeVar("Item")
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(seconds=1)
MAXIMUM_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Filter:
    """A `$filter`: call it with a row's values."""

    expression: Expression

    def __call__(self, row: RowValues) -> bool:
        return bool(self.expression.evaluate(row))

    def equality(self) -> tuple[str, str] | None:
        """A property of the row itself and the text or id that it must have in every accepted row, if any is asked."""
        demands = ((path, value) for path, word, value in self._demands() if word == "eq" and "/" not in path)
        return next(((path, value) for path, value in demands if isinstance(value, str)), None)

    def span(self, name: str) -> tuple[datetime | None, datetime | None]:
        """Bounds [from, before) around the values of a time property that are accepted, wider by a second at most."""
        low, high = None, None
        for path, word, value in self._demands():
            if path == name and isinstance(value, datetime):
                if word in ("ge", "gt", "eq"):
                    low = max(low or value, value)
                if word in ("le", "lt", "eq"):
                    end = value if word == "lt" else min(value, _LATEST) + timedelta(seconds=1)
                    high = min(high or end, end)
        return low, high

    def _demands(self) -> Iterator[tuple[str, str, Any]]:
        """Comparisons of a property with a literal that all must hold."""
        whole = self.expression
        parts = whole.parts if isinstance(whole, Conjunction) and whole.every else (whole,)
        for part in parts:
            if isinstance(part, Comparison) and isinstance(part.left, Path) and isinstance(part.right, Constant):
                yield "/".join(part.left.names), part.name, part.right.value


@dataclass(frozen=True)
class OrderBy:
    """One term of `$orderby`. A null sorts before every value, as in SQL Server."""

    path: Path
    descending: bool

    def sort_key(self, row: RowValues) -> tuple[bool, Any]:
        """What rows are sorted by for this term."""
        value = self.path.evaluate(row)
        return value is not None, value


@dataclass(frozen=True)
class Expand:
    """One navigation property of `$expand`, with the options written inside its parentheses."""

    navigation: str
    options: Mapping[str, str]


def parse_filter(text: str, scope: Scope) -> Filter:
    """Read a `$filter`."""
    return Filter(parse_expression(text, scope))


def parse_orderby(text: str, scope: Scope) -> tuple[OrderBy, ...]:
    """Read an `$orderby`."""
    return tuple(_order_term(term, scope) for term in _names(text, "$orderby"))


def ordered(rows: Iterable[Item], terms: Sequence[OrderBy], values: Callable[[Item], RowValues]) -> list[Item]:
    """Rows in the order asked for, by the `values` of each; rows that tie keep their order."""
    found = [(row, values(row)) for row in rows]
    for term in reversed(terms):
        found.sort(key=lambda pair, term=term: term.sort_key(pair[1]), reverse=term.descending)  # type: ignore[misc]
    return [row for row, _ in found]


def parse_select(text: str, scope: Scope) -> tuple[str, ...]:
    """Names of the properties asked for, `*` giving all. Navigation properties, which may be named, are left out."""
    names = _names(text, "$select")
    for name in names:
        if name != "*" and name not in scope.entity.properties and name not in scope.entity.navigation:
            raise QueryError(scope.unknown(name))
    if "*" in names:
        return tuple(scope.entity.properties)
    return tuple(dict.fromkeys(name for name in names if name in scope.entity.properties))


def parse_expand(text: str) -> tuple[Expand, ...]:
    """Read an `$expand`; its names and options are checked where it is applied."""
    expands = tuple(_expand(part) for part in _split(text, ","))
    if len(expands) > MAXIMUM_EXPANDS:
        raise QueryError(f"$expand names {len(expands)} navigation properties; {MAXIMUM_EXPANDS} are allowed.")
    return expands


def parse_number(name: str, text: str) -> int:
    """A whole number from 0 up, as `$top` and `$skip` take."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > MAXIMUM_NUMBER:
        raise QueryError(f"Invalid value '{shortened(text)}' for {name} query option found; it takes a number >= 0.")
    return int(text)


def parse_count(text: str) -> bool:
    """The value of `$count`."""
    if text.lower() not in ("true", "false"):
        raise QueryError(f"Invalid value '{shortened(text)}' for $count query option found; it takes true or false.")
    return text.lower() == "true"


def _order_term(term: str, scope: Scope) -> OrderBy:
    words = term.split()
    if len(words) > 2 or (len(words) == 2 and words[1] not in ("asc", "desc")):
        raise QueryError(f"Syntax error in $orderby term '{shortened(term)}'.")
    return OrderBy(scope.path(words[0].split("/")), descending=words[1:] == ["desc"])


def _names(text: str, option: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise QueryError(f"The value '{shortened(text)}' of {option} has an empty term.")
    return names


def _expand(part: str) -> Expand:
    name, found, rest = part.strip().partition("(")
    if not name.strip() or (found and not rest.endswith(")")):
        raise QueryError(f"Syntax error in $expand term '{shortened(part)}'.")
    options = dict(_option(option) for option in _split(rest[:-1], ";")) if found else {}
    return Expand(name.strip(), options)


def _option(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    if name not in EXPAND_OPTIONS:
        raise QueryError(f"The query option '{shortened(name)}' is not supported inside $expand.")
    return name, value


def _split(text: str, separator: str) -> list[str]:
    """`text` cut at each separator that stands outside parentheses and quotes."""
    parts, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == "'"
        depth += 0 if quoted else (char == "(") - (char == ")")
        if char == separator and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    if depth or quoted:
        raise QueryError(f"Parentheses or quotes do not match in '{shortened(text)}'.")
    return parts
