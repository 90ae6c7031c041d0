"""Values that `site.toml` names, in defaults and value maps: they have to exist at the destination."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from p2c.check.preflight.line import Line, judged
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.flow import Constant, Pair, SiteDefault, System, ValueMap

#: What is looked up in which entity sets; any other is reference data of the site's own.
TITLES: Mapping[str, tuple[str, ...]] = {
    "Units": ("uomschedules", "uoms", "UnitsOfMeasure"),
    "Customer groups": ("CustomerGroups",),
    "Sites": ("OperationalSites",),
    "Warehouses": ("Warehouses",),
    "Languages": ("LanguageCodes",),
    "Currencies": ("Currencies", "transactioncurrencies"),
    "Country ISO codes": ("AddressCountryRegions",),
    "States": ("AddressStates",),
}
OTHERS = "Other reference data"
PRICE_LISTS = "pricelevels"

Values = dict[str, str | None]


def title_of(entity_set: str) -> str:
    """The line that values of an entity set stand in."""
    return next((title for title, sets in TITLES.items() if entity_set in sets), OTHERS)


def reference_check(title: str) -> Callable[[TenantPair], Iterator[Line]]:
    """The check of one line, for each organization."""

    def check(pair: TenantPair) -> Iterator[Line]:
        for organization in pair.running():
            tried, missing = set[tuple[str, str]](), dict[str, None]()
            for system, field, row in _candidates(pair, title, organization):
                tried.add((field.reference.entity_set if field.reference else "", str(row[field.target])))
                reason = pair.references(system, organization).missing(field, row)
                missing.update({reason.text: None} if reason else {})
            if tried or title != OTHERS:
                found = f"All {len(tried)} values that site.toml names exist." if tried else "site.toml names none."
                yield judged(title, list(missing), found, "", organization)

    return check


def _candidates(pair: TenantPair, title: str, organization: str) -> Iterator[tuple[System, Pair, Values]]:
    """Each value that the site may send, in a row that holds what it is looked up along."""
    for name, flow in pair.flows.items():
        if organization not in pair.organizations(name):
            continue
        for part in flow.parts:
            defaults = pair.site.defaults(organization, part.name)
            for field in part.active(part.cds_to_destination):
                reference = field.reference
                if reference and reference.entity_set != PRICE_LISTS and title_of(reference.entity_set) == title:
                    base: Values = {other.target: None for other in part.cds_to_destination} | dict(defaults)
                    for values in _values(pair, field, defaults):
                        yield part.destination.system, field, base | values


def _values(pair: TenantPair, field: Pair, defaults: Mapping[str, str]) -> Iterator[Values]:
    for transform in field.transforms:
        match transform:
            case SiteDefault() if field.target in defaults:
                yield {field.target: defaults[field.target]}
            case Constant(value=value):
                yield {field.target: value}
            case ValueMap():
                yield from _mapped(pair, field.target, transform)


def _mapped(pair: TenantPair, target: str, value_map: ValueMap) -> Iterator[Values]:
    table = pair.site.value_maps.get(value_map.name) or dict(value_map.entries)
    for key, value in table.items():
        if isinstance(value, str):
            yield {target: value}
        elif value_map.per:
            for each in value.values():
                yield {target: each, value_map.per: key}
