"""Bodies of reads turned into rows of text, without a number ever passing through a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from p2c.systems.odata.query import Row

ETAG = "@odata.etag"


class MalformedBodyError(ValueError):
    """A body is no JSON of the expected shape."""


@dataclass(frozen=True)
class Rows:
    """The rows of one body and the link to the next."""

    rows: list[Row]
    next_link: str | None


class _Collection(msgspec.Struct):
    value: list[dict[str, Any]]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


# `float_hook` hands over the text of the number
_COLLECTION = msgspec.json.Decoder(_Collection, float_hook=str)
_RECORD = msgspec.json.Decoder(dict[str, Any], float_hook=str)


def decode_rows(body: bytes, fields: Sequence[str]) -> Rows:
    """The rows of a collection, with ``fields`` only; raises MalformedBodyError."""
    try:
        collection = _COLLECTION.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBodyError(f"no JSON collection: {error}") from None
    return Rows([_row(record, fields) for record in collection.value], collection.next_link)


def decode_record(body: bytes, fields: Sequence[str] | None = None) -> Row:
    """One record, with ``fields`` only or with every scalar it has; raises MalformedBodyError."""
    try:
        record = _RECORD.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBodyError(f"no JSON object: {error}") from None
    return _row(record, [name for name in record if name != ETAG] if fields is None else fields)


def _row(record: dict[str, Any], fields: Sequence[str]) -> Row:
    row = {name: _field(record, name) for name in fields}
    if ETAG in record:
        row[ETAG] = _text(record[ETAG])
    return row


def _field(record: dict[str, Any], name: str) -> str | None:
    if name in record:
        return _text(record[name])
    lookup, dot, column = name.partition(".")
    if dot and lookup in record:
        related = record[lookup]
        return None if related is None else _field(related, column)
    raise MalformedBodyError(f"the field {name!r} was asked for and is missing")


def _text(value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) is int else msgspec.json.encode(value).decode()
