"""The two systems under examination, and what a site runs between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

import p2c_metadata
from p2c.check.tenant_model import tenant_model
from p2c.flow import Flow, System
from p2c.site import Site
from p2c.systems.dataverse import Dataverse
from p2c.systems.finance_operations import FinanceOperations
from p2c.systems.odata.query import Query
from p2c.validation.references import ReferenceData
from p2c_metadata import Model


@dataclass(frozen=True)
class TenantPair:
    """A signed-in pair. ``flows`` are as declared; ``environments`` the ids that the connections keep, by system."""

    site: Site
    declared: Mapping[str, Flow]
    sales: Dataverse
    finance_operations: FinanceOperations
    environments: Mapping[System, str] = field(default_factory=dict)

    def client(self, system: System) -> Dataverse | FinanceOperations:
        """The client of a system."""
        return self.sales if system == "sales" else self.finance_operations

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """The flows that run for any organization, as the site has them."""
        return {
            name: self.site.applied_to(flow) for name, flow in self.declared.items() if list(self.organizations(name))
        }

    def organizations(self, flow: str) -> Iterator[str]:
        """The organizations that a flow runs for."""
        settings = self.site.flow_settings(flow)
        return (name for name in self.site.organizations if settings.runs_for(name))

    def running(self) -> Iterator[str]:
        """The organizations that any flow runs for."""
        return (
            name for name in self.site.organizations if any(name in self.organizations(flow) for flow in self.flows)
        )

    def models(self) -> dict[System, Model]:
        """The metadata of both systems as they give them; raises SignInError and ThrottledError."""
        return {system: model for system in SYSTEMS if (model := self._model(system))}

    def _model(self, system: System) -> Model | None:
        return tenant_model(self.flows.values(), system, self.client(system), lambda _: None, whole=True)

    def references(self, system: System, organization: str) -> ReferenceData:
        """The reference rows of a system for an organization, each entity set read once."""
        if (system, organization) not in self._references:
            settings = self.site.organization(organization)
            self._references[system, organization] = ReferenceData(
                self.client(system), p2c_metadata.load(system), settings.legal_entity, ZoneInfo(settings.time_zone)
            )
        return self._references[system, organization]

    @cached_property
    def _references(self) -> dict[tuple[System, str], ReferenceData]:
        return {}

    def values_in_use(self, entity_set: str, name: str, organization: str) -> list[str]:
        """The values that a field of F&O has in the rows of an organization's company; a request for each."""
        company = self.site.organization(organization).legal_entity
        query = Query(entity_set=entity_set, fields=(name,), page_size=1, company=company)
        return [row[name] or "" for page in self.finance_operations.pages(query) for row in page.rows]


SYSTEMS: tuple[System, ...] = ("sales", "finance_operations")
