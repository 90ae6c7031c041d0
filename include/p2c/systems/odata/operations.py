"""What is to be written, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from p2c.errors import IntegrationError

JsonValue = str | int | Decimal | bool | None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One create, update or upsert (Dataverse only) of a record.

    ``key`` holds the key fields without the company; ``key_types`` the Edm types of those that are no strings, by name.
    ``values`` are ready for the wire. ``reference`` is the caller's own number of the row. With ``etag`` an update
    counts only if the record is unchanged since.
    """

    kind: Literal["create", "update", "upsert"]
    entity_set: str
    company: str
    key: Mapping[str, str]
    values: Mapping[str, JsonValue]
    reference: int
    etag: str | None = None
    key_types: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Name the record for messages."""
        key = ", ".join(f"{name}={value!r}" for name, value in self.key.items())
        return f"{self.kind} {self.entity_set}({key}){f' in {self.company}' if self.company else ''}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of an operation.

    ``refused`` had no effect; its ``error`` may be a TransientError, then the same operation may succeed later.
    ``ambiguous`` may have had its effect: read the record back. ``returned`` is the record a create or upsert answered
    with. ``created`` tells what an upsert did, None where the system does not say.
    """

    operation: Operation
    outcome: Literal["done", "refused", "ambiguous"]
    returned: Mapping[str, str | None] = field(default_factory=dict)
    error: IntegrationError | None = None
    request_id: str = ""
    created: bool | None = None


def refused(operation: Operation, error: IntegrationError) -> Result:
    """The result of an operation that had no effect."""
    return Result(operation=operation, outcome="refused", error=error, request_id=error.evidence.request_id)


def ambiguous(operation: Operation, error: IntegrationError) -> Result:
    """The result of an operation that may have had its effect."""
    return Result(operation=operation, outcome="ambiguous", error=error, request_id=error.evidence.request_id)
