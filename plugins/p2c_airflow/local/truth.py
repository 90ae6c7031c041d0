"""What a customer in F&O has to hold for a Sales account, worked out without the core's mapping.

The demo compares this with what F&O really holds, so that an error of the mapping cannot hide behind itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from p2c.site import Site
from p2c.site_settings import Organization

Row = Mapping[str, Any]

PLAIN = {
    "OrganizationName": "name",
    "PrimaryContactPhone": "telephone1",
    "PrimaryContactEmail": "emailaddress1",
    "PrimaryContactFax": "fax",
    "PrimaryContactURL": "websiteurl",
    "SalesMemo": "description",
}
ADDRESSES = {"Address": "address1", "InvoiceAddress": "address2"}
ON_CREATE = ("CustomerGroupId", "SiteId", "WarehouseId", "LanguageId")


@dataclass(frozen=True)
class Difference:
    """A field of a customer that does not hold what it has to."""

    key: str
    field: str
    wanted: str
    found: str


def expected(account: Row, organization: Organization, site: Site, *, created: bool) -> dict[str, str]:
    """The fields of the customer made from ``account``; those written on create only for a created one."""
    fields = {target: _text(account.get(source)) for target, source in PLAIN.items()}
    fields["OrganizationNumberOfEmployees"] = str(account.get("numberofemployees") or 0)
    fields["IsExternallyMaintained"] = "Yes"
    defaults = organization.defaults["accounts"]
    for target, source in ADDRESSES.items():
        fields |= _address(account, source, target, defaults, site)
    if created:
        currency = (account.get("transactioncurrencyid") or {}).get("isocurrencycode")
        fields |= {name: defaults[name] for name in ON_CREATE}
        fields |= {"SalesCurrencyCode": currency or defaults["SalesCurrencyCode"], "PartyType": "Organization"}
    return fields


def differences(key: str, wanted: Mapping[str, str], customer: Row) -> Iterator[Difference]:
    """The fields in which a customer differs."""
    for name, value in wanted.items():
        found = _text(customer.get(name))
        if found != value and (found.casefold() != value.casefold() or name in PLAIN):
            yield Difference(key, name, value, found)


def _address(account: Row, source: str, target: str, defaults: Mapping[str, str], site: Site) -> dict[str, str]:
    lines = [_text(account.get(f"{source}_line{number}")).strip() for number in (1, 2, 3)]
    parts = {
        "Street": "\n".join(line for line in lines if line),
        "City": _text(account.get(f"{source}_city")),
        "County": _text(account.get(f"{source}_county")),
        "ZipCode": _text(account.get(f"{source}_postalcode")),
    }
    state = _text(account.get(f"{source}_stateorprovince"))
    if not any([*parts.values(), state]):
        return {}
    country = _text(account.get(f"{source}_country"))
    default = defaults[f"{target}CountryRegionISOCode"]
    code = _looked_up(site.value_maps["country"], country) if country else default
    states = site.value_maps["state"].get(code, {})
    parts |= {"CountryRegionISOCode": code, "State": _looked_up(states if isinstance(states, dict) else {}, state)}
    return {f"{target}{name}": value for name, value in parts.items()}


def _looked_up(table: Mapping[str, Any], text: str) -> str:
    return str(table.get(text.strip().casefold(), text))


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").rstrip()
