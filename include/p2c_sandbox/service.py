"""Everything one sandbox holds, handed to the handlers of both systems.

A system is a function `answer(service, request) -> Response` over `messages`: it is called in a worker thread for a
whole request, after the bearer token was checked. Inside a batch it asks `operation_fault` before each operation,
and keeps each operation with `journal.record_request(journal.operation_entry(...))` once no rollback can undo that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from p2c_sandbox.clock import Clock
from p2c_sandbox.credentials import Credentials
from p2c_sandbox.faults import Action, FaultPlans, Target
from p2c_sandbox.journal import Journal
from p2c_sandbox.messages import Request
from p2c_sandbox.schema import Schema
from p2c_sandbox.service_protection import ServiceProtection
from p2c_sandbox.settings import Settings, System
from p2c_sandbox.store import Store
from p2c_sandbox.tokens import Tokens

Data = Mapping[System, Mapping[str, list[dict[str, Any]]]]
"""Rows by system and entity set."""


@dataclass
class Service:
    """One sandbox: its state, its clock, its settings and what watches over requests."""

    store: Store
    clock: Clock
    journal: Journal
    faults: FaultPlans
    tokens: Tokens
    credentials: Credentials
    settings: Settings
    initial_data: Data
    protection: ServiceProtection = field(default_factory=ServiceProtection)
    schema: Schema = field(default_factory=Schema)
    resets: int = 0

    def operation_fault(self, system: str, request: Request, entity_set: str | None) -> Action | None:
        """The fault planned for one operation of a batch, counted by asking; None for most."""
        return self.faults.action_for(
            Target(system, request.method, request.path, entity_set, request.operation, request.body)
        )


def open_service(state: Path, credentials: Credentials, initial_data: Data) -> Service:
    """A service over the state file at `state`, made if missing."""
    clock = Clock()
    store = Store(state, clock)
    service: Service
    tokens = Tokens(credentials, lambda: service.settings.entra, clock)
    service = Service(store, clock, Journal(store), FaultPlans(), tokens, credentials, Settings(), initial_data)
    return service
