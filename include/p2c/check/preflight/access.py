"""Who we are in both systems, and what we may do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import p2c_metadata
from p2c.check.fields import SYSTEM_NAMES
from p2c.check.preflight.line import Line, Status, judged
from p2c.check.preflight.tenant_pair import SYSTEMS, TenantPair
from p2c.check.uses import fields_used
from p2c.errors import ConfigurationError, IntegrationError, RequestRefusedError
from p2c.flow import System
from p2c.systems.environment import default_company, first_rows, organization_id
from p2c.systems.odata.addresses import host_of

SIGN_IN = "Sign-in"
PRIVILEGES = "Privileges"
COMPANY = "Default company"
ENVIRONMENT = "Environment ids"
#: What every flow reads there beside its own: which rows belong to an organization, and the companies.
_READ_BY_ALL: Mapping[System, str] = {"sales": "businessunits", "finance_operations": "LegalEntities"}
_ROLE: Mapping[System, str] = {
    "sales": "give the application user's security role these tables (Power Platform admin center > Users)",
    "finance_operations": "give the user that the Entra application is mapped to a role with these data entities "
    "(System administration > Users)",
}


def sign_in(system: System, connect: Callable[[System], Any]) -> tuple[Line, Any | None]:
    """The line of one system, and its client where it let us in."""
    title = f"{SIGN_IN} to {SYSTEM_NAMES[system]}"
    try:
        client = connect(system)
        client.server_time()
    except IntegrationError as error:
        return Line(title, Status.FAILED, str(error)), None
    return Line(title, Status.PASSED, f"{host_of(client.session.base_url)} let us in."), client


def check_privileges(pair: TenantPair) -> Iterator[Line]:
    """Read one row of each entity set that the flows use, and name those we are to write."""
    for system in SYSTEMS:
        name, refused = SYSTEM_NAMES[system], list[str]()
        used = _used(pair, system)
        for entity_set in used:
            refused += _refused(pair, system, entity_set)
        remedy = f"Read access is missing: {_ROLE[system]}." if refused else ""
        yield judged(f"{PRIVILEGES} to read {name}", refused, f"All {len(used)} entity sets can be read.", remedy)
        if written := sorted(_written(pair, system)):
            yield Line(
                f"{PRIVILEGES} to write {name}",
                Status.NOT_CHECKABLE,
                "Only a write would tell. Look whether the role of our user grants what docs/reference/privileges.md "
                f"lists for {', '.join(written)}.",
            )


def _used(pair: TenantPair, system: System) -> list[str]:
    shipped = p2c_metadata.load(system)
    used = {name for flow in pair.flows.values() for name in fields_used(flow, system, shipped)}
    return sorted((used & shipped.entity_sets.keys()) | {_READ_BY_ALL[system]})


def _refused(pair: TenantPair, system: System, entity_set: str) -> Iterator[str]:
    column = p2c_metadata.load(system).entity_set(entity_set).key[-1]
    try:
        first_rows(pair.client(system).session, entity_set, column, cross_company=system == "finance_operations")
    except (ConfigurationError, RequestRefusedError) as error:
        yield error.message


def _written(pair: TenantPair, system: System) -> Iterator[str]:
    parts = (part for flow in pair.flows.values() for part in flow.parts)
    return iter({part.destination.entity_set for part in parts if part.destination.system == system})


def check_companies(pair: TenantPair) -> Iterator[Line]:
    """The legal entities of the site exist, and our user's default company is one of them."""
    site, known = pair.site, pair.finance_operations.companies()
    for name in pair.running():
        company = site.organization(name).legal_entity
        missing = [] if company.casefold() in known else [f"F&O has, or shows our user, no legal entity {company!r}."]
        remedy = f"Known are {', '.join(sorted(known)) or 'none'}: mend legal_entity, or the user's role."
        yield judged("Legal entity", missing, f"{company} exists.", remedy, name)
    ours = sorted(site.organization(name).legal_entity.lower() for name in pair.running())
    found = default_company(pair.finance_operations.session)
    mistakes = [] if found in ours else [f"Our user's default company in F&O is {found or 'none, or empty'}."]
    remedy = (
        f"What F&O defaults it defaults there: set it to {' or '.join(dict.fromkeys(ours))} (System administration > "
        "Users > Company)."
    )
    yield judged(COMPANY, mistakes, f"It is {found}.", remedy)


def check_environments(pair: TenantPair) -> Iterator[Line]:
    """The environments are those that a person has named before: a refreshed database may point elsewhere."""
    found, kept = organization_id(pair.sales.session), pair.environments.get("sales", "").lower()
    place = "the connection's Environment ID"
    if not kept:
        text = f"Sales says it is {found}. Make sure that it is the one you mean, and enter that as {place}."
        yield Line(f"{ENVIRONMENT} of Sales", Status.NOT_CHECKABLE, text)
    else:
        mistakes = [] if found == kept else [f"Sales says it is {found}, and {place} is {kept}."]
        remedy = "The connection leads elsewhere than before: mend its URL, or confirm the new id there."
        yield judged(f"{ENVIRONMENT} of Sales", mistakes, f"It is {found}, as {place} says.", remedy)
    yield Line(
        f"{ENVIRONMENT} of F&O",
        Status.NOT_CHECKABLE,
        f"F&O tells no id. Look in the Power Platform admin center or Lifecycle Services whether "
        f"{host_of(pair.finance_operations.session.base_url)} is the environment that belongs to this Sales, above all "
        "after its database was refreshed.",
    )
