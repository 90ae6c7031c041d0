"""Errors of the Dataverse Web API: HTTP status, code and text.

Source: Microsoft docs: Web service error codes; Use Upsert to Create or Update a record; Web API client errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

BAD_QUERY = "0x80060888"
BAD_PAYLOAD = "0x80048d19"
INVALID_ARGUMENT = "0x80040203"


class SalesError(Exception):
    """A refusal; `headers` go with the answer."""

    def __init__(self, status: HTTPStatus, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def content(self) -> dict[str, Any]:
        """The error body."""
        return {"error": {"code": self.code, "message": self.message}}


def bad_query(message: str) -> SalesError:
    """A query option or address that cannot be read."""
    return SalesError(HTTPStatus.BAD_REQUEST, BAD_QUERY, message)


def bad_payload(entity_set: str, message: str) -> SalesError:
    """A body whose names or types do not fit the table."""
    text = f"Error identified in Payload provided by the user for Entity :'{entity_set}', {message}"
    return SalesError(HTTPStatus.BAD_REQUEST, BAD_PAYLOAD, text)


def invalid(code: str, message: str) -> SalesError:
    """A value the table does not take."""
    return SalesError(HTTPStatus.BAD_REQUEST, code, message)


def no_such_resource(segment: str) -> SalesError:
    """An address that names nothing."""
    return SalesError(HTTPStatus.NOT_FOUND, "0x8006088a", f"Resource not found for the segment '{segment[:80]}'.")


def no_such_row(table: str, identifier: str) -> SalesError:
    """No row of this id."""
    return SalesError(HTTPStatus.NOT_FOUND, "0x80040217", f"{table} With Id = {identifier} Does Not Exist")


def no_such_key_values(table: str) -> SalesError:
    """No row of these alternate key values."""
    message = f"A record with the specified key values does not exist in {table} entity"
    return SalesError(HTTPStatus.NOT_FOUND, "0x80060891", message)


def key_not_defined(table: str, columns: str) -> SalesError:
    """An address by columns that are no alternate key of the table."""
    message = (
        f"The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{table}'. Ensure that the names "
        f"and number of key properties match the declared or alternate key properties; '{columns}' is neither."
    )
    return SalesError(HTTPStatus.BAD_REQUEST, "0x80060890", message)


def row_exists(code: str = "0x80040237") -> SalesError:
    """A create of a row that is there."""
    message = "A record with matching key values already exists."
    return SalesError(HTTPStatus.PRECONDITION_FAILED, code, message)


def key_violated(key: str, columns: str) -> SalesError:
    """A write that would give two rows the same alternate key values."""
    message = (
        f"A record that has the attribute values {columns} already exists. The entity key {key} requires that this set "
        "of attributes contains unique values. Select unique values and try again."
    )
    return SalesError(HTTPStatus.PRECONDITION_FAILED, "0x80060892", message)


def version_mismatch() -> SalesError:
    """An If-Match that is not the row's present etag."""
    message = "The version of the existing record doesn't match the RowVersion property provided."
    return SalesError(HTTPStatus.PRECONDITION_FAILED, "0x80060882", message)


def denied(entity_set: str) -> SalesError:
    """A table the application user has no privilege for."""
    message = f"Principal user is missing the privileges to access '{entity_set}'."
    return SalesError(HTTPStatus.FORBIDDEN, "0x80040220", message)


def throttled(code: str, message: str, retry_after: int) -> SalesError:
    """A request over a service protection limit; `retry_after` in seconds."""
    return SalesError(HTTPStatus.TOO_MANY_REQUESTS, code, message, {"retry-after": str(retry_after)})


def wrong_method(method: str) -> SalesError:
    """A method the address does not take."""
    message = f"The requested resource does not support http method '{method[:20]}'."
    return SalesError(HTTPStatus.METHOD_NOT_ALLOWED, "0x80060888", message)
