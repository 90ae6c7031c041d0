"""Functions and actions that belong to no row: WhoAmI, RetrieveTotalRecordCount, BulkDelete, and those kept elsewhere.

Source: Microsoft docs: Web API Function Reference, Web API Action Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from p2c_metadata import EntityType
from p2c_sandbox.literals import QueryError, tokens
from p2c_sandbox.messages import Response
from p2c_sandbox.sales.address import RowReference, Segment
from p2c_sandbox.sales.call import SYSTEM, Call
from p2c_sandbox.sales.errors import bad_payload, bad_query, invalid
from p2c_sandbox.sales.identity import identity
from p2c_sandbox.sales.keys import find_row
from p2c_sandbox.sales.metadata_changes import NAME, retrieve_metadata_changes
from p2c_sandbox.sales.payload import json_object
from p2c_sandbox.sales.quote_actions import close_quote, revise_quote, win_quote
from p2c_sandbox.sales.responses import json_answer
from p2c_sandbox.sales.rows import table_named
from p2c_sandbox.sales.writing import delete

PREFIX = "Microsoft.Dynamics.CRM."


def function_named(name: str) -> Callable[[Call, Segment], Response] | None:
    """The function that a GET calls, if there is one of this name."""
    return _FUNCTIONS.get(name)


def action_named(name: str) -> Callable[[Call], Response] | None:
    """The action that a POST calls, if there is one of this name."""
    return _ACTIONS.get(name)


def _who_am_i(call: Call, _: Segment) -> Response:
    caller = identity(call.transaction)
    content = {
        "@odata.context": f"{call.root}$metadata#{PREFIX}WhoAmIResponse",
        "BusinessUnitId": caller.business_unit,
        "UserId": caller.user,
        "OrganizationId": caller.organization,
    }
    return json_answer(200, content)


def _total_record_count(call: Call, segment: Segment) -> Response:
    names = _entity_names(call, segment)
    tables = {name: table_named(name) for name in names}
    unknown = next((name for name, table in tables.items() if table is None), None)
    if unknown is not None:
        raise invalid("0x80040217", f"The entity with a name = '{unknown[:80]}' was not found in the MetadataCache.")
    counts = [call.transaction.count(SYSTEM, table.entity_set) for table in tables.values() if table]
    collection = {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": counts}
    context = f"{call.root}$metadata#{PREFIX}RetrieveTotalRecordCountResponse"
    return json_answer(200, {"@odata.context": context, "EntityRecordCountCollection": collection})


def _entity_names(call: Call, segment: Segment) -> list[str]:
    """The list in `(EntityNames=['account'])`, or behind the alias that stands in its place."""
    _, _, text = (segment.key or "").partition("=")
    text = call.parameters.get(text, text)
    try:
        words = list(tokens(text.replace("'", '"')))
    except QueryError:
        words = []
    names = words[0].value if len(words) == 2 and words[0].kind == "array" else None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise bad_query("RetrieveTotalRecordCount needs EntityNames=['<logical name>', ...].")
    return names


def _bulk_delete(call: Call) -> Response:
    """Deletes at once what Dataverse would delete in a job: rows named by id, one query a table."""
    content = json_object(call.request.body, "BulkDelete")
    queries = content.get("QuerySet")
    if not isinstance(queries, list) or not queries:
        raise bad_payload("BulkDelete", "'QuerySet' must be a list of at least one query.")
    for query in queries:
        entity, identifiers = _rows_to_delete(query)
        call.check_allowed(entity)
        for identifier in identifiers:
            reference = RowReference(entity, {entity.key[0]: identifier})
            if find_row(call.transaction, reference) is not None:
                delete(call, reference)
    return json_answer(
        200, {"@odata.context": f"{call.root}$metadata#{PREFIX}BulkDeleteResponse", "JobId": str(uuid4())}
    )


def _rows_to_delete(query: Any) -> tuple[EntityType, list[str]]:
    try:
        entity = table_named(query["EntityName"])
        (condition,) = query["Criteria"]["Conditions"]
        values = [str(value["Value"]) for value in condition["Values"]]
        asked = (condition["AttributeName"], condition["Operator"])
    except (KeyError, TypeError, ValueError):
        raise bad_payload("BulkDelete", "a query must name an entity and hold one condition.") from None
    if entity is None or asked != (entity.key[0], "In"):
        raise bad_payload("BulkDelete", "only rows named by their ids ('In' on the primary key) are deleted here.")
    return entity, values


_FUNCTIONS: Mapping[str, Callable[[Call, Segment], Response]] = {
    "WhoAmI": _who_am_i,
    "RetrieveTotalRecordCount": _total_record_count,
    NAME: retrieve_metadata_changes,
}
_ACTIONS: Mapping[str, Callable[[Call], Response]] = {
    "BulkDelete": _bulk_delete,
    "WinQuote": win_quote,
    "CloseQuote": close_quote,
    "ReviseQuote": revise_quote,
}
