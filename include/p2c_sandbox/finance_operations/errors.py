"""Error bodies of F&O's OData service.

Shape as recorded from live systems: `code` is empty, the reason stands in `innererror`; that of a write follows
`Infolog:`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

from p2c_sandbox.messages import Response

WRITE_EXCEPTION = "Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException"
READ_EXCEPTION = "Microsoft.OData.ODataException"
DENIED_EXCEPTION = "System.UnauthorizedAccessException"
_HEADERS = {"odata-version": "4.0", "content-type": "application/json; odata.metadata=minimal; charset=utf-8"}

# X++ names of the entities whose errors clients meet, Microsoft docs and the Common Data Model repository
_ENTITY_NAMES = {
    "CustomersV2": "CustCustomerV2Entity",
    "CustomersV3": "CustCustomerV3Entity",
    "CustomersBase": "CustCustomerBaseEntity",
    "CustomerGroups": "CustCustomerGroupEntity",
    "CDSContactPersons": "smmContactPersonCDSEntity",
    "CDSContactPersonsV2": "smmContactPersonCDSV2Entity",
    "CDSSalesQuotationHeaders": "SalesQuotationHeaderCDSEntity",
    "CDSSalesQuotationLines": "SalesQuotationLineCDSEntity",
    "SellableReleasedProducts": "EcoResSellableReleasedProductEntity",
}
_STACK_TRACE = (
    "   at Microsoft.Dynamics.Platform.Integration.Services.OData.Update.UpdateProcessor.{step}(ChangeOperationContext "
    "context, ChangeInfo changeInfo)\r\n   at Microsoft.Dynamics.Platform.Integration.Services.OData.Update."
    "UpdateManager.SaveChanges()"
)


class FinanceOperationsError(Exception):
    """A refusal with HTTP status, the text of the inner error and its .NET type."""

    def __init__(self, status: HTTPStatus, message: str, exception_type: str = READ_EXCEPTION) -> None:
        super().__init__(message)
        self.status = status
        self.exception_type = exception_type

    def response(self, status: HTTPStatus | None = None) -> Response:
        """The answer, with another status if given."""
        inner = {"message": str(self), "type": self.exception_type, "stacktrace": _STACK_TRACE.format(step="TrySave")}
        content = {"error": {"code": "", "message": "An error has occurred.", "innererror": inner}}
        return Response(status or self.status, json.dumps(content).encode(), json_headers())


def json_headers(**more: str) -> dict[str, str]:
    """Headers of every JSON answer, and some more."""
    return _HEADERS | more


def entity_name(entity_set: str) -> str:
    """The entity's name in X++, as error texts give it."""
    return _ENTITY_NAMES.get(entity_set, f"{entity_set}Entity")


def bad_request(message: str) -> FinanceOperationsError:
    """An address, option or body that cannot be read."""
    return FinanceOperationsError(HTTPStatus.BAD_REQUEST, message)


def not_found(message: str) -> FinanceOperationsError:
    """No such entity set or row."""
    return FinanceOperationsError(HTTPStatus.NOT_FOUND, message)


def write_failed(entity_set: str, infolog: Sequence[str]) -> FinanceOperationsError:
    """A write that business logic refused; `infolog` holds lines such as `Warning: The value ...`."""
    reasons = "; ".join(infolog).removesuffix(".")
    message = f"Write failed for table row of type '{entity_name(entity_set)}'. Infolog: {reasons}."
    return FinanceOperationsError(HTTPStatus.BAD_REQUEST, message, WRITE_EXCEPTION)


def denied(entity_set: str, verb: str) -> FinanceOperationsError:
    """No role of the user covers the entity; `verb` is `read` or `write`."""
    message = f"User is not authorized to {verb} view {entity_name(entity_set)}. Request denied."
    return FinanceOperationsError(HTTPStatus.FORBIDDEN, message, DENIED_EXCEPTION)
