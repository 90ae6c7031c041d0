"""What a field may hold: one form for CDS columns and for destination properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from p2c.flow import CdsField
    from p2c_metadata import Property

Kind = Literal["text", "integer", "decimal", "boolean", "datetime", "date", "enum"]
Value = str | int | bool | Decimal | datetime | date | None

#: Digits of the widest decimal that Arrow and SQL hold.
PRECISION = 38
#: Decimal places of an amount whose metadata states none: what F&O keeps of a real.
VARIABLE_SCALE = 6
INTEGERS = {"Edm.Int16": 16, "Edm.Int32": 32, "Edm.Int64": 64}
KINDS: Mapping[str, Kind] = {
    "Edm.String": "text",
    "Edm.Guid": "text",
    "Edm.Boolean": "boolean",
    "Edm.Decimal": "decimal",
    "Edm.Double": "decimal",
    "Edm.DateTimeOffset": "datetime",
    "Edm.Date": "date",
    **dict.fromkeys(INTEGERS, "integer"),
}

NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*", re.ASCII | re.IGNORECASE)
#: Stands in a text that was read for half of a surrogate pair, which is no text: a code point that Unicode keeps for
#: such use within a program and no system stores for a person.
HALF_A_CHARACTER = "\ufdd0"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: What columns of keys and of other texts are searched for, as RE2 writes it: characters that are refused or changed,
#: space at the end, nothing at all.
NOT_PLAIN_KEY = r"[\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{fdd0}]|\pZ$|^$"
NOT_PLAIN = r"[\x00\r\x{fdd0}]|[\pZ\t-\r\x1c-\x1f\x{85}]$|^$"
CONTEXT = Context(prec=PRECISION)


class UnfitValueError(ValueError):
    """A value that its field cannot hold; the text says why."""


def stored_length(text: str) -> int:
    """Characters a text takes in a column of either system: a character beyond the basic plane (emoji) takes two."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def truncated(text: str, length: int) -> str:
    """Cut a text to what a column of ``length`` holds, without splitting a character."""
    cut = text[:length]
    while stored_length(cut) > length:
        cut = cut[: len(cut) - -(-(stored_length(cut) - length) // 2)]
    return cut.rstrip()


def shortened(text: str) -> str:
    """The start of a value, for a message."""
    return text if len(text) <= 200 else f"{text[:200]}..."


@dataclass(frozen=True)
class FieldContract:
    """Type and limits of one field. ``length`` counts characters, ``scale`` decimal places.

    A ``key`` is one line of text: systems store line ends and other control characters in their own ways, so a key that
    holds one would not be found again.
    A ``nullable`` field tells null from zero and from the first of January 1900, as those of F&O do not.
    """

    name: str
    kind: Kind
    length: int | None = None
    required: bool = False
    scale: int = VARIABLE_SCALE
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    members: tuple[str, ...] = ()
    key: bool = False
    nullable: bool = False

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of a staged column."""
        return {
            "text": pa.string(),
            "enum": pa.string(),
            "integer": pa.int64(),
            "decimal": pa.decimal128(PRECISION, self.scale),
            "boolean": pa.bool_(),
            "datetime": pa.timestamp("us", tz="UTC"),
            "date": pa.date32(),
        }[self.kind]

    def parse(self, text: str) -> Value:
        """Read the value from its text; blank is null. Raises UnfitValueError."""
        trimmed = text.rstrip()
        if not trimmed:
            return None
        return _PARSERS[self.kind](self, trimmed)

    def keeps(self, values: pa.ChunkedArray) -> bool:
        """Whether a glance at a whole column shows that ``parse`` returns each of these texts as it is."""
        pattern = NOT_PLAIN_KEY if self.key else NOT_PLAIN
        return self.kind == "text" and not pc.any(pc.match_substring_regex(values, pattern)).as_py()


def _text(contract: FieldContract, text: str) -> str:
    if "\x00" in text:
        raise UnfitValueError("holds a NUL character")
    if HALF_A_CHARACTER in text:
        raise UnfitValueError("holds half a character (a lone surrogate)")
    if contract.key and CONTROL.search(text):
        raise UnfitValueError("holds a line end or another control character, which no key may hold")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _integer(contract: FieldContract, text: str) -> int:
    rounded = _rounded(text, 0)
    if rounded != Decimal(text):
        raise UnfitValueError("is not a whole number")
    return int(_within(contract, rounded))


def _decimal(contract: FieldContract, text: str) -> Decimal:
    return _within(contract, _rounded(text, contract.scale))


def _rounded(text: str, scale: int) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise UnfitValueError("is not a number")
    try:
        return Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, CONTEXT)
    except InvalidOperation:
        raise UnfitValueError("has more digits than this field can hold") from None


def _within(contract: FieldContract, rounded: Decimal) -> Decimal:
    if contract.minimum is not None and rounded < contract.minimum:
        raise UnfitValueError(f"is below the least value {contract.minimum}")
    if contract.maximum is not None and rounded > contract.maximum:
        raise UnfitValueError(f"is above the greatest value {contract.maximum}")
    return rounded


def _boolean(_: FieldContract, text: str) -> bool:
    try:
        return {"true": True, "false": False, "yes": True, "no": False}[text.lower()]
    except KeyError:
        raise UnfitValueError("is neither true nor false") from None


def _datetime(_: FieldContract, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnfitValueError("is not a time in ISO 8601") from None


def _date(_: FieldContract, text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise UnfitValueError("is not a date in ISO 8601") from None


def _enum(contract: FieldContract, text: str) -> str:
    if text not in contract.members:
        raise UnfitValueError(f"is not one of {', '.join(contract.members)}")
    return text


_PARSERS: Mapping[Kind, Callable[[FieldContract, str], Value]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": _date,
    "enum": _enum,
}


class _Bounds(TypedDict):
    minimum: Decimal | None
    maximum: Decimal | None


def _bounds(bits: int | None) -> _Bounds:
    limit = None if bits is None else Decimal(2 ** (bits - 1))
    return _Bounds(minimum=limit and -limit, maximum=limit and limit - 1)


def cds_contract(field: CdsField) -> FieldContract:
    """The contract of a CDS column."""
    return FieldContract(
        field.name,
        field.type,
        length=field.length,
        required=field.required,
        scale=VARIABLE_SCALE if field.scale is None else field.scale,
        **_bounds(64 if field.type == "integer" else None),
    )


def destination_contract(prop: Property) -> FieldContract:
    """The contract of a property in a system's metadata."""
    kind: Kind = "enum" if prop.enum else KINDS.get(prop.type, "text")
    bounds = _bounds(INTEGERS.get(prop.type))
    return FieldContract(
        prop.name,
        kind,
        length=prop.max_length,
        required=prop.required_for_import,
        scale=VARIABLE_SCALE if prop.scale is None else prop.scale,
        minimum=bounds["minimum"] if prop.minimum is None else prop.minimum,
        maximum=bounds["maximum"] if prop.maximum is None else prop.maximum,
        members=tuple(prop.enum.members) if prop.enum else (),
    )
