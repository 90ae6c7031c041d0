"""Change tracking: the delta link that ends a first reading, and what changed since.

Source: Microsoft docs: Use change tracking to synchronize data with external systems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from p2c_metadata import EntityType
from p2c_sandbox.messages import Response
from p2c_sandbox.sales.call import SYSTEM, Call
from p2c_sandbox.sales.cookies import Cookie, read_cookie
from p2c_sandbox.sales.errors import INVALID_ARGUMENT, bad_query, invalid
from p2c_sandbox.sales.reading import applied, check_options, next_link, page_size
from p2c_sandbox.sales.rendering import Shape, row_object, shape_of
from p2c_sandbox.sales.responses import json_answer
from p2c_sandbox.sales.rows import Lookups
from p2c_sandbox.store import Change

_TOKEN = re.compile(r"(\d{1,18})!(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)")
_TIME = "%m/%d/%Y %H:%M:%S"
_OPTIONS = frozenset({"$select", "$deltatoken", "$skiptoken"})
_REFUSED = ("$filter", "$orderby", "$expand", "$top")


def is_tracked(call: Call) -> bool:
    """Whether a listing asks for change tracking."""
    return call.preferences.track_changes or "$deltatoken" in call.parameters


def check_tracked(call: Call, entity: EntityType) -> None:
    """SalesError if the table is not tracked, or an option stands beside change tracking that must not."""
    if not entity.change_tracking:
        raise invalid("0x80072491", f"Change tracking is not enabled for entity {entity.name}.")
    refused = next((name for name in _REFUSED if name in call.parameters), None)
    if refused is not None:
        raise bad_query(f'The "{refused}" query parameter isn\'t supported when Change Tracking is enabled.')


def delta_link(call: Call, entity: EntityType) -> dict[str, str]:
    """The link for the last page of a first reading. It knows the state at this moment, not at the first page."""
    version = call.transaction.last_version()
    token = quote(f"{version}!{call.service.clock.now().astimezone(UTC).strftime(_TIME)}", safe="")
    select = call.parameters.get("$select")
    selection = f"$select={quote(select, safe=',')}&" if select else ""
    return {"@odata.deltaLink": f"{call.root}{entity.entity_set}?{selection}$deltatoken={token}"}


def list_changes(call: Call, entity: EntityType) -> Response:
    """`GET accounts?$deltatoken=...`: rows as they are now, then the ids of those deleted."""
    check_options(call, _OPTIONS)
    changes = call.transaction.changes_since(SYSTEM, entity.entity_set, _version(call))
    shape = shape_of(call.scope(entity), call.parameters)
    cookie = read_cookie(call.parameters["$skiptoken"]) if "$skiptoken" in call.parameters else Cookie(1, [0])
    start = cookie.last[0] if cookie.last and isinstance(cookie.last[0], int) else 0
    page = changes[start : start + page_size(call)]
    content: dict[str, Any] = {"@odata.context": f"{call.root}$metadata#{entity.entity_set}{shape.context}/$delta"}
    if start + len(page) < len(changes):
        content["@odata.nextLink"] = next_link(call, Cookie(cookie.page_number + 1, [start + len(page)]), tracking=True)
    else:
        content |= delta_link(call, entity)
    content["value"] = _objects(call, entity, shape, page)
    return json_answer(200, content, applied(call))


def count_changes(call: Call, entity: EntityType) -> Response:
    """`GET accounts/$count?$deltatoken=...`."""
    number = len(call.transaction.changes_since(SYSTEM, entity.entity_set, _version(call)))
    return Response(200, str(number).encode(), {"content-type": "text/plain"})


def _objects(call: Call, entity: EntityType, shape: Shape, changes: Sequence[Change]) -> list[dict[str, Any]]:
    lookups = Lookups(call.transaction)
    context = f"{call.root}$metadata#{entity.entity_set}/$deletedEntity"
    return [
        row_object(change.row, shape, call.preferences, lookups)
        if change.row is not None
        else {"@odata.context": context, "id": change.key, "reason": "deleted"}
        for change in changes
    ]


def _version(call: Call) -> int:
    match = _TOKEN.fullmatch(call.parameters.get("$deltatoken", ""))
    try:
        issued = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC) if match else None
    except ValueError:
        issued = None
    if match is None or issued is None:
        raise invalid(
            INVALID_ARGUMENT, "The value of $deltatoken is malformed; follow @odata.deltaLink as it was given."
        )
    if call.service.clock.now() - issued > timedelta(days=call.service.settings.sales.change_tracking_days):
        message = "Version stamp associated with the client has expired. Please perform a full sync."
        raise invalid("0x80044352", message)
    return int(match[1])
