"""CreateMultiple, UpdateMultiple and UpsertMultiple: many rows of one table in one transaction.

Sources: Microsoft docs, "Use bulk operation messages"; "Use UpsertMultiple".
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from p2c.errors import AmbiguousError, ConfigurationError, IntegrationError, RequestRefusedError
from p2c.systems.dataverse_tables import Table
from p2c.systems.odata.batch import json_body
from p2c.systems.odata.operations import JsonValue, Operation, Result, ambiguous
from p2c.systems.odata.response import Response
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.writer import TOO_LARGE

_NAMESPACE = "Microsoft.Dynamics.CRM"
_ACTIONS = {"create": "CreateMultiple", "update": "UpdateMultiple", "upsert": "UpsertMultiple"}
# UnsupportedSdkMessage: the table does not offer the action
_UNSUPPORTED = "0x80040800"


class _Created(msgspec.Struct):
    ids: list[str] = msgspec.field(name="Ids")


# made before threads are: two that make one of the same type at a time crash msgspec 0.22
_CREATED = msgspec.json.Decoder(_Created)


class BulkActions:
    """Sends operations of one kind and one table in one request; all land or none. Used by several threads."""

    def __init__(self, session: ODataSession) -> None:
        self._session = session
        self._not_offered: set[tuple[str, str]] = set()

    def send(self, table: Table, operations: Sequence[Operation]) -> list[Result] | None:
        """One result for each operation, or None if the action was refused as a whole and nothing was written.

        The system does not say which row it refused. After a fault of the server creates are ambiguous, for they must
        not be repeated on its word alone. Raises ThrottledError, ContentionError, ConfigurationError,
        TransientError, and RequestRefusedError for a request too large: nothing was written.
        """
        kind = operations[0].kind
        if (table.entity_set, kind) in self._not_offered:
            return None
        try:
            response = self._posted(table, operations)
        except (AmbiguousError, ConfigurationError, RequestRefusedError) as error:
            if _is_not_offered(error):
                self._not_offered.add((table.entity_set, kind))
            elif isinstance(error, AmbiguousError) and (kind == "create" or not says_rolled_back(error)):
                return [ambiguous(operation, error) for operation in operations]
            elif isinstance(error, ConfigurationError) or error.evidence.status == TOO_LARGE:
                raise
            return None
        return _created(table, operations, response) if kind == "create" else _done(operations, response)

    def _posted(self, table: Table, operations: Sequence[Operation]) -> Response:
        targets = b",".join(json_body(_target(table, operation)) for operation in operations)
        return self._session.request(
            "POST",
            f"{table.entity_set}/{_NAMESPACE}.{_ACTIONS[operations[0].kind]}",
            headers={"Content-Type": "application/json; charset=utf-8"},
            body=b'{"Targets":[' + targets + b"]}",
            repeatable=False,
            outlast_throttling=False,
        )


def _target(table: Table, operation: Operation) -> dict[str, JsonValue]:
    named: dict[str, JsonValue] = dict(operation.key)
    if operation.kind != "create" and not table.is_id(operation.key):
        # the key stands in the reference alone: columns in the body would win over it
        named = {"@odata.id": table.address(operation.key)}
    values = {name: value for name, value in operation.values.items() if name not in operation.key}
    return {"@odata.type": f"{_NAMESPACE}.{table.name}", **named, **values}


def _is_not_offered(error: IntegrationError) -> bool:
    unknown = isinstance(error, ConfigurationError) and error.evidence.status == 404
    return unknown or error.evidence.status in (405, 501) or error.evidence.code.lower() == _UNSUPPORTED


def says_rolled_back(error: IntegrationError | None) -> bool:
    """Whether Dataverse itself says that the transaction failed; a gateway's answer carries no such code."""
    return error is not None and error.evidence.status == 500 and error.evidence.code.lower().startswith("0x")


def _done(operations: Sequence[Operation], response: Response) -> list[Result]:
    return [Result(operation=each, outcome="done", request_id=response.request_id) for each in operations]


def _created(table: Table, operations: Sequence[Operation], response: Response) -> list[Result]:
    """The new ids in the order of the operations; the answer repeats no column, so keys are as they were sent."""
    try:
        ids = _CREATED.decode(response.body).ids
    except (msgspec.DecodeError, UnicodeDecodeError):
        ids = []
    if len(ids) != len(operations):
        lost = AmbiguousError(
            f"{table.entity_set}: the answer to {len(operations)} creates names {len(ids)} rows.",
            evidence=response.evidence(),
        )
        return [ambiguous(operation, lost) for operation in operations]
    return [
        Result(
            operation=operation,
            outcome="done",
            returned={**operation.key, table.id_field: row_id},
            request_id=response.request_id,
        )
        for operation, row_id in zip(operations, ids, strict=True)
    ]
