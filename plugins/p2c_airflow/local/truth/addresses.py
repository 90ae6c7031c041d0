"""What an F&O address has to hold for an address of a Sales row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2c.site import Site
from p2c_airflow.local.truth.wanted import Code, Row, Value, text

#: The parts as Sales names them, and as most of F&O's entities do.
PARTS = {"city": "City", "county": "County", "postalcode": "ZipCode"}


def address(
    row: Row,
    source: str,
    target: str,
    default_country: str,
    site: Site,
    *,
    state: str = "State",
    county: str = "County",
) -> dict[str, Value]:
    """The fields of an address; none for one that is empty or a country alone."""
    lines = [text(row.get(f"{source}_line{number}")).strip() for number in (1, 2, 3)]
    parts: dict[str, Value] = {PARTS[name]: text(row.get(f"{source}_{name}")) for name in PARTS}
    parts["Street"] = "\n".join(line for line in lines if line)
    region = text(row.get(f"{source}_stateorprovince"))
    if not any([*parts.values(), region]):
        return {}
    country = text(row.get(f"{source}_country"))
    code = _looked_up(site.value_maps["country"], country) if country else default_country
    states = site.value_maps["state"].get(code, {})
    parts[county] = parts.pop("County")
    parts |= {"CountryRegionISOCode": Code(code)}
    parts[state] = Code(_looked_up(states if isinstance(states, dict) else {}, region))
    return {f"{target}{name}": value for name, value in parts.items()}


def _looked_up(table: Mapping[str, Any], name: str) -> str:
    return str(table.get(name.strip().casefold(), name))
