"""Writing F&O: create, update, delete of one row, with the business rules of its entity set.

There is no upsert: PATCH of a missing row is 404, POST of a present one is refused by the infolog. PUT changes only the
fields it carries, as PATCH does. Source: Microsoft docs, Open Data Protocol; public samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import msgspec

from p2c_metadata import EntityType
from p2c_sandbox.finance_operations.address import Address, written_key
from p2c_sandbox.finance_operations.errors import (
    FinanceOperationsError,
    bad_request,
    denied,
    entity_name,
    json_headers,
    write_failed,
)
from p2c_sandbox.finance_operations.reading import company_seen, find_row, row_body
from p2c_sandbox.finance_operations.rows import COMPANY, SYSTEM, etag, row_key, stored_under, table_of
from p2c_sandbox.finance_operations.values import ValueTooLong, body_values, completed
from p2c_sandbox.journal import EffectKind
from p2c_sandbox.messages import Request, Response, query_parameters
from p2c_sandbox.rules import Context, Finding, Following, Guarding, Ignored, RuleViolation
from p2c_sandbox.rules.registry import rules_for
from p2c_sandbox.service import Service
from p2c_sandbox.store import KeyExists, Row, Transaction, key_text

_NO_CONTENT = Response(HTTPStatus.NO_CONTENT, headers={"odata-version": "4.0"})
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def write(service: Service, transaction: Transaction, address: Address, request: Request) -> Response:
    """Carry out a POST, PATCH, PUT or DELETE in `transaction`. FinanceOperationsError if it is refused."""
    entity = address.entity
    if entity.entity_set in service.settings.finance_operations.denied_entity_sets:
        raise denied(entity.entity_set, "write")
    if (address.key is None) != (request.method == "POST"):
        message = f"The requested resource does not support http method '{request.method}'."
        raise FinanceOperationsError(HTTPStatus.METHOD_NOT_ALLOWED, message)
    if address.key is None:
        return _create(service, transaction, entity, request)
    row = find_row(transaction, address, company_seen(service, query_parameters(request.query)))
    _check_etag(row, request)
    if request.method == "DELETE":
        return _delete(service, transaction, entity, row, request)
    return _update(service, transaction, entity, row, request)


def _create(service: Service, transaction: Transaction, entity: EntityType, request: Request) -> Response:
    values = _body(entity, request)
    context = _context(service, transaction, entity, values)
    try:
        rules = rules_for(SYSTEM, table_of(entity))
        if rules is not None:
            rules.create(context, values)
        _check_required(entity, values)
        stored = completed(stored_under(entity), values)
        row = transaction.insert(SYSTEM, table_of(entity), row_key(entity, values), stored)
        if isinstance(rules, Following):
            rules.written(context, row.values)
    except RuleViolation as violation:
        raise _refusal(entity, violation) from None
    except KeyExists:
        raise write_failed(entity.entity_set, [_already_exists(entity, values)]) from None
    _record(service, transaction, entity, row, request, "created", {name: (None, values[name]) for name in values})
    location = f"{request.origin}/data/{entity.entity_set}({written_key(entity, values)})"
    return Response(HTTPStatus.CREATED, row_body(request, entity, row), json_headers(location=location, etag=etag(row)))


def _update(service: Service, transaction: Transaction, entity: EntityType, row: Row, request: Request) -> Response:
    sent = _body(entity, request)
    _check_same_key(entity, row, sent)
    changes = {name: value for name, value in sent.items() if name not in entity.key}
    ignored = Ignored()
    rules = rules_for(SYSTEM, table_of(entity))
    context = _context_of(service, transaction, row)
    if rules is not None:
        try:
            ignored = rules.update(context, row.values, changes)
        except RuleViolation as violation:
            raise _refusal(entity, violation) from None
    _check_required(entity, {**row.values, **changes})
    old = row.values
    changes = {name: value for name, value in changes.items() if value != old.get(name)}
    if changes:
        changed = transaction.update(SYSTEM, table_of(entity), row.key, changes)
        if isinstance(rules, Following):
            rules.written(context, changed.values)
        told = {name: (old.get(name), value) for name, value in changes.items()}
        _record(service, transaction, entity, row, request, "updated", told)
    if ignored.values or not changes:
        told = {name: (old.get(name), value) for name, value in ignored.values.items()}
        _record(service, transaction, entity, row, request, "no_effect", told)
    return _NO_CONTENT


def _delete(service: Service, transaction: Transaction, entity: EntityType, row: Row, request: Request) -> Response:
    rules = rules_for(SYSTEM, table_of(entity))
    if isinstance(rules, Guarding):
        try:
            rules.delete(_context_of(service, transaction, row), row.values)
        except RuleViolation as violation:
            raise _refusal(entity, violation) from None
    transaction.delete(SYSTEM, table_of(entity), row.key)
    _record(service, transaction, entity, row, request, "deleted", {})
    return _NO_CONTENT


def _body(entity: EntityType, request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise FinanceOperationsError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The Content-Type of the request body must be application/json."
        )
    try:
        content = _decode(request.body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise bad_request(f"The request body is not valid JSON: {error}") from None
    try:
        values = body_values(entity, content)
    except ValueTooLong as error:
        raise _refusal(entity, RuleViolation(Finding(str(error), error.field.name))) from None
    if "Name" in values and "Name" not in stored_under(entity).properties:
        values["OrganizationName"] = values.pop("Name")
    return values


def _context(service: Service, transaction: Transaction, entity: EntityType, values: dict[str, Any]) -> Context:
    if COMPANY not in entity.properties:
        return Context(transaction, settings=service.settings.finance_operations)
    company = (values.get(COMPANY) or service.settings.finance_operations.default_company).lower()
    if transaction.get(SYSTEM, "LegalEntities", key_text([company])) is None:
        raise write_failed(entity.entity_set, [f"Error: Company '{company}' does not exist"])
    values[COMPANY] = company
    return Context(transaction, company, service.settings.finance_operations)


def _context_of(service: Service, transaction: Transaction, row: Row) -> Context:
    return Context(transaction, row.values.get(COMPANY, ""), service.settings.finance_operations)


def _check_required(entity: EntityType, values: Mapping[str, Any]) -> None:
    properties = stored_under(entity).properties
    required = (name for name, field in properties.items() if field.required_for_import or name in entity.key)
    missing = [name for name in required if values.get(name, "") == ""]
    if missing:
        raise _refusal(
            entity, RuleViolation(*(Finding(f"Field '{name}' must be filled in.", name) for name in missing))
        )


def _check_same_key(entity: EntityType, row: Row, sent: Mapping[str, Any]) -> None:
    for name in entity.key:
        if name in sent and key_text([sent[name]]) != key_text([row.values[name]]):
            raise bad_request(f"The key field '{name}' cannot be changed from '{row.values[name]}' to '{sent[name]}'.")


def _check_etag(row: Row, request: Request) -> None:
    wanted = request.headers.get("if-match")
    if wanted is not None and wanted.strip() not in ("*", etag(row)):
        message = "The record was changed by another user or process since it was read (If-Match does not hold)."
        raise FinanceOperationsError(HTTPStatus.PRECONDITION_FAILED, message)


def _refusal(entity: EntityType, violation: RuleViolation) -> FinanceOperationsError:
    return write_failed(entity.entity_set, list(_infolog(entity, violation.findings)))


def _infolog(entity: EntityType, findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        yield f"Warning: {finding.text}"
        if finding.field is not None:
            yield f"Warning: validateField failed on field '{entity_name(entity.entity_set)}.{finding.field}'"


def _already_exists(entity: EntityType, values: Mapping[str, Any]) -> str:
    key = ", ".join(f"{name}: {values[name]}" for name in entity.key if name != COMPANY)
    label = entity.label or entity.entity_set
    return f"Error: Cannot create a record in {label}. {key}.\nThe record already exists."


def _record(
    service: Service,
    transaction: Transaction,
    entity: EntityType,
    row: Row,
    request: Request,
    kind: EffectKind,
    changes: Mapping[str, tuple[Any, Any]],
) -> None:
    key = ",".join(str(row.values[name]) for name in entity.key)
    service.journal.record_effect(
        transaction, request.id, SYSTEM, entity.entity_set, key, kind, changes, request.operation
    )
