"""WinQuote, CloseQuote and ReviseQuote, which no row carries.

Sources: Microsoft docs: Web API Action Reference; quote table reference. That the closing activity names its quote by
`quoteid@odata.bind`, and which columns a revision takes over, is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import uuid4

from p2c_sandbox.messages import Response
from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.lookups import rows_with
from p2c_sandbox.rules.sales.quote_totals import QUOTE_FLAG, lines_of, mirror
from p2c_sandbox.rules.sales.quotes import ACTIVE, CLOSED, DRAFT, STATES, WON
from p2c_sandbox.rules.sales.violations import QUOTE_REVISED_ALREADY, QUOTE_WRONG_STATE
from p2c_sandbox.sales.address import RowReference, parse_reference
from p2c_sandbox.sales.call import MODEL, SYSTEM, Call
from p2c_sandbox.sales.errors import bad_payload, invalid
from p2c_sandbox.sales.keys import require_row
from p2c_sandbox.sales.payload import BIND, json_object, resolved
from p2c_sandbox.sales.reading import shown
from p2c_sandbox.sales.rows import wire_time
from p2c_sandbox.store import Row

STATUS_DRAFT, STATUS_WON = 1, 4
STATUS_LOST, STATUS_CANCELED, STATUS_REVISED = 5, 6, 7
# the platform's own choice of status
DEFAULT_STATUS = -1
CREATED_BY_REVISION = 776160001
QUOTE, LINE = MODEL.entity("quote"), MODEL.entity("quotedetail")


def win_quote(call: Call) -> Response:
    """`POST WinQuote`: 204."""
    return _end(call, "WinQuote", WON, (STATUS_WON,))


def close_quote(call: Call) -> Response:
    """`POST CloseQuote`: 204."""
    return _end(call, "CloseQuote", CLOSED, (STATUS_LOST, STATUS_CANCELED, STATUS_REVISED))


def revise_quote(call: Call) -> Response:
    """`POST ReviseQuote`: the new draft, with copies of the lines; the quote it comes from is Closed as Revised."""
    call.check_allowed(QUOTE)
    content = json_object(call.request.body, "ReviseQuote")
    quote = _row(call, str(content.get("QuoteId")))
    _check_revisable(call, quote)
    if quote.values["statecode"] == ACTIVE:
        _set_state(call, quote, CLOSED, STATUS_REVISED)
    draft = _copy(call, quote)
    return shown(call, QUOTE, draft)


def _end(call: Call, action: str, state: int, statuses: Collection[int]) -> Response:
    call.check_allowed(QUOTE)
    content = json_object(call.request.body, action)
    status = content.get("Status", DEFAULT_STATUS)
    status = next(iter(statuses)) if status == DEFAULT_STATUS else status
    quote = _closed_quote(call, action, content.get("QuoteClose"))
    if quote.values["statecode"] != ACTIVE:
        raise _wrong_state(quote, action)
    if status not in statuses:
        raise invalid("0x80048408", f"{status} is not a valid status code for state code QuoteState.{STATES[state]}.")
    _set_state(call, quote, state, status)
    return Response(204)


def _closed_quote(call: Call, action: str, activity: Any) -> Row:
    """The quote that the closing activity regards."""
    if not isinstance(activity, Mapping):
        raise bad_payload(action, "'QuoteClose' must be an object.")
    bound, nested = activity.get(f"quoteid{BIND}"), activity.get("quoteid")
    if isinstance(bound, str):
        return require_row(call.transaction, parse_reference(resolved(call, bound), call.model))
    if isinstance(nested, Mapping):
        return _row(call, str(nested.get("quoteid")))
    raise bad_payload(action, f"'QuoteClose' must name its quote as 'quoteid{BIND}'.")


def _row(call: Call, identifier: str) -> Row:
    return require_row(call.transaction, RowReference(QUOTE, {QUOTE.key[0]: identifier}))


def _check_revisable(call: Call, quote: Row) -> None:
    if quote.values["statecode"] not in (ACTIVE, CLOSED):
        raise _wrong_state(quote, "ReviseQuote")
    if any(row.values["statecode"] in (DRAFT, ACTIVE) for row in _revisions(call, quote) if row.key != quote.key):
        message = "Quote cannot be revised as there already exists another quote in Draft/Active state and with same "
        raise invalid(QUOTE_REVISED_ALREADY, f"{message}quote number.")


def _revisions(call: Call, quote: Row) -> list[Row]:
    return list(rows_with(Context(call.transaction), "quotes", "quotenumber", quote.values["quotenumber"]))


def _wrong_state(quote: Row, action: str) -> Exception:
    number, state = quote.values.get("quotenumber"), STATES[quote.values["statecode"]]
    return invalid(QUOTE_WRONG_STATE, f"{action} does not take quote {number}, which is {state}.")


def _set_state(call: Call, quote: Row, state: int, status: int) -> None:
    closed_on = wire_time(call.transaction.now())[:10]
    changes = {"statecode": state, "statuscode": status, "closedon": closed_on}
    row = call.transaction.update(SYSTEM, "quotes", quote.key, changes)
    call.record(QUOTE, row.key, "updated", {name: (quote.values.get(name), value) for name, value in changes.items()})
    context = Context(call.transaction)
    mirror(context, row.values, lines_of(context, row.key))


def _copy(call: Call, quote: Row) -> Row:
    identifier = str(uuid4())
    revision = 1 + max(row.values.get("revisionnumber") or 0 for row in _revisions(call, quote))
    state = {"statecode": DRAFT, "statuscode": STATUS_DRAFT, "closedon": None}
    values = {name: value for name, value in quote.values.items() if name != "createdon"}
    values |= {QUOTE.key[0]: identifier, "revisionnumber": revision, **state}
    values["quotecreationmethod"] = CREATED_BY_REVISION
    draft = _insert(call, QUOTE.entity_set, identifier, values)
    context = Context(call.transaction)
    for line in lines_of(context, quote.key):
        _copy_line(call, line, identifier)
    mirror(context, {**values, QUOTE_FLAG: quote.values.get(QUOTE_FLAG)}, lines_of(context, identifier))
    return draft


def _copy_line(call: Call, line: Row, quote: str) -> None:
    identifier = str(uuid4())
    values = {name: value for name, value in line.values.items() if name != "createdon"}
    values |= {LINE.key[0]: identifier, "_quoteid_value": quote}
    _insert(call, LINE.entity_set, identifier, values)


def _insert(call: Call, entity_set: str, identifier: str, values: Mapping[str, Any]) -> Row:
    row = call.transaction.insert(SYSTEM, entity_set, identifier, values)
    entity = QUOTE if entity_set == QUOTE.entity_set else LINE
    call.record(entity, identifier, "created", {name: (None, value) for name, value in values.items()})
    return row
