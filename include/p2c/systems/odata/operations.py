"""What is to be written, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from p2c.errors import IntegrationError

JsonValue = str | int | Decimal | bool | None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One create, update, delete or upsert (Dataverse only) of a record, with others that happen with it or not at all.

    ``key`` holds the key fields without the company; ``key_types`` the Edm types of those that are no strings, by name.
    ``values`` are ready for the wire. ``reference`` is the caller's own number of the row. With ``etag`` an update
    counts only if the record is unchanged since. ``also`` are sent behind it in the same change set. ``line`` is what
    messages call the line that the record is, empty for no line.
    """

    kind: Literal["create", "update", "delete", "upsert"]
    entity_set: str
    company: str
    key: Mapping[str, str]
    values: Mapping[str, JsonValue]
    reference: int
    etag: str | None = None
    key_types: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Operation, ...] = ()
    line: str = ""

    @property
    def members(self) -> tuple[Operation, ...]:
        """The operations of the change set, this one first."""
        return (self, *self.also)

    def __str__(self) -> str:
        """Name the record for messages."""
        key = ", ".join(f"{name}={value!r}" for name, value in self.key.items())
        return f"{self.kind} {self.entity_set}({key}){f' in {self.company}' if self.company else ''}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of an operation.

    ``refused`` had no effect; its ``error`` may be a TransientError, then the same operation may succeed later.
    ``ambiguous`` may have had its effect: read the record back. ``returned`` is the record a create or upsert answered
    with. ``created`` tells what an upsert did, None where the system does not say. ``about`` is the one among the
    operation's members that the error is about, if that is known.
    """

    operation: Operation
    outcome: Literal["done", "refused", "ambiguous"]
    returned: Mapping[str, str | None] = field(default_factory=dict)
    error: IntegrationError | None = None
    request_id: str = ""
    created: bool | None = None
    about: Operation | None = None

    @property
    def line(self) -> str:
        """The line that the error is about, empty for the row itself."""
        return self.about.line if self.about else ""


def weight(operations: Iterable[Operation]) -> int:
    """How many operations these are with all their members."""
    return sum(len(operation.members) for operation in operations)


def refused(operation: Operation, error: IntegrationError) -> Result:
    """The result of an operation that had no effect."""
    return Result(operation=operation, outcome="refused", error=error, request_id=error.evidence.request_id)


def ambiguous(operation: Operation, error: IntegrationError) -> Result:
    """The result of an operation that may have had its effect."""
    return Result(operation=operation, outcome="ambiguous", error=error, request_id=error.evidence.request_id)
