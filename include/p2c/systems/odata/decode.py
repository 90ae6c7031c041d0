"""Bodies of reads turned into rows of text, without a number ever passing through a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Generic, TypeVar

import msgspec

from p2c.contract import HALF_A_CHARACTER
from p2c.systems.odata.query import ETAG, Row
from p2c.systems.odata.record_shape import MissingFieldError, RecordShape, text_of
from p2c.systems.odata.rows_by_column import RowsByColumn

T = TypeVar("T")


class MalformedBodyError(ValueError):
    """A body is no JSON of the expected shape."""


@dataclass(frozen=True)
class Rows:
    """The rows of one body and the link to the next."""

    rows: Sequence[Row]
    next_link: str | None


class _Collection(msgspec.Struct, Generic[T]):
    value: list[T]
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


# `float_hook` hands over the text of the number
_RECORD = msgspec.json.Decoder(dict[str, Any], float_hook=str)

# every escape of JSON; a surrogate that is no half of a pair is `lone`
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][\da-fA-F]{2})|\\."
)
_HALF = HALF_A_CHARACTER.encode()


class _Collections:
    """Decodes collections whose records have one shape."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.shape = RecordShape(fields)
        collection: Any = _Collection  # its records' type is made as the program runs
        self.decoder = msgspec.json.Decoder(collection[self.shape.record], float_hook=str)


_collections_of = lru_cache(maxsize=64)(_Collections)
# two threads that make decoders of one type at a time crash msgspec 0.22
_MAKING = Lock()


def decode_rows(body: bytes, fields: Sequence[str]) -> Rows:
    """The rows of a collection, with ``fields`` only; raises MalformedBodyError."""
    asked = tuple(fields)
    with _MAKING:
        collections = _collections_of(asked)
    try:
        collection: Any = _decoded(collections.decoder, body)
        columns = collections.shape.columns(collection.value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBodyError(f"no JSON collection: {error}") from None
    except MissingFieldError as error:
        raise MalformedBodyError(str(error)) from None
    etags = [etag or None for etag in columns[ETAG]]
    return Rows(RowsByColumn({name: columns[name] for name in asked}, etags), collection.next_link)


def decode_record(body: bytes, fields: Sequence[str] | None = None) -> Row:
    """One record, with ``fields`` only or with every scalar it has; raises MalformedBodyError."""
    try:
        record = _decoded(_RECORD, body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBodyError(f"no JSON object: {error}") from None
    return _row(record, [name for name in record if name != ETAG] if fields is None else fields)


def _decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """Lone surrogates, which JSON lets pass, become HALF_A_CHARACTER: they concern one row, not its page."""
    try:
        return decoder.decode(body)
    except msgspec.DecodeError:
        mended = _ESCAPE.sub(lambda escape: _HALF if escape["lone"] else escape[0], body)
        if mended == body:
            raise
        return decoder.decode(mended)


def _row(record: dict[str, Any], fields: Sequence[str]) -> Row:
    row = {name: _field(record, name) for name in fields}
    if ETAG in record:
        row[ETAG] = text_of(record[ETAG])
    return row


def _field(record: dict[str, Any], name: str) -> str | None:
    if name in record:
        return text_of(record[name])
    lookup, dot, column = name.partition(".")
    if dot and lookup in record:
        related = record[lookup]
        return None if related is None else _field(related, column)
    raise MalformedBodyError(f"the field {name!r} was asked for and is missing")
