"""Words and literals of OData URL expressions. Source: OASIS OData 4.0 ABNF, 'Names, identifiers and literals'."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["string", "number", "boolean", "datetime", "guid", "enum", "null", "array", "name", "symbol", "end"]
"""What a token or an operand is; dates count as moments at midnight UTC."""

MAXIMUM_NUMBER_LENGTH = 60

_PATTERN = re.compile(
    r"""\s*(?:
    (?P<typed>[A-Za-z_][\w.]*'(?:[^']|'')*')
  | (?P<string>'(?:[^']|'')*')
  | (?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})
  | (?P<datetime>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))?)(?![\w-])
  | (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)[LMDFlmdf]?(?![\w.])
  | (?P<name>[@$]?[A-Za-z_][\w.]*)
  | (?P<symbol>[(),:/=])
  | (?P<array>\[)
  | (?P<end>$)
    )""",
    re.VERBOSE | re.ASCII,
)
_KEYWORDS: dict[str, tuple[Kind, Any]] = {
    "true": ("boolean", True),
    "false": ("boolean", False),
    "null": ("null", None),
}


class QueryError(ValueError):
    """A query option that cannot be read or means nothing here; the message says what and where."""


@dataclass(frozen=True)
class Token:
    """One word of an expression; `text` as written, `value` as Python value. Of an enum, `value` is (type, member)."""

    kind: Kind
    text: str
    value: Any
    position: int


def tokens(text: str) -> Iterator[Token]:
    """The words of an expression, closed by one of kind `end`. QueryError on a character that fits nowhere."""
    position = 0
    while True:
        match = _PATTERN.match(text, position)
        if match is None or match.lastgroup is None:
            raise QueryError(f"Syntax error at position {position} in '{shortened(text)}'.")
        token, position = _token(match, text)
        yield token
        if token.kind == "end":
            return


def moment(text: str) -> datetime:
    """A date or date and time of the wire as an aware moment; a date is its midnight UTC. ValueError if it is none."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def shortened(text: str) -> str:
    """`text` short enough for an error message."""
    return text if len(text) <= 120 else f"{text[:117]}..."


def _token(match: re.Match[str], text: str) -> tuple[Token, int]:
    group = str(match.lastgroup)
    start, written = match.start(group), match.group(group)
    if group == "array":
        value, end = _array(text, start)
        return Token("array", text[start:end], value, start), end
    kind, value = _KEYWORDS.get(written) or _READERS[group](written)
    return Token(kind, written, value, start), match.end()


def _array(text: str, start: int) -> tuple[list[Any], int]:
    try:
        return json.JSONDecoder(parse_float=Decimal).raw_decode(text, start)
    except (ValueError, RecursionError):
        raise QueryError(f"The array at position {start} in '{shortened(text)}' is not valid JSON.") from None


def _typed(written: str) -> tuple[Kind, Any]:
    name, _, quoted = written.partition("'")
    value = quoted[:-1].replace("''", "'")
    return ("guid", value.lower()) if name == "guid" else ("enum", (name, value))


def _moment(written: str) -> tuple[Kind, Any]:
    try:
        return "datetime", moment(_microseconds(written)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError(f"'{written}' is not a date that exists.") from None


def _microseconds(written: str) -> str:
    return re.sub(r"(\.\d{6})\d+", r"\1", written)


def _number(written: str) -> tuple[Kind, Any]:
    if len(written) > MAXIMUM_NUMBER_LENGTH:
        raise QueryError(f"The number '{shortened(written)}' is too long.")
    return "number", Decimal(written)


_READERS: Mapping[str, Callable[[str], tuple[Kind, Any]]] = {
    "typed": _typed,
    "string": lambda written: ("string", written[1:-1].replace("''", "'")),
    "guid": lambda written: ("guid", written.lower()),
    "datetime": _moment,
    "number": _number,
    "name": lambda written: ("name", written),
    "symbol": lambda written: ("symbol", written),
    "end": lambda written: ("end", ""),
}
