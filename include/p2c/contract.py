"""What a field may hold: one form for CDS columns and for destination properties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from p2c.flow import CdsField
    from p2c_metadata import Property

Kind = Literal["text", "integer", "decimal", "boolean", "datetime", "date", "enum"]
Value = str | int | bool | Decimal | datetime | date | None

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


class UnfitValueError(ValueError):
    """A value that its field cannot hold; the text says why."""


@dataclass(frozen=True)
class FieldContract:
    """Type and limits of one field. ``length`` counts characters, ``scale`` decimal places."""

    name: str
    kind: Kind
    length: int | None = None
    required: bool = False
    scale: int = VARIABLE_SCALE
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    members: tuple[str, ...] = ()

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of a staged column."""
        return {
            "text": pa.string(),
            "enum": pa.string(),
            "integer": pa.int64(),
            "decimal": pa.decimal128(38, self.scale),
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


def _text(_: FieldContract, text: str) -> str:
    if "\x00" in text:
        raise UnfitValueError("holds a NUL character")
    return text.replace("\r\n", "\n")


def _integer(contract: FieldContract, text: str) -> int:
    number = _decimal(contract, text, scale=0, exact=True)
    return int(number)


def _decimal(contract: FieldContract, text: str, *, scale: int | None = None, exact: bool = False) -> Decimal:
    places = contract.scale if scale is None else scale
    try:
        number = Decimal(text)
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise UnfitValueError("is not a number this field can hold") from None
    if exact and rounded != number:
        raise UnfitValueError("is not a whole number")
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
    except ValueError:
        raise UnfitValueError("is not a time in ISO 8601") from None
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)


def _date(_: FieldContract, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
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


def cds_contract(field: CdsField) -> FieldContract:
    """The contract of a CDS column."""
    scale = VARIABLE_SCALE if field.scale is None else field.scale
    return FieldContract(field.name, field.type, field.length, field.required, scale)


def destination_contract(prop: Property) -> FieldContract:
    """The contract of a property in the destination's metadata."""
    kind: Kind = "enum" if prop.enum else KINDS.get(prop.type, "text")
    limit = Decimal(2 ** (INTEGERS[prop.type] - 1)) if prop.type in INTEGERS else None
    return FieldContract(
        prop.name,
        kind,
        length=prop.max_length,
        required=prop.required_for_import,
        scale=VARIABLE_SCALE if prop.scale is None else prop.scale,
        minimum=prop.minimum if prop.minimum is not None or limit is None else -limit,
        maximum=prop.maximum if prop.maximum is not None or limit is None else limit - 1,
        members=tuple(prop.enum.members) if prop.enum else (),
    )
