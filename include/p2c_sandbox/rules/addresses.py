"""Addresses of F&O rows: country or region, state and county are foreign keys.

Source: Microsoft docs, "Address books overview"; a description needs a country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p2c_sandbox.rules import Context, Finding
from p2c_sandbox.rules.references import SYSTEM, not_found, referenced


@dataclass(frozen=True)
class Block:
    """The fields of one address: `AddressState` of customers, `DeliveryAddressStateId` (suffix `Id`) elsewhere."""

    prefix: str
    suffix: str = ""

    @property
    def country_id(self) -> str:
        return f"{self.prefix}CountryRegionId"

    @property
    def iso_code(self) -> str:
        return f"{self.prefix}CountryRegionISOCode"

    @property
    def state(self) -> str:
        return f"{self.prefix}State{self.suffix}"

    @property
    def county(self) -> str:
        return f"{self.prefix}County{self.suffix}"

    @property
    def description(self) -> str:
        return f"{self.prefix}Description"


CUSTOMER_BLOCKS = (Block("Address"), Block("DeliveryAddress"), Block("InvoiceAddress"))


def complete_country(
    context: Context,
    values: dict[str, Any],
    current: Mapping[str, Any],
    blocks: Sequence[Block] = CUSTOMER_BLOCKS,
) -> list[Finding]:
    """Fill the country id of each block from its ISO code, and the reverse, in place; tell what contradicts."""
    findings: list[Finding] = []
    for block in blocks:
        findings += _complete_block(context, block, values)
    return findings


def check_addresses(
    context: Context, values: Mapping[str, Any], blocks: Sequence[Block] = CUSTOMER_BLOCKS
) -> Iterator[Finding]:
    """What is wrong with the blocks of a whole row, countries completed."""
    for block in blocks:
        yield from _check_block(context, block, values)


def _complete_block(context: Context, block: Block, values: dict[str, Any]) -> list[Finding]:
    given_id, given_iso = values.get(block.country_id), values.get(block.iso_code)
    if given_id is None and given_iso is None:
        return []
    by_iso = _country_of_iso(context, given_iso) if given_iso else ""
    if by_iso is None:
        return [not_found(given_iso, "ISO code", "Country/region", block.iso_code)]
    if given_id and by_iso and given_id.casefold() != by_iso.casefold():
        text = f"The ISO code '{given_iso}' is that of country/region '{by_iso}', not of '{given_id}'."
        return [Finding(text, block.iso_code)]
    country = given_id or by_iso
    row = referenced(context, "AddressCountryRegions", country, shared=True) if country else None
    if country and row is None:
        return [not_found(country, "Country/region", "Country/region", block.country_id)]
    values[block.country_id] = row.values["CountryRegion"] if row else ""
    values[block.iso_code] = row.values["ISOcode"] if row else ""
    return []


def _country_of_iso(context: Context, code: str) -> str | None:
    wanted = code.casefold()
    rows = context.transaction.find(
        SYSTEM, "AddressCountryRegions", lambda row: str(row.values["ISOcode"]).casefold() == wanted
    )
    return next((str(row.values["CountryRegion"]) for row in rows), None)


def _check_block(context: Context, block: Block, values: Mapping[str, Any]) -> Iterator[Finding]:
    country, state = values.get(block.country_id, ""), values.get(block.state, "")
    county = values.get(block.county, "")
    if values.get(block.description) and not country:
        yield Finding("Field 'Country/region' must be filled in.", block.country_id)
    if state and not referenced(context, "AddressStates", country, state, shared=True):
        yield not_found(state, "State", "State/province", block.state)
    elif county and not referenced(context, "AddressCounties", country, state, county, shared=True):
        yield not_found(county, "County", "County", block.county)
