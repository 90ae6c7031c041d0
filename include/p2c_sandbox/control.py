"""The sandbox's own interface under `/sandbox`, for tests and for a person trying things out.

Everything but `GET /sandbox/health` needs the admin token as a bearer token.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from p2c_sandbox.control_bodies import ClockBody, FaultPlansBody, ResetBody, RowKeysBody, RowsBody
from p2c_sandbox.schema import SchemaChange, SchemaError
from p2c_sandbox.seeding import SeedError, data_of, delete_rows, list_rows, put_rows, reset
from p2c_sandbox.service import Service
from p2c_sandbox.settings import Settings, System
from p2c_sandbox.store import RowMissing
from p2c_sandbox.validation_messages import sentences

Model = TypeVar("Model", bound=BaseModel)
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


async def _exact(request: Request) -> Any:
    """A JSON body whose amounts never pass through a float."""
    try:
        return _decode(await request.body())
    except msgspec.DecodeError as error:
        raise HTTPException(400, [f"body: {error}"]) from None


JsonBody = Annotated[Any, Body()]
ExactBody = Annotated[Any, Depends(_exact)]
OptionalJsonBody = Annotated[Any, Body(default_factory=dict)]


def control_application(service: Service) -> Callable[..., Awaitable[None]]:
    """The ASGI application for `/sandbox`."""
    application = FastAPI(title="Sandbox control", docs_url=None, redoc_url=None, openapi_url="/sandbox/openapi.json")
    application.add_exception_handler(SeedError, _refused)
    application.add_exception_handler(RowMissing, _refused)
    application.add_exception_handler(SchemaError, _refused)
    application.add_exception_handler(RequestValidationError, _refused_request)
    application.get("/sandbox/health")(lambda: {"status": "ok"})
    for routes in (_state_routes, _clock_routes, _row_routes, _journal_routes, _fault_routes):
        application.include_router(routes(service), prefix="/sandbox", dependencies=[Depends(_admin(service))])
    return application


def _admin(service: Service) -> Callable[[Request], None]:
    expected = f"Bearer {service.credentials.admin_token}".encode()

    def check(request: Request) -> None:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            raise HTTPException(401, "The control interface needs the admin token.", {"WWW-Authenticate": "Bearer"})

    return check


def _refused(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": [str(error)]}, 400)


def _refused_request(request: Request, error: Exception) -> JSONResponse:
    findings = error.errors() if isinstance(error, RequestValidationError) else []
    return JSONResponse({"detail": [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in findings]}, 400)


def _parsed(model: type[Model], body: Any) -> Model:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise HTTPException(400, sentences(error, model)) from None


def _state_routes(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.post("/reset")
    def post_reset(body: OptionalJsonBody) -> dict[str, str]:
        wanted = _parsed(ResetBody, body)
        reset(service, data_of(service, wanted.data))
        return {"data": wanted.data}

    @routes.get("/settings")
    def get_settings() -> Settings:
        return service.settings

    @routes.patch("/settings")
    def patch_settings(body: JsonBody) -> Settings:
        sections = body if isinstance(body, dict) else {}
        current = service.settings.model_dump()
        merged = {name: _merged(current.get(name, {}), changes) for name, changes in sections.items()}
        service.settings = _parsed(Settings, current | merged if isinstance(body, dict) else body)
        return service.settings

    @routes.delete("/schema")
    def delete_schema() -> dict[str, str]:
        """Take all changes of fields back; `/sandbox/reset` does too."""
        service.schema.reset()
        return {"schema": "reset"}

    @routes.post("/schema")
    def post_schema(body: JsonBody) -> dict[str, str]:
        """Change a field as an administrator would."""
        wanted = _parsed(SchemaChange, body)
        service.schema.change(wanted)
        return {"changed": f"{wanted.entity_set}.{wanted.field}"}

    @routes.post("/tokens/expire")
    def post_expire() -> dict[str, str]:
        service.tokens.expire_all()
        return {"tokens": "expired"}

    return routes


def _clock_routes(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.get("/clock")
    def get_clock() -> dict[str, datetime]:
        return {"now": service.clock.now()}

    @routes.post("/clock")
    def post_clock(body: JsonBody) -> dict[str, datetime]:
        wanted = _parsed(ClockBody, body)
        if wanted.now is not None:
            service.clock.set(wanted.now)
        elif wanted.shift_seconds is not None:
            service.clock.shift(timedelta(seconds=wanted.shift_seconds))
        else:
            service.clock.reset()
        return {"now": service.clock.now()}

    return routes


def _row_routes(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.get("/rows")
    def get_rows(system: System, entity_set: str) -> list[dict[str, Any]]:
        with service.store.read() as transaction:
            return list(list_rows(transaction, system, entity_set))

    @routes.post("/rows")
    def post_rows(body: ExactBody) -> dict[str, int]:
        wanted = _parsed(RowsBody, body)
        with service.store.transaction() as transaction:
            written = put_rows(transaction, wanted.system, wanted.entity_set, wanted.rows, wanted.modified)
        return {"written": written}

    @routes.delete("/rows")
    def remove_rows(body: JsonBody) -> dict[str, int]:
        wanted = _parsed(RowKeysBody, body)
        with service.store.transaction() as transaction:
            delete_rows(transaction, wanted.system, wanted.entity_set, wanted.keys)
        return {"deleted": len(wanted.keys)}

    return routes


def _journal_routes(service: Service) -> APIRouter:
    routes = APIRouter(prefix="/journal")

    @routes.get("/requests")
    def get_requests(
        since: str | None = None, system: str | None = None, entity_set: str | None = None, method: str | None = None
    ) -> list[dict[str, Any]]:
        return service.journal.requests(since=_since(since), system=system, entity_set=entity_set, method=method)

    @routes.get("/effects")
    def get_effects(
        since: str | None = None, system: str | None = None, entity_set: str | None = None, kind: str | None = None
    ) -> list[dict[str, Any]]:
        return service.journal.effects(since=_since(since), system=system, entity_set=entity_set, kind=kind)

    @routes.delete("")
    def delete_journal() -> dict[str, str]:
        service.journal.clear()
        return {"journal": "cleared"}

    return routes


def _fault_routes(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.get("/faults")
    def get_faults() -> list[dict[str, Any]]:
        return service.faults.report()

    @routes.post("/faults")
    def post_faults(body: JsonBody) -> list[dict[str, Any]]:
        plans = body if isinstance(body, list) else [body]
        service.faults.add(_parsed(FaultPlansBody, {"plans": plans}).plans)
        return service.faults.report()

    @routes.delete("/faults")
    def delete_faults() -> list[dict[str, Any]]:
        service.faults.clear()
        return service.faults.report()

    return routes


def _since(text: str | None) -> str | int | None:
    if text is None or not text.isdecimal():
        return text
    return int(text) if len(text) < 19 else 2**63 - 1


def _merged(current: Any, changes: Any) -> Any:
    return current | changes if isinstance(current, dict) and isinstance(changes, dict) else changes
