"""Finance and Operations at `/data`: which request is what. Source: Microsoft docs, Open Data Protocol."""

from __future__ import annotations

import json
from http import HTTPStatus

from p2c_sandbox.addresses import FINANCE_OPERATIONS_ROOT, is_finance_operations_metadata
from p2c_sandbox.finance_operations.address import parse_address
from p2c_sandbox.finance_operations.batch import answer_batch
from p2c_sandbox.finance_operations.errors import FinanceOperationsError, bad_request, json_headers
from p2c_sandbox.finance_operations.public_metadata import answer_metadata
from p2c_sandbox.finance_operations.reading import read
from p2c_sandbox.finance_operations.rows import SYSTEM
from p2c_sandbox.finance_operations.writing import write
from p2c_sandbox.messages import Request, Response, decode
from p2c_sandbox.service import Service


def answer(service: Service, request: Request) -> Response:
    """Answer one request; every refusal has F&O's error body."""
    try:
        return _answer(service, request)
    except FinanceOperationsError as error:
        return error.response()
    except ValueError as error:
        return bad_request(str(error)).response()


def _answer(service: Service, request: Request) -> Response:
    if is_finance_operations_metadata(request.path):
        return answer_metadata(service.schema.model(SYSTEM), request)
    below_root = decode(request.path).removeprefix(FINANCE_OPERATIONS_ROOT).strip("/")
    if below_root == "$batch" and request.method == "POST":
        return answer_batch(service, request, lambda inner: _operate(service, inner))
    if request.method == "GET" and below_root == "$metadata":
        headers = {"content-type": "application/xml", "odata-version": "4.0"}
        return Response(HTTPStatus.OK, service.schema.document(SYSTEM), headers)
    if request.method == "GET" and below_root == "":
        return _service_document(service, request)
    return _operate(service, request)


def _operate(service: Service, request: Request) -> Response:
    """Carry out one request or operation. FinanceOperationsError if it is refused."""
    try:
        address = parse_address(service.schema.model(SYSTEM), request.path)
        if request.method == "GET":
            return read(service, address, request)
        with service.store.transaction() as transaction:
            return write(service, transaction, address, request)
    except ValueError as error:
        raise bad_request(str(error)) from None


def _service_document(service: Service, request: Request) -> Response:
    names = sorted(service.schema.model(SYSTEM).entity_sets)
    entity_sets = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    content = {"@odata.context": f"{request.origin}{FINANCE_OPERATIONS_ROOT}/$metadata", "value": entity_sets}
    return Response(HTTPStatus.OK, json.dumps(content).encode(), json_headers())
