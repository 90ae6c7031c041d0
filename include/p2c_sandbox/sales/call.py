"""One request to the Sales side while it is being answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import p2c_metadata
from p2c_metadata import EntityType, Model
from p2c_sandbox.addresses import SALES_ROOT
from p2c_sandbox.journal import EffectKind
from p2c_sandbox.messages import Request, query_parameters
from p2c_sandbox.query import Scope
from p2c_sandbox.sales.errors import denied
from p2c_sandbox.sales.preferences import Preferences, parse_preferences
from p2c_sandbox.service import Service
from p2c_sandbox.store import Transaction

SYSTEM: Literal["sales"] = "sales"
MODEL: Model = p2c_metadata.load(SYSTEM)


@dataclass(frozen=True)
class Call:
    """A request within the transaction that answers it; `references` are rows by their Content-ID in a change set."""

    service: Service
    transaction: Transaction
    request: Request
    references: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def preferences(self) -> Preferences:
        return parse_preferences(self.request.headers.get("prefer", ""))

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        return query_parameters(self.request.query)

    @property
    def model(self) -> Model:
        """The tables as they are now."""
        return self.service.schema.model(SYSTEM)

    @property
    def root(self) -> str:
        """The service root, with a slash at its end."""
        return f"{self.request.origin}{SALES_ROOT}/"

    def scope(self, entity: EntityType) -> Scope:
        """What a query on this table may speak of."""
        aliases = {name: value for name, value in self.parameters.items() if name.startswith("@")}
        return Scope("dataverse", entity, self.model, self.service.clock.now, aliases)

    def check_allowed(self, entity: EntityType) -> None:
        """SalesError if the application user has no privilege for the table."""
        if entity.entity_set in self.service.settings.sales.denied_entity_sets:
            raise denied(entity.entity_set)

    def record(self, entity: EntityType, key: str, kind: EffectKind, changes: Mapping[str, tuple[Any, Any]]) -> None:
        """Keep an effect of this request in the journal; `changes` holds (old, new) by column."""
        self.service.journal.record_effect(
            self.transaction,
            self.request.id,
            SYSTEM,
            entity.entity_set,
            key,
            kind,
            changes,
            operation=self.request.operation,
        )
