"""Addresses of F&O customers: country or region, state and county are foreign keys.

Source: Microsoft docs, "Address books overview"; a description needs a country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.rules.references import SYSTEM, not_found, referenced

BLOCKS = ("Address", "DeliveryAddress", "InvoiceAddress")


def complete_country(context: Context, values: dict[str, Any], current: Mapping[str, Any]) -> list[Finding]:
    """Fill the country id of each block from its ISO code, and the reverse, in place; tell what contradicts."""
    findings: list[Finding] = []
    for block in BLOCKS:
        findings += _complete_block(context, block, values, current)
    return findings


def check_addresses(context: Context, values: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the blocks of a whole row, countries completed."""
    for block in BLOCKS:
        yield from _check_block(context, block, values)


def _complete_block(context: Context, block: str, values: dict[str, Any], current: Mapping[str, Any]) -> list[Finding]:
    id_name, iso_name = f"{block}CountryRegionId", f"{block}CountryRegionISOCode"
    given_id, given_iso = values.get(id_name), values.get(iso_name)
    if given_id is None and given_iso is None:
        return []
    by_iso = _country_of_iso(context, given_iso) if given_iso else ""
    if by_iso is None:
        return [not_found(given_iso, "ISO code", "Country/region", iso_name)]
    if given_id and by_iso and given_id.casefold() != by_iso.casefold():
        text = f"The ISO code '{given_iso}' is that of country/region '{by_iso}', not of '{given_id}'."
        return [Finding(text, iso_name)]
    country = given_id or by_iso
    row = referenced(context, "AddressCountryRegions", country, shared=True) if country else None
    if country and row is None:
        return [not_found(country, "Country/region", "Country/region", id_name)]
    values[id_name] = row.values["CountryRegion"] if row else ""
    values[iso_name] = row.values["ISOcode"] if row else ""
    return []


def _country_of_iso(context: Context, code: str) -> str | None:
    wanted = code.casefold()
    rows = context.transaction.find(
        SYSTEM, "AddressCountryRegions", lambda row: str(row.values["ISOcode"]).casefold() == wanted
    )
    return next((str(row.values["CountryRegion"]) for row in rows), None)


def _check_block(context: Context, block: str, values: Mapping[str, Any]) -> Iterator[Finding]:
    country, state = values.get(f"{block}CountryRegionId", ""), values.get(f"{block}State", "")
    county = values.get(f"{block}County", "")
    if values.get(f"{block}Description") and not country:
        yield Finding("Field 'Country/region' must be filled in.", f"{block}CountryRegionId")
    if state and not referenced(context, "AddressStates", country, state, shared=True):
        yield not_found(state, "State", "State/province", f"{block}State")
    elif county and not referenced(context, "AddressCounties", country, state, county, shared=True):
        yield not_found(county, "County", "County", f"{block}County")
