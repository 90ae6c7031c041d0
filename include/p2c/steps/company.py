"""The legal entity of an organization, at the side of the flow that knows legal entities."""

from __future__ import annotations

from typing import Protocol

from p2c.errors import ConfigurationError, unknown
from p2c.steps.context import StepContext


class CompanySystem(Protocol):
    """A system that holds legal entities."""

    def companies(self) -> frozenset[str]: ...


def check_company(context: StepContext, system: CompanySystem) -> None:
    """Raise ConfigurationError for an organization whose legal entity F&O does not know."""
    company = context.settings.legal_entity
    if company.casefold() not in (companies := system.companies()):
        raise ConfigurationError(
            f"Organization {context.organization}: F&O: " + unknown("legal entity", company, companies)
        )
